package dev.cupel.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.policy.Alteration;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/**
 * Gives the admission policy other settings of the installation, as an overlay would, until it is closed: a ConfigMap
 * like the one that it goes by.
 */
final class AdmissionSettings implements AutoCloseable {
    private static final String BINDING = "validatingadmissionpolicybinding/cupel-jobs";
    /** What the API server says where it does not find them. */
    static final String GONE = "no params found";

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Cluster cluster;
    private final String before;
    private final String name = "cupel-test-" + UUID.randomUUID();

    /** @param changes what is set otherwise; not set at all where the value is null */
    private AdmissionSettings(Cluster cluster, Map<String, String> changes) {
        this.cluster = cluster;
        this.before = current(cluster);
        ObjectNode map =
                (ObjectNode) json(run(cluster, "", "get", "configmap", before, "-n", Cluster.SYSTEM, "-o", "json"));
        ObjectNode settings = (ObjectNode) map.path("data");
        changes.forEach((variable, value) -> {
            if (value.equals(MISSING)) {
                settings.remove(variable);
            } else {
                settings.put(variable, value);
            }
        });
        ObjectNode own = Cluster.JSON.createObjectNode().put("apiVersion", "v1").put("kind", "ConfigMap");
        own.putObject("metadata").put("name", name).put("namespace", Cluster.SYSTEM);
        own.set("data", settings);
        run(cluster, own.toString(), "create", "-f", "-");
        refer(name);
    }

    /** In place of a value: the setting is not there. */
    static final String MISSING = "\0";

    static AdmissionSettings with(Cluster cluster, Map<String, String> changes) {
        return new AdmissionSettings(cluster, changes);
    }

    /** Waits until the API server goes by them, and so takes this Job. */
    AdmissionSettings awaitTaken(JsonNode job) {
        Cluster.await(
                "the settings as they are now",
                LIMIT,
                () -> cluster.createDryRun(job, "").isSuccess());
        return this;
    }

    /** Waits until the API server goes by them, and so refuses this Job with these words. */
    AdmissionSettings awaitRefused(JsonNode job, String words) {
        Cluster.await(
                "refused: " + words,
                LIMIT,
                () -> cluster.createDryRun(job, "").message().contains(words));
        return this;
    }

    /** Takes the ConfigMap away that the policy goes by. */
    void lose() {
        run(cluster, "", "delete", "configmap", name, "-n", Cluster.SYSTEM, "--ignore-not-found");
    }

    /** The name of the ConfigMap that the policy goes by. */
    static String current(Cluster cluster) {
        return json(run(cluster, "", "get", BINDING, "-o", "json"))
                .at("/spec/paramRef/name")
                .asText();
    }

    @Override
    public void close() {
        lose();
        awaitRefused(Alteration.original(), GONE);
        refer(before);
        Cluster.await(
                "the settings as they were",
                LIMIT,
                () -> !cluster.createDryRun(Alteration.original(), "").message().contains(GONE));
    }

    private void refer(String configMap) {
        run(
                cluster,
                "",
                "patch",
                BINDING,
                "--type=merge",
                "-p",
                "{\"spec\": {\"paramRef\": {\"name\": \"" + configMap + "\"}}}");
    }

    private static JsonNode json(String text) {
        return Cluster.decode(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String run(Cluster cluster, String stdin, String... arguments) {
        Kubectl.Answer answer = cluster.kubectl().run(stdin, arguments);
        assertEquals(0, answer.exitCode(), answer.stderr());
        return answer.stdout();
    }
}
