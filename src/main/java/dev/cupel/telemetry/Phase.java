package dev.cupel.telemetry;

import java.util.List;
import java.util.Locale;

/** The parts of a request's time, as the times of its result bound them. */
public enum Phase {
    /** From the request until there was a Job. */
    REQUESTED,
    /** Until its Pod had a node. */
    QUEUED,
    /** Until the program started: image, container, supervisor. */
    STARTING,
    /** Until the program ended. */
    RUNNING,
    /** Until there was a result. */
    COLLECTING,
    /** From the request to the result. */
    TOTAL;

    /** The upper ends of the histogram's buckets, in seconds: from a render to a night in a queue. */
    public static final List<Double> BUCKETS = List.of(
            0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0,
            14_400.0, 86_400.0);

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
