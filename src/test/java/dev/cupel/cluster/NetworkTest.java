package dev.cupel.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Under NetworkPolicies that are enforced all works, a Job reaches nothing, and each function only what it needs.
 *
 * <p>What is reached is held against a Pod in a namespace without policies, which reaches all of it.
 */
@ClusterTest
class NetworkTest {
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final Set<String> API_SERVER = Set.of("api-server", "api-server-itself");
    private static final Set<String> CHANNEL = Set.of("broker", "channel", "dns");
    private static final Set<String> FUNCTION = Set.of("function", "function-numbers");

    /** Tried once, by the first test. */
    private static final AtomicReference<Optional<Boolean>> enforced = new AtomicReference<>(Optional.empty());

    private final String run = UUID.randomUUID().toString().substring(0, 8);
    private final String free = "cupel-test-" + run;
    private final List<NetworkProbe> probes = new ArrayList<>();
    private final Map<String, String> targets = new TreeMap<>();

    /** A namespace of its own, what there is to be reached, and the question whether policies are enforced at all. */
    @BeforeEach
    void open(Cluster cluster) {
        cluster.client()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(free)
                        .endMetadata()
                        .build())
                .create();
        cluster.client()
                .resource(new NetworkPolicyBuilder()
                        .withNewMetadata()
                        .withName("fenced")
                        .withNamespace(free)
                        .endMetadata()
                        .withNewSpec()
                        .withNewPodSelector()
                        .addToMatchLabels("app", "fenced")
                        .endPodSelector()
                        .withPolicyTypes("Egress")
                        .endSpec()
                        .build())
                .create();
        targets.putAll(addresses(cluster));
        boolean isEnforced = enforced.get().orElseGet(() -> isEnforced(cluster));
        enforced.set(Optional.of(isEnforced));
        assumeTrue(isEnforced, "this cluster stores NetworkPolicies and does not enforce them");
    }

    private boolean isEnforced(Cluster cluster) {
        boolean is = start(cluster, free, "fenced", Map.of("app", "fenced"))
                .settlesAt(Set.of())
                .isEmpty();
        if (!is) {
            System.out.println("NetworkTest skipped: this cluster stores NetworkPolicies and does not enforce them");
        }
        return is;
    }

    @AfterEach
    void remove(Cluster cluster) {
        probes.forEach(NetworkProbe::close);
        cluster.client().namespaces().withName(free).delete();
    }

    @Test
    void aProgramRunsAndReachesNothing(Cluster cluster) {
        targets.put("pod", start(cluster, free, "free", Map.of("app", "free")).address() + ":8080");
        ObjectNode request = Cluster.JSON.createObjectNode().put("eval_id", run).put("code", NetworkProbe.CODE);
        request.putArray("args").add("once");
        targets.forEach((name, address) -> request.withArray("args").add(name + "=" + address));
        assertEquals("[]\n", finished(cluster, request).at("/stdout/text").asText());
    }

    @Test
    void eachPodReachesWhatItNeedsAndNothingElse(Cluster cluster) {
        NetworkProbe listener = start(cluster, free, "listener", Map.of("app", "listener"));
        targets.put("pod", listener.address() + ":8080");
        targets.put("pod-as-api-server", listener.address() + ":6443");
        targets.put("service", service(cluster));
        NetworkProbe render = start(cluster, Cluster.SYSTEM, "test-render-" + run, function("render"));
        targets.put("function", render.address() + ":8012");
        targets.put("function-numbers", render.address() + ":9090");
        NetworkProbe job = start(cluster, Cluster.JOBS, "test-job-" + run, Map.of("app", "test"));
        Set<String> all = new TreeSet<>(targets.keySet());
        targets.put("job", job.address() + ":8080");
        NetworkProbe control = start(cluster, free, "control", Map.of("app", "control"));

        Set<String> apiServer = new TreeSet<>(API_SERVER);
        if (!isNarrowed(cluster)) {
            apiServer.add("pod-as-api-server");
        }
        Set<String> source = new TreeSet<>(apiServer);
        source.addAll(CHANNEL);
        all.removeAll(FUNCTION);
        assertEquals(all, control.settlesAt(all), "a Pod without policies: all but functions and Jobs");
        assertEquals(Set.of(), job.settlesAt(Set.of()), "a Job");
        // Told nothing of what came after it.
        assertEquals(Set.of(), render.settlesAt(Set.of()), "render");
        for (String function : List.of("submit", "api")) {
            NetworkProbe probe = start(cluster, Cluster.SYSTEM, "test-" + function + "-" + run, function(function));
            assertEquals(apiServer, probe.settlesAt(apiServer), function);
        }
        NetworkProbe collect = start(cluster, Cluster.SYSTEM, "test-collect-" + run, function("collect"));
        assertEquals(source, collect.settlesAt(source), "collect, which sends results to the broker");
        NetworkProbe sources = start(
                cluster,
                Cluster.SYSTEM,
                "test-source-" + run,
                Map.of("eventing.knative.dev/source", "apiserver-source-controller"));
        assertEquals(source, sources.settlesAt(source), "source");
    }

    /** The rules of {@code components/gateway}, for the lab's gateway, which has one listener where Kourier has two. */
    @Test
    void theGatewayCanBeClosedToAllButKnative(Cluster cluster) throws IOException {
        assumeTrue(Kubectl.isLab(), "no lab, whose gateway this knows");
        NetworkProbe control = start(cluster, free, "control", Map.of("app", "control"));
        Set<String> open = new TreeSet<>(targets.keySet());
        assertEquals(open, control.settlesAt(open));
        String rules = Files.readString(Path.of("knative/components/gateway/network.yaml"))
                .replace("        - {protocol: TCP, port: 8080}\n", "")
                .replace("port: 8081", "port: 8080")
                .replace("kourier-system", "knative-serving")
                .replace("3scale-kourier-gateway", "gateway");
        var policy = cluster.client()
                .resourceList(cluster.client()
                        .load(new ByteArrayInputStream(rules.getBytes(UTF_8)))
                        .items());
        policy.create();
        try {
            Set<String> closed = new TreeSet<>(open);
            closed.remove("gateway");
            assertEquals(closed, control.settlesAt(closed));
            ObjectNode request =
                    Cluster.JSON.createObjectNode().put("eval_id", run).put("code", "print(1)");
            assertEquals("1\n", finished(cluster, request).at("/stdout/text").asText());
        } finally {
            policy.delete();
        }
    }

    private NetworkProbe start(Cluster cluster, String namespace, String name, Map<String, String> labels) {
        NetworkProbe probe = NetworkProbe.start(cluster, namespace, name, labels, targets);
        probes.add(probe);
        return probe;
    }

    private static Map<String, String> function(String name) {
        return Map.of("app.kubernetes.io/name", name);
    }

    private JsonNode finished(Cluster cluster, ObjectNode request) {
        try (EventSink sink = EventSink.open(cluster, Map.of("correlationid", run))) {
            cluster.send(Event.of("dev.cupel.job.requested.v1", "/cupel-test/network", run, request)
                    .with("correlationid", run));
            JsonNode result = sink.await(
                            "the result", LIMIT, event -> event.get("type").equals("dev.cupel.job.finished.v1"))
                    .data();
            assertEquals("Completed", result.path("reason").asText(), result::toString);
            assertEquals("exact", result.path("capture").asText(), result::toString);
            return result;
        }
    }

    /** Whether the overlay says where the API server is. */
    private static boolean isNarrowed(Cluster cluster) {
        return cluster
                .client()
                .network()
                .v1()
                .networkPolicies()
                .inNamespace(Cluster.SYSTEM)
                .withName("api-server")
                .require()
                .getSpec()
                .getEgress()
                .stream()
                .noneMatch(rule -> rule.getTo().isEmpty());
    }

    /** What everybody could reach, by number, since who is fenced resolves no name. */
    private static Map<String, String> addresses(Cluster cluster) {
        var slice = cluster.client()
                .discovery()
                .v1()
                .endpointSlices()
                .inNamespace("default")
                .withName("kubernetes")
                .require();
        String node = cluster.client().nodes().list().getItems().getFirst().getStatus().getAddresses().stream()
                .filter(address -> address.getType().equals("InternalIP"))
                .findFirst()
                .orElseThrow()
                .getAddress();
        return Map.of(
                "dns", "dns",
                "api-server", clusterIp(cluster, "kubernetes.default") + ":443",
                "api-server-itself",
                        slice.getEndpoints().getFirst().getAddresses().getFirst() + ":"
                                + slice.getPorts().getFirst().getPort(),
                "kubelet", node + ":10250",
                "broker", clusterIp(cluster, host(cluster, "eventing.knative.dev/v1", "Broker", "cupel")) + ":80",
                "channel", clusterIp(cluster, host(cluster, "messaging.knative.dev/v1", "Channel", "changes")) + ":80",
                "gateway", clusterIp(cluster, "api." + Cluster.SYSTEM) + ":80");
    }

    private static String host(Cluster cluster, String apiVersion, String kind, String name) {
        return URI.create(cluster.client()
                        .genericKubernetesResources(apiVersion, kind)
                        .inNamespace(Cluster.SYSTEM)
                        .withName(name)
                        .require()
                        .<String>get("status", "address", "url"))
                .getHost();
    }

    /** Of a Service by its name {@code SERVICE.NAMESPACE…}, or of the one that it stands for. */
    private static String clusterIp(Cluster cluster, String host) {
        String[] names = host.split("\\.", -1);
        var spec = cluster.client()
                .services()
                .inNamespace(names[1])
                .withName(names[0])
                .require()
                .getSpec();
        return spec.getExternalName() != null ? clusterIp(cluster, spec.getExternalName()) : spec.getClusterIP();
    }

    private String service(Cluster cluster) {
        var service = cluster.client()
                .resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withName("listener")
                        .withNamespace(free)
                        .endMetadata()
                        .withNewSpec()
                        .addToSelector("app", "listener")
                        .addNewPort()
                        .withPort(80)
                        .withNewTargetPort(8080)
                        .endPort()
                        .endSpec()
                        .build())
                .create();
        return service.getSpec().getClusterIP() + ":80";
    }
}
