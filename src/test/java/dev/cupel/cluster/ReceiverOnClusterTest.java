package dev.cupel.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code knative/receiver} keeps every result, byte for byte as {@code api} tells it, and each once. */
@ClusterTest
class ReceiverOnClusterTest {
    private static final int JOBS = 20;
    private static final int SENDERS = 8;
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final String NAMESPACE = "cupel-results";
    private static final Path OVERLAY = Path.of("target/receiver-test/overlay");

    /** All that is printed somewhere in JSON's text: escapes, no UTF-8, numbers that a parser would write otherwise. */
    private static final List<String> PROGRAMS = List.of(
            "print('{\"a\": 1.50, \"b\": 1e400, \"ü\": \"\\\\u00fc\"}')",
            "import os; os.write(1, bytes(range(256)) * 40)",
            "print('日本\\u2028\\U0001f600\\0' * 3000)",
            "import sys; print('ü' * 700000); sys.exit(3)",
            "open('made.json', 'w').write('[null]'); import time; time.sleep(600)");

    private final String run = UUID.randomUUID().toString().substring(0, 8);

    @BeforeEach
    void apply(Cluster cluster) throws Exception {
        Cluster.await(
                "no " + NAMESPACE + " of an earlier run",
                LIMIT,
                () -> cluster.client().namespaces().withName(NAMESPACE).get() == null);
        ReceiverOverlay.write(OVERLAY, "");
        kubectl(cluster, "apply", "-k", OVERLAY.toString());
        kubectl(cluster, "-n", NAMESPACE, "rollout", "status", "deployment/receiver", "--timeout=120s");
        kubectl(cluster, "-n", Cluster.SYSTEM, "wait", "--for=condition=Ready", "trigger/results", "--timeout=120s");
    }

    @AfterEach
    void remove(Cluster cluster) {
        kubectl(cluster, "-n", Cluster.SYSTEM, "delete", "trigger", "results", "--ignore-not-found");
        jobs(cluster).forEach(job -> cluster.client().resource(job).delete());
        kubectl(cluster, "delete", "namespace", NAMESPACE, "--ignore-not-found", "--wait=false");
    }

    @Test
    void everyResultIsKeptByteForByteAndOnce(Cluster cluster) {
        // A Trigger says that it is ready before the broker knows of it. A request sent again is told again.
        Cluster.await("the first result", LIMIT, () -> {
            cluster.send(request(0));
            long soon = System.nanoTime() + Duration.ofSeconds(10).toNanos();
            while (kept(cluster).isEmpty() && System.nanoTime() < soon) {
                Cluster.sleep(Duration.ofSeconds(1));
            }
            return !kept(cluster).isEmpty();
        });
        try (ExecutorService senders = Executors.newFixedThreadPool(SENDERS)) {
            for (int i = 1; i < JOBS; i++) {
                Event request = request(i);
                senders.execute(() -> cluster.send(request));
            }
        }
        Cluster.await(JOBS + " results", LIMIT, () -> kept(cluster).size() >= JOBS);
        List<String> files = kept(cluster);
        assertEquals(
                jobs(cluster).stream()
                        .map(job -> job.getMetadata().getName() + ".json")
                        .sorted()
                        .toList(),
                files);
        Api api = new Api(cluster);
        List<String> told = new ArrayList<>();
        int exact = 0;
        for (String file : files) {
            String job = file.substring(0, file.length() - ".json".length());
            String kept = read(cluster, file);
            ObjectNode result = decode(kept);
            if (result.has("stdout_url")) {
                // An event holds the head of a long stream, and says where the rest is.
                String all =
                        api.get(URI.create(result.path("stdout_url").asText())).asString();
                String head = result.at("/stdout/text").asText();
                assertTrue(head.length() > 10_000 && all.startsWith(head), job);
            } else {
                String asked =
                        withoutItsTime(api.get(URI.create("/jobs/" + job)).asString());
                assertTrue(asked.equals(withoutItsTime(kept)), () -> "asked for: " + asked + "\nkept: " + kept);
                exact++;
            }
            told.add(result.path("reason").asText());
        }
        assertEquals(
                List.of("Completed", "DeadlineExceeded", "NonZeroExit"),
                told.stream().distinct().sorted().toList());
        assertEquals(JOBS / PROGRAMS.size() * 4, exact, "all but one kind of program");

        restart(cluster);
        String first = read(cluster, files.getFirst());
        ObjectNode less = decode(first).put("capture", "lost");
        String uid = less.path("uid").asText();
        for (int again = 0; again < 2; again++) {
            Event repeat = Event.of("dev.cupel.job.finished.v1", "/cupel/collect", uid + "-finished", less);
            assertEquals(204, cluster.sendTo(NAMESPACE, "receiver", repeat));
        }
        assertEquals(first, read(cluster, files.getFirst()), "the first telling is kept");
        assertEquals(files, kept(cluster));
        String log = kubectl(cluster, "-n", NAMESPACE, "logs", "deployment/receiver");
        assertFalse(log.contains("eval-" + run), log);
    }

