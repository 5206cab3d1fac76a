package dev.cupel.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.dsl.NamespaceListVisitFromServerGetDeleteRecreateWaitApplicable;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Jobs that wait in a queue of a real Kueue. Most come from {@code api}'s manifests and go past submit into queues of the test's own;
 * requests that name a queue need {@code components/kueue}.
 */
@ClusterTest
class KueueTest {
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final String GROUP = "kueue.x-k8s.io/";

    private final String run = UUID.randomUUID().toString().substring(0, 8);

    /** Of a test's own queue, which {@code overlays/lab-kueue} lists. One each: a queue stays a while when it is deleted. */
    private String name = "";

    private Optional<NamespaceListVisitFromServerGetDeleteRecreateWaitApplicable<HasMetadata>> queues =
            Optional.empty();

    @BeforeEach
    void isInstalled(Cluster cluster) {
        boolean is = cluster.client()
                        .apiextensions()
                        .v1()
                        .customResourceDefinitions()
                        .withName("localqueues.kueue.x-k8s.io")
                        .get()
                != null;
        if (!is) {
            System.out.println("KueueTest skipped: this cluster has no Kueue");
        }
        assumeTrue(is, "no Kueue");
    }

    @AfterEach
    void remove(Cluster cluster) {
        jobs(cluster).forEach(job -> cluster.client().resource(job).delete());
        queues.ifPresent(all -> {
            Cluster.await(
                    "no Job of the test's queue", LIMIT, () -> jobs(cluster).isEmpty());
            all.delete();
        });
    }

    @Test
    void eightJobsRunThreeAtATimeToExactResults(Cluster cluster) {
        open(cluster, "cupel-test-quota", 3, "Never", Map.of());
        try (EventSink sink = EventSink.open(cluster, Map.of("correlationid", run))) {
            IntStream.range(0, 8).forEach(i -> create(cluster, "import time; time.sleep(4); print(" + i + ")", i, ""));
            int[] most = {0};
            Cluster.await("eight results", LIMIT, () -> {
                long running = jobs(cluster).stream()
                        .filter(job -> !job.getSpec().getSuspend())
                        .filter(job -> job.getStatus().getActive() != null)
                        .count();
                most[0] = Math.max(most[0], (int) running);
                return results(sink).size() == 8;
            });
            assertEquals(3, most[0], "Jobs at once");
            for (JsonNode result : results(sink)) {
                assertEquals("exact", result.path("capture").asText(), result::toString);
                assertEquals("Completed", result.path("reason").asText(), result::toString);
                String i = result.path("eval_id").asText().substring((run + "-").length());
                assertEquals(i + "\n", result.at("/stdout/text").asText());
            }
        }
    }

    /** Kueue takes the Job back while it has no node, and gives it another turn. */
    @Test
    void aJobThatHadNotStartedWaitsForItsNextTurn(Cluster cluster) {
        String label = "cupel.dev/test-" + run;
        open(cluster, "cupel-test-turns", 3, "Never", Map.of(label, "yes"));
        String node = cluster.client()
                .nodes()
                .list()
                .getItems()
                .getFirst()
                .getMetadata()
                .getName();
        try (EventSink sink = EventSink.open(cluster, Map.of("correlationid", run))) {
            create(cluster, "print('ran')", 0, "");
            Cluster.await("admitted", LIMIT, () -> !onlyJob(cluster).getSpec().getSuspend());
            assertEquals(
                    "yes",
                    onlyJob(cluster)
                            .getSpec()
                            .getTemplate()
                            .getSpec()
                            .getNodeSelector()
                            .get(label));
            stop(cluster, "HoldAndDrain");
            Cluster.await("evicted", LIMIT, () -> onlyJob(cluster).getSpec().getSuspend());
            // Once more than collect needs to hear of it.
            Cluster.sleep(Duration.ofSeconds(5));
            assertEquals(List.of(), results(sink));
            stop(cluster, "None");
            kubectl(cluster, "label", "node", node, label + "=yes");
            JsonNode result = result(sink, 0);
            assertEquals("Completed", result.path("reason").asText(), result::toString);
            assertEquals("exact", result.path("capture").asText(), result::toString);
            assertEquals("ran\n", result.at("/stdout/text").asText());
        } finally {
            kubectl(cluster, "label", "node", node, label + "-");
        }
    }

    /** Pushed out by a more important one, it is not run again. */
    @Test
    void aJobThatHadStartedEndsAsEvicted(Cluster cluster) {
        open(cluster, "cupel-test-priority", 1, "LowerPriority", Map.of());
        try (EventSink sink = EventSink.open(cluster, Map.of("correlationid", run))) {
            create(cluster, "import time; print('first', flush=True); time.sleep(300)", 0, name + "-low");
            Cluster.await(
                    "the first runs",
                    LIMIT,
                    () -> Optional.ofNullable(onlyJob(cluster).getStatus().getReady())
                                    .orElse(0)
                            == 1);
            create(cluster, "print('second')", 1, name + "-high");
            JsonNode second = result(sink, 1);
            assertEquals("second\n", second.at("/stdout/text").asText(), second::toString);
            assertEquals("exact", second.path("capture").asText(), second::toString);
            JsonNode first = result(sink, 0);
            assertEquals("Evicted", first.path("reason").asText(), first::toString);
            assertEquals("error", first.path("outcome").asText(), first::toString);
        }
    }

    @Test
    void aRequestForTheQueueOfTheInstallationRuns(Cluster cluster) {
        assumeTrue(settings(cluster).contains("evaluations"), "deployed without knative/components/kueue");
        try (EventSink sink = EventSink.open(cluster, Map.of("correlationid", run))) {
            send(cluster, request(0, "print('queued')").put("queue", "evaluations"));
            JsonNode result = result(sink, 0);
            assertEquals("queued\n", result.at("/stdout/text").asText(), result::toString);
            assertEquals("exact", result.path("capture").asText(), result::toString);
        }
    }

