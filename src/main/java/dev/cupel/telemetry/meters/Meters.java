package dev.cupel.telemetry.meters;

import dev.cupel.cloudevents.Trace;
import dev.cupel.rejection.Stage;
import dev.cupel.telemetry.EndedJob;
import dev.cupel.telemetry.JobCounts;
import dev.cupel.telemetry.Listener;
import dev.cupel.telemetry.Names;
import dev.cupel.telemetry.Phase;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/** Counts into Micrometer's registry, which {@code /q/metrics} shows. Each series is there from its first count on. */
public final class Meters implements Listener {
    private final MeterRegistry registry;
    private final Supplier<Optional<JobCounts>> counts;

    public Meters(MeterRegistry registry, Supplier<Optional<JobCounts>> counts) {
        this.registry = registry;
        this.counts = counts;
        gauge(Names.QUEUED, "Jobs that have not ended and whose Pod does not run", JobCounts::queued);
        gauge(Names.RUNNING, "Jobs whose Pod runs", JobCounts::running);
    }

    /** NaN while nobody knows. */
    private void gauge(String name, String description, ToIntFunction<JobCounts> number) {
        Gauge.builder(
                        name,
                        () -> counts.get()
                                .map(known -> (double) number.applyAsInt(known))
                                .orElse(Double.NaN))
                .description(description)
                .register(registry);
    }

    @Override
    public void result(EndedJob job, Trace trace) {
        registry.counter(
                        Names.RESULTS,
                        Names.OUTCOME,
                        job.reason().outcome().wireName(),
                        Names.REASON,
                        job.reason().wireName())
                .increment();
        job.phases().forEach((phase, interval) -> phase(phase, interval.length()));
    }

    private void phase(Phase phase, Duration took) {
        Timer.builder(Names.PHASE_TIME)
                .description("How long each part of a request's time took, of those that have a result")
                .tag(Names.PHASE, phase.wireName())
                .serviceLevelObjectives(
                        Phase.BUCKETS.stream().map(Meters::duration).toArray(Duration[]::new))
                .register(registry)
                .record(took);
    }

    private static Duration duration(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1000));
    }

    @Override
    public void rejected(Stage stage, String reason) {
        registry.counter(Names.REJECTED, Names.STAGE, stage.wireName(), Names.REASON, reason)
                .increment();
    }

    @Override
    public void retried(Stage stage) {
        registry.counter(Names.RETRIES, Names.STAGE, stage.wireName()).increment();
    }
}
