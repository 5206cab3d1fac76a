package dev.cupel.telemetry.otel;

import dev.cupel.cloudevents.Trace;
import dev.cupel.rejection.Stage;
import dev.cupel.telemetry.EndedJob;
import dev.cupel.telemetry.JobCounts;
import dev.cupel.telemetry.Listener;
import dev.cupel.telemetry.Names;
import dev.cupel.telemetry.Phase;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/** Counts the same as Micrometer does, under names that become the same in Prometheus. */
final class Numbers implements Listener {
    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey(Names.OUTCOME);
    private static final AttributeKey<String> REASON = AttributeKey.stringKey(Names.REASON);
    private static final AttributeKey<String> STAGE = AttributeKey.stringKey(Names.STAGE);
    private static final AttributeKey<String> PHASE = AttributeKey.stringKey(Names.PHASE);

    private final LongCounter results;
    private final LongCounter rejected;
    private final LongCounter retries;
    private final DoubleHistogram phases;

    Numbers(Meter meter, Supplier<Optional<JobCounts>> counts) {
        results = meter.counterBuilder(Names.RESULTS).build();
        rejected = meter.counterBuilder(Names.REJECTED).build();
        retries = meter.counterBuilder(Names.RETRIES).build();
        phases = meter.histogramBuilder(Names.PHASE_TIME)
                .setUnit("s")
                .setExplicitBucketBoundariesAdvice(Phase.BUCKETS)
                .build();
        gauge(meter, counts, Names.QUEUED, JobCounts::queued);
        gauge(meter, counts, Names.RUNNING, JobCounts::running);
    }

    private static void gauge(
            Meter meter, Supplier<Optional<JobCounts>> counts, String name, ToIntFunction<JobCounts> number) {
        meter.gaugeBuilder(name)
                .ofLongs()
                .buildWithCallback(now -> counts.get().ifPresent(known -> now.record(number.applyAsInt(known))));
    }

    @Override
    public void result(EndedJob job, Trace trace) {
        results.add(
                1,
                Attributes.of(
                        OUTCOME,
                        job.reason().outcome().wireName(),
                        REASON,
                        job.reason().wireName()));
        job.phases()
                .forEach((phase, interval) ->
                        phases.record(interval.length().toNanos() / 1e9, Attributes.of(PHASE, phase.wireName())));
    }

    @Override
    public void rejected(Stage stage, String reason) {
        rejected.add(1, Attributes.of(STAGE, stage.wireName(), REASON, reason));
    }

    @Override
    public void retried(Stage stage) {
        retries.add(1, Attributes.of(STAGE, stage.wireName()));
    }
}
