package dev.cupel.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/**
 * A Knative Service like the cluster's {@code api}, beside it and with settings more: what others use does not change.
 * Gone when it is closed.
 */
final class OwnApi implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    private final Cluster cluster;
    private final String name;

    private OwnApi(Cluster cluster, String name) {
        this.cluster = cluster;
        this.name = name;
    }

    /**
     * Starts one and waits until it is ready.
     *
     * @param timeout how long Knative lets a call last
     */
    static OwnApi open(Cluster cluster, Duration timeout, Map<String, String> environment) {
        OwnApi own =
                new OwnApi(cluster, "test-api-" + UUID.randomUUID().toString().substring(0, 8));
        JsonNode api = Cluster.JSON.valueToTree(service(cluster, "api"));
        ObjectNode template = api.at("/spec/template").deepCopy();
        ((ObjectNode) template.path("spec"))
                .put("timeoutSeconds", timeout.toSeconds())
                .put("responseStartTimeoutSeconds", timeout.toSeconds());
        ArrayNode variables = (ArrayNode) template.at("/spec/containers/0/env");
        environment.forEach(
                (variable, value) -> variables.addObject().put("name", variable).put("value", value));
        ObjectNode mine = Cluster.JSON
                .createObjectNode()
                .put("apiVersion", "serving.knative.dev/v1")
                .put("kind", "Service");
        ObjectNode metadata = mine.putObject("metadata").put("name", own.name).put("namespace", Cluster.SYSTEM);
        // As open as the one that is there.
        metadata.set("labels", api.at("/metadata/labels"));
        mine.putObject("spec").set("template", template);
        Kubectl.Answer applied = cluster.kubectl().run(mine.toString(), "apply", "-f", "-");
        if (applied.exitCode() != 0) {
            throw new AssertionError(applied.stderr());
        }
        try {
            Cluster.await("Service " + own.name, START_LIMIT, own::isReady);
            return own;
        } catch (AssertionError e) {
            own.close();
            throw e;
        }
    }

    private static io.fabric8.kubernetes.api.model.GenericKubernetesResource service(Cluster cluster, String name) {
        return cluster.client()
                .genericKubernetesResources("serving.knative.dev/v1", "Service")
                .inNamespace(Cluster.SYSTEM)
                .withName(name)
                .require();
    }

    private boolean isReady() {
        for (JsonNode condition :
                Cluster.JSON.valueToTree(service(cluster, name)).at("/status/conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                return condition.path("status").asText().equals("True");
            }
        }
        return false;
    }

    String name() {
        return name;
    }

    /** The name by which the ingress knows it. */
    String host() {
        return URI.create(service(cluster, name).<String>get("status", "url")).getHost();
    }

    /** How many of its Pods are there and do not end. */
    long pods() {
        return cluster
                .client()
                .pods()
                .inNamespace(Cluster.SYSTEM)
                .withLabel("serving.knative.dev/service", name)
                .list()
                .getItems()
                .stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .count();
    }

    @Override
    public void close() {
        cluster.kubectl()
                .run("", "-n", Cluster.SYSTEM, "delete", "services.serving.knative.dev", name, "--ignore-not-found");
    }
}
