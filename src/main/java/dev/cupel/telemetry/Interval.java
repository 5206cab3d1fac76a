package dev.cupel.telemetry;

import java.time.Duration;
import java.time.Instant;

/** A time that something took. Kubernetes' clocks are others, and count in seconds: what ends before it began took no time. */
public record Interval(Instant from, Instant to) {
    public Interval {
        to = to.isBefore(from) ? from : to;
    }

    public Duration length() {
        return Duration.between(from, to);
    }
}
