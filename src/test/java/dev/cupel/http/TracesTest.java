package dev.cupel.http;

import static dev.cupel.http.Asking.FINISHED;
import static dev.cupel.http.Asking.REQUESTED;
import static dev.cupel.http.Asking.event;
import static dev.cupel.http.Asking.json;
import static dev.cupel.http.Asking.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.Await;
import dev.cupel.TestTags;
import dev.cupel.cloudevents.Trace;
import dev.cupel.telemetry.otel.OtlpReceiver;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One trace from a request to its result, as a collector gets it. */
@Tag(TestTags.SLOW)
@QuarkusTest
@TestProfile(TracesTest.Sending.class)
class TracesTest {
    private static final String ID = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String ASKER = "00f067aa0ba902b7";
    private static OtlpReceiver receiver;

    /** Public, because Quarkus makes an instance of it. */
    public static final class Sending implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                return Map.of(
                        "otel.exporter.otlp.endpoint", "http://127.0.0.1:" + free.getLocalPort(),
                        "otel.bsp.schedule.delay", "50",
                        "otel.metric.export.interval", "200");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @BeforeAll
    static void listen() {
        String endpoint = ConfigProvider.getConfig().getValue("otel.exporter.otlp.endpoint", String.class);
        receiver = new OtlpReceiver(URI.create(endpoint).getPort());
    }

    @AfterAll
    static void close() {
        receiver.close();
    }

    private static OtlpReceiver.Named spans(String trace, String... names) throws InterruptedException {
        Await.until(
                "spans " + List.of(names) + " of " + trace,
                () -> receiver.trace(trace).stream()
                        .map(OtlpReceiver.Told::name)
                        .collect(Collectors.toSet())
                        .containsAll(Set.of(names)));
        return receiver.named(trace);
    }

    @Test
    void anEventOfATraceAndAllThatFollowsAreOneTrace() throws Exception {
        String id = UUID.randomUUID().toString();
        event(REQUESTED, id, request("traced", "import sys; sys.exit(3)"))
                .header("ce-traceparent", "00-" + ID + "-" + ASKER + "-01")
                .header("ce-tracestate", "a=b")
                .post("/broker")
                .then()
                .statusCode(202);
        JsonNode finished = Asking.told(id, FINISHED).getLast();
        OtlpReceiver.Named spans =
                spans(ID, "render", "submit", "collect", "settle", "job", "queued", "starting", "running");

        assertEquals(ASKER, spans.get("render").parent());
        assertEquals(spans.get("render").id(), spans.get("submit").parent());
        assertEquals(spans.get("submit").id(), spans.get("job").parent());
        assertEquals(spans.get("job").id(), spans.get("running").parent());
        assertEquals(spans.get("submit").id(), spans.get("collect").parent());
        String job = finished.path("subject").asText();
        assertEquals(job, spans.get("job").attributes().get("cupel.job"));
        assertEquals("traced", spans.get("job").attributes().get("cupel.eval_id"));
        assertEquals("NonZeroExit", spans.get("job").attributes().get("cupel.reason"));
        assertEquals("failure", spans.get("collect").attributes().get("cupel.outcome"));
        assertEquals("cupel-api", spans.get("job").service());

        Trace told = Trace.of(Map.of("traceparent", finished.path("traceparent").asText()));
        assertEquals(Optional.of(ID), told.id());
        assertTrue(
                receiver.trace(ID).stream()
                        .filter(span -> span.name().equals("collect"))
                        .anyMatch(span -> told.parent().orElseThrow().contains(span.id())),
                "the event's parent is the span that told it");
        assertEquals("a=b", finished.path("tracestate").asText());
    }

    @Test
    void aCallWithoutATraceBeginsOne() throws Exception {
        String job = json(request("called", "print(1)"))
                .header("Prefer", "wait=60")
                .post("/execute")
                .then()
                .statusCode(200)
                .extract()
                .path("job_name");
        Await.until("the Job's span", () -> find(job).isPresent());
        String trace = find(job).orElseThrow().trace();
        OtlpReceiver.Named spans = spans(trace, "execute", "render", "submit", "job", "collect");
        assertEquals("", spans.get("execute").parent());
        assertEquals(spans.get("execute").id(), spans.get("render").parent());
        assertEquals(spans.get("execute").id(), spans.get("submit").parent());
    }

    private static Optional<OtlpReceiver.Told> find(String job) {
        return receiver.spans().stream()
                .filter(span -> span.name().equals("job")
                        && job.equals(span.attributes().get("cupel.job")))
                .findFirst();
    }

    @Test
    void theJobsSpanAndItsCountAreThereOnceHoweverOftenItsEndIsTold() throws Exception {
        JsonNode result = Asking.result(request("once", "print(1)"));
        String job = result.path("job_name").asText();
        Await.until("the Job's span", () -> find(job).isPresent());
        for (int i = 0; i < 3; i++) {
            event(FINISHED, "again-" + i, result).post("/").then().statusCode(204);
        }
        // What comes after them is there when they would be.
        String later =
                Asking.result(request("later", "print(1)")).path("job_name").asText();
        Await.until("the next Job's span", () -> find(later).isPresent());
        assertEquals(
                1,
                receiver.spans().stream()
                        .filter(span -> span.name().equals("job")
                                && job.equals(span.attributes().get("cupel.job")))
                        .count());
    }

    @Test
    void aHostileParentIsNoneAndTheRequestIsTaken() throws Exception {
        for (String parent : List.of("x".repeat(10_240), "00-" + ID + "-" + ASKER, "../../etc", "%ff%zz")) {
            String id = UUID.randomUUID().toString();
            event(REQUESTED, id, request("hostile", "print(1)"))
                    .header("ce-traceparent", parent)
                    .post("/broker")
                    .then()
                    .statusCode(202);
            Trace told = Trace.of(Map.of(
                    "traceparent",
                    Asking.told(id, FINISHED).getLast().path("traceparent").asText()));
            assertTrue(told.id().filter(trace -> !trace.equals(ID)).isPresent(), parent);
            json(request("hostile", "print(1)"))
                    .header("traceparent", parent)
                    .post("/execute")
                    .then()
                    .statusCode(202);
        }
    }

    @Test
    void theNumbersAreSent() throws Exception {
        Asking.result(request("counted", "print(1)"));
        Await.until(
                "cupel.results",
                () -> receiver.metrics().stream()
                        .anyMatch(metric -> metric.getName().equals("cupel.results")));
    }
}
