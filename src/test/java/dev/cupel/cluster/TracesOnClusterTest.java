package dev.cupel.cluster;

import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.telemetry.otel.OtlpReceiver;
import dev.cupel.telemetry.otel.OtlpReceiver.Told;
import io.opentelemetry.proto.metrics.v1.Metric;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Where {@code components/otlp} is applied ({@code overlays/lab-otlp}): one request is one trace, over all functions and
 * the Job.
 */
@ClusterTest
class TracesOnClusterTest {
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final String NAMESPACE = "monitoring";
    private static final String COLLECTOR = "collector";

    private final String run = UUID.randomUUID().toString();
    private final String trace = run.replace("-", "");
    private final String parent = run.replace("-", "").substring(0, 16);

    @BeforeEach
    void open(Cluster cluster) {
        boolean isOn = cluster.client()
                .configMaps()
                .inNamespace(Cluster.SYSTEM)
                .withName(AdmissionSettings.current(cluster))
                .require()
                .getData()
                .containsKey("OTEL_EXPORTER_OTLP_ENDPOINT");
        if (!isOn) {
            System.out.println("TracesOnClusterTest skipped: components/otlp is not applied here");
        }
        assumeTrue(isOn, "no components/otlp");
        Cluster.await(
                "no " + NAMESPACE + " of an earlier run",
                LIMIT,
                () -> cluster.client().namespaces().withName(NAMESPACE).get() == null);
        String manifest = Cluster.resource("collector.yaml").replace("__IMAGE__", TestImage.name());
        assertEquals("", cluster.kubectl().run(manifest, "apply", "-f", "-").stderr());
        Cluster.await(
                "the collector",
                LIMIT,
                () -> cluster.client()
                        .pods()
                        .inNamespace(NAMESPACE)
                        .withName(COLLECTOR)
                        .isReady());
    }

    @AfterEach
    void remove(Cluster cluster) {
        cluster.client().namespaces().withName(NAMESPACE).delete();
    }

    @Test
    void oneRequestIsOneTraceFromItsEventToItsResult(Cluster cluster) {
        Event finished;
        try (EventSink sink = EventSink.open(cluster, Map.of("correlationid", run))) {
            var data = Cluster.JSON
                    .createObjectNode()
                    .put("eval_id", "traced")
                    .put("code", "import time; time.sleep(2); print(1)");
            cluster.send(Event.of("dev.cupel.job.requested.v1", "/cupel-test", run, data)
                    .with("correlationid", run)
                    .with("traceparent", "00-" + trace + "-" + parent + "-01")
                    .with("tracestate", "test=1"));
            finished = sink.await("finished", LIMIT, event -> event.get("type").endsWith("finished.v1"));
            assertEquals("Completed", finished.data().path("reason").asText());
            assertTrue(finished.get("traceparent").startsWith("00-" + trace + "-"), finished.get("traceparent"));
            assertEquals("test=1", finished.get("tracestate"));
        }
        Set<String> all = Set.of("render", "submit", "job", "queued", "starting", "running", "collect", "settle");
        Cluster.await(
                "all spans",
                LIMIT,
                () -> spans(cluster).stream().map(Told::name).collect(toSet()).containsAll(all));
        List<Told> spans = spans(cluster);
        assertEquals(all, spans.stream().map(Told::name).collect(toSet()));
        assertEquals(
                Map.of(
                        "cupel-render", Set.of("render"),
                        "cupel-submit", Set.of("submit"),
                        "cupel-collect", Set.of("collect", "settle", "job", "queued", "starting", "running")),
                spans.stream()
                        .collect(java.util.stream.Collectors.groupingBy(
                                Told::service, java.util.stream.Collectors.mapping(Told::name, toSet()))));
        Told render = named(spans, "render");
        Told submit = named(spans, "submit");
        assertEquals(parent, render.parent());
        assertEquals(render.id(), submit.parent());
        assertEquals(submit.id(), named(spans, "job").parent());
        assertEquals(named(spans, "job").id(), named(spans, "running").parent());
        for (Told collect :
                spans.stream().filter(span -> span.name().equals("collect")).toList()) {
            assertEquals(submit.id(), collect.parent());
            assertEquals("Completed", collect.attributes().get("cupel.reason"));
        }
        assertEquals(finished.get("subject"), named(spans, "job").attributes().get("cupel.job"));
        assertTrue(spans.stream()
                .filter(span -> span.name().equals("collect"))
                .anyMatch(collect -> finished.get("traceparent").contains(collect.id())));
        // Once a minute, and when an instance ends.
        Cluster.await(
                "the number of results",
                LIMIT,
                () -> metrics(cluster).stream().map(Metric::getName).anyMatch("cupel.results"::equals));
    }

