package dev.cupel.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.policy.Alteration;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** With {@code knative/components/gvisor} no Job runs under the node's own kernel, whoever makes it. */
@ClusterTest
class SandboxByDefaultTest {
    private static final Duration LIMIT = Duration.ofMinutes(4);

    private final String run = UUID.randomUUID().toString();

    @Test
    void aRequestThatNamesNoRuntimeClassRunsUnderGvisor(Cluster cluster) {
        assumeTrue(isDefault(cluster), "deployed without knative/components/gvisor");
        ObjectNode request = Cluster.JSON
                .createObjectNode()
                .put("eval_id", run)
                .put("code", "print(open('/proc/version').read(), end='')");
        try (EventSink sink = EventSink.open(cluster, Map.of("correlationid", run))) {
            cluster.send(Event.of("dev.cupel.job.requested.v1", "/cupel-test/sandbox", run, request)
                    .with("correlationid", run));
            JsonNode result = sink.await(
                            "the result", LIMIT, event -> event.get("type").equals("dev.cupel.job.finished.v1"))
                    .data();
            assertEquals("Completed", result.path("reason").asText(), result::toString);
            assertEquals("exact", result.path("capture").asText(), result::toString);
            String kernel = result.at("/stdout/text").asText();
            assertTrue(kernel.startsWith("Linux version "), kernel);
            assertFalse(kernel.contains(System.getProperty("os.version")), "the node's own kernel");
        }
    }

    @Test
    void aManifestThatNamesNoneIsRefusedByTheCluster(Cluster cluster) {
        assumeTrue(isDefault(cluster), "deployed without knative/components/gvisor");
        ObjectNode job = Alteration.original();
        Cluster.Answer refused = cluster.createDryRun(job, "");
        assertTrue(refused.message().contains("runtimeClassName"), refused::message);

        job.withObject("/spec/template/spec").put("runtimeClassName", "gvisor");
        assertEquals("", cluster.createDryRun(job, "").message());
    }

    /** As the ConfigMap says that render reads. */
    private static boolean isDefault(Cluster cluster) {
        JsonNode render = Cluster.JSON.valueToTree(cluster.client()
                .genericKubernetesResources("serving.knative.dev/v1", "Service")
                .inNamespace(Cluster.SYSTEM)
                .withName("render")
                .get());
        String config = render.at("/spec/template/spec/containers/0/envFrom/0/configMapRef/name")
                .asText();
        return cluster.client()
                .configMaps()
                .inNamespace(Cluster.SYSTEM)
                .withName(config)
                .get()
                .getData()
                .containsKey("CUPEL_RUNTIME_CLASS");
    }
}
