package dev.cupel.telemetry;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/** What the last sweep of this process counted, until another one should have: the next may be another process'. */
public final class LastCounts implements Listener, Supplier<Optional<JobCounts>> {
    private static final Duration FRESH = Duration.ofSeconds(90);

    private record Counted(JobCounts counts, Instant at) {}

    private final InstantSource clock;
    private volatile Optional<Counted> last = Optional.empty();

    public LastCounts(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public void jobs(JobCounts counts) {
        last = Optional.of(new Counted(counts, clock.instant()));
    }

    @Override
    public Optional<JobCounts> get() {
        Instant since = clock.instant().minus(FRESH);
        return last.filter(counted -> counted.at().isAfter(since)).map(Counted::counts);
    }
}
