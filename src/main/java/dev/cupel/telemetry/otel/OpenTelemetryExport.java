package dev.cupel.telemetry.otel;

import dev.cupel.telemetry.JobCounts;
import dev.cupel.telemetry.Listener;
import dev.cupel.telemetry.Tracing;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * OpenTelemetry's SDK, set up by the variables that it is set up by everywhere ({@code OTEL_…}). It sends from threads of
 * its own, out of queues with an end: what cannot be sent is dropped, and holds up nobody.
 */
public final class OpenTelemetryExport implements AutoCloseable {
    /** How long a process that ends tries to send what it has. */
    public static final Duration LAST_TRY = Duration.ofSeconds(3);

    private static final String SCOPE = "dev.cupel";

    private final OpenTelemetrySdk sdk;

    private OpenTelemetryExport(OpenTelemetrySdk sdk) {
        this.sdk = sdk;
    }

    /**
     * Starts it.
     *
     * @param defaults for what neither the environment nor a system property says, by the properties' names
     * @throws RuntimeException of the SDK's, if a setting is wrong
     */
    public static OpenTelemetryExport start(Map<String, String> defaults) {
        return new OpenTelemetryExport(AutoConfiguredOpenTelemetrySdk.builder()
                .addPropertiesSupplier(() -> defaults)
                .disableShutdownHook()
                .build()
                .getOpenTelemetrySdk());
    }

    public Tracing tracing() {
        return new Spans(sdk.getTracer(SCOPE));
    }

    /** @param counts of Jobs, when it is asked for them */
    public Listener listener(Supplier<Optional<JobCounts>> counts) {
        return new Numbers(sdk.getMeter(SCOPE), counts);
    }

    @Override
    public void close() {
        sdk.shutdown().join(LAST_TRY.toMillis(), TimeUnit.MILLISECONDS);
    }
}
