package dev.cupel.app;

import dev.cupel.http.door.Role;
import dev.cupel.telemetry.JobCounts;
import dev.cupel.telemetry.Listener;
import dev.cupel.telemetry.Telemetry;
import dev.cupel.telemetry.Tracing;
import dev.cupel.telemetry.otel.OpenTelemetryExport;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;

/** Whether traces and numbers are sent somewhere, by the variables of OpenTelemetry: where an endpoint is named. */
final class Exporting implements AutoCloseable {
    private static final String ENDPOINT = "otel.exporter.otlp.endpoint";
    private static final String TRACES = "otel.exporter.otlp.traces.endpoint";
    private static final String METRICS = "otel.exporter.otlp.metrics.endpoint";
    private static final String PROTOCOL = "otel.exporter.otlp.protocol";
    private static final String HTTP = "http/protobuf";

    private final Config config;
    private final Role role;
    private Optional<OpenTelemetryExport> export = Optional.empty();
    private Optional<StartFault> fault = Optional.empty();
    private boolean hasBegun;

    Exporting(Config config, Role role) {
        this.config = config;
        this.role = role;
    }

    /**
     * Starts, if it is on. Nothing of OpenTelemetry is read before.
     *
     * @throws StartFault if a setting is wrong
     */
    void start() {
        begin();
        if (fault.isPresent()) {
            throw fault.get();
        }
    }

    /** Tells Cupel's own listeners, and those that it has. Routes want this before the start has been checked. */
    Telemetry telemetry(List<Listener> own, Supplier<Optional<JobCounts>> counts) {
        begin();
        if (export.isEmpty()) {
            return new Telemetry(Tracing.NONE, own); // Before any lambda that would have OpenTelemetry's classes read.
        }
        OpenTelemetryExport sending = export.get();
        return new Telemetry(
                sending.tracing(),
                Stream.concat(own.stream(), Stream.of(sending.listener(counts))).toList());
    }

    private synchronized void begin() {
        if (hasBegun || !isOn()) {
            return;
        }
        hasBegun = true;
        try {
            export = Optional.of(made());
        } catch (StartFault e) {
            fault = Optional.of(e);
        }
    }

    /** Sends what there is, and no more. */
    @Override
    public void close() {
        export.ifPresent(OpenTelemetryExport::close);
    }

    boolean isOn() {
        return find("otel.sdk.disabled").filter("true"::equalsIgnoreCase).isEmpty()
                && List.of(ENDPOINT, TRACES, METRICS).stream()
                        .anyMatch(name -> find(name).isPresent());
    }

    private OpenTelemetryExport made() {
        StartFault.raise(find(PROTOCOL)
                .filter(protocol -> !protocol.equals(HTTP))
                .map(protocol -> Settings.label(PROTOCOL) + " must be " + HTTP + ", was " + protocol)
                .stream()
                .toList());
        try {
            return OpenTelemetryExport.start(defaults());
        } catch (RuntimeException e) {
            StartFault.raise(List.of("OpenTelemetry does not start with these OTEL_ variables: " + e.getMessage()));
            throw e;
        }
    }

    /** The SDK's own are gRPC, for which there is nothing here, and the same name for all. */
    private Map<String, String> defaults() {
        Map<String, String> defaults = new TreeMap<>();
        defaults.put(PROTOCOL, HTTP);
        defaults.put("otel.service.name", "cupel-" + role.name().toLowerCase(java.util.Locale.ROOT));
        defaults.put("otel.logs.exporter", "none");
        config.getPropertyNames().forEach(name -> {
            if (name.startsWith("otel.")) {
                find(name).ifPresent(value -> defaults.put(name, value));
            }
        });
        if (find(ENDPOINT).isEmpty()) {
            defaults.put("otel.traces.exporter", find(TRACES).isPresent() ? "otlp" : "none");
            defaults.put("otel.metrics.exporter", find(METRICS).isPresent() ? "otlp" : "none");
        }
        return defaults;
    }

    private Optional<String> find(String name) {
        return config.getOptionalValue(name, String.class).map(String::strip).filter(value -> !value.isEmpty());
    }
}
