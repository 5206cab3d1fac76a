package dev.cupel.telemetry;

import dev.cupel.cloudevents.Trace;
import java.time.Instant;
import java.util.Map;
import java.util.function.Function;

/** Makes spans. */
public interface Tracing {
    /** Makes none, and hands on what came. */
    Tracing NONE = new Tracing() {};

    /**
     * Does {@code work}, as a span.
     *
     * @param from where in a trace it stands; without one it begins a trace
     * @param work gets its own place, for what follows from it
     * @param facts of the result, by the attributes' names
     */
    default <T> T step(
            Step step, Instant began, Trace from, Function<Trace, T> work, Function<T, Map<String, String>> facts) {
        return work.apply(from);
    }

    /** The Job itself as a span, with one in it for each of its phases: from when it was created until it had ended. */
    default void job(EndedJob job, Trace from) {}
}
