package dev.cupel.telemetry.otel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cupel.cloudevents.Trace;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.Stage;
import dev.cupel.rejection.Unavailable;
import dev.cupel.telemetry.EndedJob;
import dev.cupel.telemetry.JobCounts;
import dev.cupel.telemetry.Listener;
import dev.cupel.telemetry.Step;
import dev.cupel.telemetry.Tracing;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class OpenTelemetryExportTest {
    private static final String ID = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final Trace SAMPLED = trace("01");
    /** Longer than the last try, and shorter than the SDK's own patience and its repeats. */
    private static final Duration BOUND = OpenTelemetryExport.LAST_TRY.plusSeconds(30);

    private static Trace trace(String flags) {
        return Trace.of(Map.of("traceparent", "00-" + ID + "-00f067aa0ba902b7-" + flags, "tracestate", "a=b"));
    }

    private static OpenTelemetryExport export(String endpoint) {
        return OpenTelemetryExport.start(new TreeMap<>(Map.of(
                "otel.exporter.otlp.endpoint", endpoint,
                "otel.exporter.otlp.protocol", "http/protobuf",
                "otel.service.name", "cupel-test",
                "otel.logs.exporter", "none")));
    }

    private static EndedJob job() {
        try {
            return EndedJob.of(new ObjectMapper().readTree("""
                    {"eval_id": "ü", "job_name": "eval-1", "reason": "NonZeroExit", "template": {"name": "python"},
                     "timings": {"requested_at": "2026-11-24T10:00:00Z", "submitted_at": "2026-11-24T10:00:01Z",
                      "scheduled_at": "2026-11-24T10:00:02Z", "started_at": "2026-11-24T10:00:04Z",
                      "finished_at": "2026-11-24T10:00:08Z", "collected_at": "2026-11-24T10:00:16Z"}}""")).orElseThrow();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void eachStepIsAChildOfWhatCameAndTheParentOfWhatFollows() {
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            Trace next;
            try (OpenTelemetryExport export = export(receiver.endpoint())) {
                next = export.tracing()
                        .step(Step.RENDER, Instant.now(), SAMPLED, trace -> trace, _ -> Map.of("cupel.job", "eval-1"));
                export.tracing().job(job(), next);
            }
            OtlpReceiver.Named spans = receiver.named(ID);
            assertEquals(
                    Set.of("render", "job", "queued", "starting", "running"),
                    spans.byName().keySet());
            assertEquals("00f067aa0ba902b7", spans.get("render").parent());
            assertEquals("eval-1", spans.get("render").attributes().get("cupel.job"));
            assertEquals("cupel-test", spans.get("render").service());
            assertEquals(Optional.of("00-" + ID + "-" + spans.get("render").id() + "-01"), next.parent());
            assertEquals(Optional.of("a=b"), next.state());
            assertEquals(spans.get("render").id(), spans.get("job").parent());
            for (String part : new String[] {"queued", "starting", "running"}) {
                assertEquals(spans.get("job").id(), spans.get(part).parent());
            }
            assertEquals("NonZeroExit", spans.get("job").attributes().get("cupel.reason"));
            assertEquals("failure", spans.get("job").attributes().get("cupel.outcome"));
            assertEquals(4_000_000_000L, length(spans.get("running")));
            assertEquals(7_000_000_000L, length(spans.get("job")));
        }
    }

    private static long length(OtlpReceiver.Told span) {
        return span.span().getEndTimeUnixNano() - span.span().getStartTimeUnixNano();
    }

    @Test
    void aTraceBeginsWhereNoneCame() {
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            Trace next;
            try (OpenTelemetryExport export = export(receiver.endpoint())) {
                next = export.tracing().step(Step.RENDER, Instant.now(), Trace.NONE, trace -> trace, _ -> Map.of());
                export.tracing().job(job(), Trace.NONE); // Of no trace: not one of its own.
            }
            assertEquals(1, receiver.spans().size());
            assertEquals(next.id(), Optional.of(receiver.spans().getFirst().trace()));
            assertEquals("", receiver.spans().getFirst().parent());
        }
    }

    @Test
    void whatIsNotSampledIsHandedOnAndNotSent() {
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            Trace next;
            try (OpenTelemetryExport export = export(receiver.endpoint())) {
                next = export.tracing().step(Step.SUBMIT, Instant.now(), trace("00"), trace -> trace, _ -> Map.of());
                export.tracing().job(job(), next);
            }
            assertEquals(Optional.of(ID), next.id());
            assertTrue(next.parent().orElseThrow().endsWith("-00"));
            assertEquals(0, receiver.spans().size());
        }
    }

    @Test
    void aRejectionIsNoErrorAndWhatMayPassIsOne() {
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            try (OpenTelemetryExport export = export(receiver.endpoint())) {
                Tracing tracing = export.tracing();
                assertThrows(Rejected.class, () -> fail(tracing, Rejected.invalid("/timeout", "no")));
                assertThrows(Unavailable.class, () -> fail(tracing, new Unavailable("away")));
            }
            OtlpReceiver.Told rejected = receiver.spans().getFirst();
            assertEquals("InvalidField", rejected.attributes().get("cupel.reason"));
            assertEquals(
                    Status.StatusCode.STATUS_CODE_UNSET,
                    rejected.span().getStatus().getCode());
            OtlpReceiver.Told away = receiver.spans().getLast();
            assertEquals(
                    Status.StatusCode.STATUS_CODE_ERROR, away.span().getStatus().getCode());
        }
    }

    private static void fail(Tracing tracing, RuntimeException failure) {
        tracing.step(
                Step.SUBMIT,
                Instant.now(),
                SAMPLED,
                _ -> {
                    throw failure;
                },
                _ -> Map.of());
    }

    @Test
    void theNumbersAreThoseOfPrometheus() {
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            try (OpenTelemetryExport export = export(receiver.endpoint())) {
                Listener listener = export.listener(() -> Optional.of(new JobCounts(3, 2)));
                listener.result(job(), SAMPLED);
                listener.rejected(Stage.RENDER, "InvalidField");
                listener.retried(Stage.SUBMIT);
            }
            Map<String, Metric> metrics = new HashMap<>();
            receiver.metrics().forEach(metric -> metrics.put(metric.getName(), metric));
            assertEquals(
                    Set.of(
                            "cupel.results",
                            "cupel.rejected",
                            "cupel.retries",
                            "cupel.phase",
                            "cupel.jobs.queued",
                            "cupel.jobs.running"),
                    new TreeSet<>(metrics.keySet().stream()
                            .filter(name -> name.startsWith("cupel."))
                            .toList()));
            Metric phase = metric(metrics, "cupel.phase");
            assertEquals("s", phase.getUnit());
            assertEquals(6, phase.getHistogram().getDataPointsCount());
            assertEquals(
                    3,
                    metric(metrics, "cupel.jobs.queued")
                            .getGauge()
                            .getDataPoints(0)
                            .getAsInt());
            assertTrue(metric(metrics, "cupel.results").getSum().getIsMonotonic());
        }
    }

    private static Metric metric(Map<String, Metric> metrics, String name) {
        return Objects.requireNonNull(metrics.get(name), name);
    }

    /** It accepts connections, and never answers. */
    @Test
    void aReceiverThatDoesNotAnswerHoldsUpNobody() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            assertTimeoutPreemptively(BOUND, () -> overfill("http://127.0.0.1:" + silent.getLocalPort()));
        }
    }

    @Test
    void aReceiverThatIsAwayHoldsUpNobody() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        assertTimeoutPreemptively(BOUND, () -> overfill("http://127.0.0.1:" + port));
    }

    /** More than its queue has room for. */
    private static void overfill(String endpoint) {
        try (OpenTelemetryExport export = export(endpoint)) {
            Tracing tracing = export.tracing();
            for (int i = 0; i < 10_000; i++) {
                assertEquals("done", tracing.step(Step.RENDER, Instant.now(), SAMPLED, _ -> "done", _ -> Map.of()));
            }
            export.listener(Optional::empty).result(job(), SAMPLED);
        }
    }
}