    /** Its policy lets the functions through to the collector's one port, and to DNS for its name; nobody else. */
    @Test
    void functionsReachTheCollectorAndNothingMore(Cluster cluster) {
        String pod = cluster.client()
                .pods()
                .inNamespace(NAMESPACE)
                .withName(COLLECTOR)
                .get()
                .getStatus()
                .getPodIP();
        Map<String, String> targets = Map.of(
                "collector", address(cluster, NAMESPACE, COLLECTOR) + ":4318",
                "collector-itself", pod + ":4318",
                "its-other-port", pod + ":8080",
                "api-server", address(cluster, "default", "kubernetes") + ":443",
                "broker", address(cluster, "knative-eventing", "broker-ingress") + ":80",
                "dns", "dns");
        try (NetworkProbe control =
                NetworkProbe.start(cluster, NAMESPACE, "control", Map.of("app", "control"), targets)) {
            assertEquals(targets.keySet(), control.settlesAt(targets.keySet()), "a Pod without policies");
        }
        try (NetworkProbe job = NetworkProbe.start(cluster, Cluster.JOBS, "test-job", Map.of("app", "test"), targets)) {
            boolean isEnforced = job.settlesAt(Set.of()).isEmpty();
            if (!isEnforced) {
                System.out.println(
                        "TracesOnClusterTest: this cluster stores NetworkPolicies and does not enforce them");
            }
            assumeTrue(isEnforced, "policies are not enforced");
        }
        for (String function : List.of("render", "submit", "collect", "api")) {
            Set<String> expected = new TreeSet<>(Set.of("collector", "collector-itself", "dns"));
            if (!function.equals("render")) {
                expected.add("api-server");
            }
            if (function.equals("collect")) {
                expected.add("broker");
            }
            Map<String, String> labels = Map.of("app.kubernetes.io/name", function);
            try (NetworkProbe probe =
                    NetworkProbe.start(cluster, Cluster.SYSTEM, "test-" + function, labels, targets)) {
                assertEquals(expected, probe.settlesAt(expected), function);
            }
        }
    }

    private static String address(Cluster cluster, String namespace, String service) {
        return cluster.client()
                .services()
                .inNamespace(namespace)
                .withName(service)
                .require()
                .getSpec()
                .getClusterIP();
    }

    private static Told named(List<Told> spans, String name) {
        return spans.stream()
                .filter(span -> span.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private List<Told> spans(Cluster cluster) {
        return received(cluster, "/v1/traces", OtlpReceiver::spansOf).stream()
                .filter(span -> span.trace().equals(trace))
                .toList();
    }

    private static List<Metric> metrics(Cluster cluster) {
        return received(cluster, "/v1/metrics", OtlpReceiver::metricsOf);
    }

    private interface Parser<T> {
        List<T> parse(InputStream body) throws IOException;
    }

    private static <T> List<T> received(Cluster cluster, String path, Parser<T> parser) {
        List<T> all = new ArrayList<>();
        for (JsonNode one : cluster.getFromPod(NAMESPACE, COLLECTOR)) {
            if (one.path("path").asText().equals(path)) {
                byte[] body = Base64.getDecoder().decode(one.path("body").asText());
                try {
                    all.addAll(parser.parse(new ByteArrayInputStream(body)));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        return all;
    }
}