    /** The process ends, as by a fault; its Pod and what was kept stay. Python's first process hears no SIGTERM. */
    private static void restart(Cluster cluster) {
        int before = restarts(cluster);
        kubectl(
                cluster,
                "-n",
                NAMESPACE,
                "exec",
                "deployment/receiver",
                "--",
                "python3",
                "-c",
                "import os; os.kill(1, 2)");
        Cluster.await(
                "another process",
                LIMIT,
                () -> restarts(cluster) > before
                        && pod(cluster)
                                .getStatus()
                                .getContainerStatuses()
                                .getFirst()
                                .getReady());
    }

    private static Pod pod(Cluster cluster) {
        return cluster.client()
                .pods()
                .inNamespace(NAMESPACE)
                .withLabel("app", "receiver")
                .list()
                .getItems()
                .getFirst();
    }

    private static int restarts(Cluster cluster) {
        return pod(cluster).getStatus().getContainerStatuses().getFirst().getRestartCount();
    }

    /** The files of its own Jobs: others may run some meanwhile. */
    private List<String> kept(Cluster cluster) {
        return kubectl(cluster, "-n", NAMESPACE, "exec", "deployment/receiver", "--", "ls", "/results")
                .lines()
                .filter(name -> name.startsWith("eval-" + run + "-") && name.endsWith(".json"))
                .sorted()
                .toList();
    }

    private static String read(Cluster cluster, String file) {
        return kubectl(cluster, "-n", NAMESPACE, "exec", "deployment/receiver", "--", "cat", "/results/" + file);
    }

    /** When it was collected is no part of what is told. */
    private static String withoutItsTime(String result) {
        String without = result.replaceFirst("\"collected_at\":\"[0-9T:.Z-]+\"", "");
        assertTrue(without.length() < result.length(), result);
        return without;
    }

    private static ObjectNode decode(String json) {
        return (ObjectNode) Cluster.decode(json.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private Event request(int i) {
        ObjectNode data = Cluster.JSON
                .createObjectNode()
                .put("eval_id", run + "-" + i)
                .put("code", PROGRAMS.get(i % PROGRAMS.size()))
                .put("timeout", 3);
        data.putArray("collect_files").add("*.json");
        return Event.of("dev.cupel.job.requested.v1", "/cupel-test/receiver", run + "-" + i, data)
                .with("correlationid", run);
    }

    private List<Job> jobs(Cluster cluster) {
        return cluster.client().batch().v1().jobs().inNamespace(Cluster.JOBS).list().getItems().stream()
                .filter(job -> run.equals(job.getMetadata().getAnnotations().get("cupel.dev/correlation-id")))
                .toList();
    }

    private static String kubectl(Cluster cluster, String... arguments) {
        Kubectl.Answer answer = cluster.kubectl().run("", arguments);
        assertEquals(0, answer.exitCode(), () -> String.join(" ", arguments) + ": " + answer.stderr());
        return answer.stdout();
    }
}