    @Test
    void aQueueThatIsNotListedIsRejected(Cluster cluster) {
        try (EventSink sink = EventSink.open(cluster, Map.of("correlationid", run))) {
            send(cluster, request(0, "print(1)").put("queue", "nobody"));
            JsonNode rejected = sink.await(
                            "rejected", LIMIT, event -> event.get("type").equals("dev.cupel.job.rejected.v1"))
                    .data();
            assertEquals("/queue", rejected.path("field").asText(), rejected::toString);
            assertTrue(rejected.path("message").asText().contains("\"nobody\" is not served here"), rejected::toString);
        }
    }

    /** Listed, but no LocalQueue of that name is there: told after {@code CUPEL_QUEUED_AFTER}, which overlays/lab-kueue shortens. */
    @Test
    void aQueueThatNobodyServesEndsInAStory(Cluster cluster) {
        assumeTrue(settings(cluster).contains("unserved"), "deployed without knative/overlays/lab-kueue");
        try (EventSink sink = EventSink.open(cluster, Map.of("correlationid", run))) {
            send(cluster, request(0, "print(1)").put("queue", "unserved"));
            JsonNode result = result(sink, 0);
            assertEquals("error", result.path("outcome").asText(), result::toString);
            assertEquals("QuotaExceeded", result.path("reason").asText(), result::toString);
            assertTrue(
                    result.path("message").asText().contains("Queue \"unserved\" did not admit it"), result::toString);
        }
    }

    /** A ClusterQueue with room for so many Pods, and a LocalQueue in crucible; and two priorities. */
    private void open(Cluster cluster, String queue, int pods, String preemption, Map<String, String> nodeLabels) {
        assumeTrue(settings(cluster).contains(queue), "deployed without knative/overlays/lab-kueue");
        name = queue;
        String manifest = Cluster.resource("kueue.yaml")
                .replace("__NAME__", name)
                .replace("__PODS__", String.valueOf(pods))
                .replace("__PREEMPTION__", preemption)
                .replace("__NODE_LABELS__", Cluster.JSON.valueToTree(nodeLabels).toString());
        var all = cluster.client()
                .resourceList(cluster.client()
                        .load(new ByteArrayInputStream(manifest.getBytes(UTF_8)))
                        .items());
        queues = Optional.of(all);
        all.create();
    }

    private void stop(Cluster cluster, String policy) {
        kubectl(
                cluster,
                "patch",
                "clusterqueue",
                name,
                "--type=merge",
                "-p",
                "{\"spec\": {\"stopPolicy\": \"" + policy + "\"}}");
    }

    /** As render makes it, with the queue that the request could have named if the installation served it. */
    private void create(Cluster cluster, String code, int number, String priority) {
        ObjectNode job = new Api(cluster).render(request(number, code));
        ObjectNode labels = job.withObject("/metadata/labels").put(GROUP + "queue-name", name);
        if (!priority.isEmpty()) {
            labels.put(GROUP + "priority-class", priority);
        }
        job.withObject("/metadata/annotations").put("cupel.dev/correlation-id", run);
        job.withObject("/spec").put("suspend", true);
        cluster.create(job);
    }

    private ObjectNode request(int number, String code) {
        return Cluster.JSON
                .createObjectNode()
                .put("eval_id", run + "-" + number)
                .put("code", code);
    }

    private void send(Cluster cluster, ObjectNode request) {
        cluster.send(Event.of("dev.cupel.job.requested.v1", "/cupel-test/kueue", run, request)
                .with("correlationid", run));
    }

    private static List<JsonNode> results(EventSink sink) {
        return sink.events().stream()
                .filter(event -> event.get("type").equals("dev.cupel.job.finished.v1"))
                .map(Event::data)
                .toList();
    }

    private JsonNode result(EventSink sink, int number) {
        return sink.await(
                        "the result of " + number,
                        LIMIT,
                        event -> event.get("type").equals("dev.cupel.job.finished.v1")
                                && event.data().path("eval_id").asText().equals(run + "-" + number))
                .data();
    }

    private Job onlyJob(Cluster cluster) {
        return jobs(cluster).getFirst();
    }

    private List<Job> jobs(Cluster cluster) {
        return cluster.client().batch().v1().jobs().inNamespace(Cluster.JOBS).list().getItems().stream()
                .filter(job -> job.getMetadata()
                        .getAnnotations()
                        .getOrDefault("eval-id", "")
                        .startsWith(run + "-"))
                .toList();
    }

    /** The queues that the installation lists. */
    private static List<String> settings(Cluster cluster) {
        GenericKubernetesResource service = cluster.client()
                .genericKubernetesResources("serving.knative.dev/v1", "Service")
                .inNamespace(Cluster.SYSTEM)
                .withName("render")
                .require();
        String config = Cluster.JSON
                .valueToTree(service)
                .at("/spec/template/spec/containers/0/envFrom/0/configMapRef/name")
                .asText();
        String queues = cluster.client()
                .configMaps()
                .inNamespace(Cluster.SYSTEM)
                .withName(config)
                .require()
                .getData()
                .getOrDefault("CUPEL_QUEUES", "");
        return List.of(queues.split(",", -1));
    }

    private static void kubectl(Cluster cluster, String... arguments) {
        Kubectl.Answer answer = cluster.kubectl().run("", arguments);
        assertEquals(0, answer.exitCode(), answer.stderr());
    }
}
