package dev.cupel.cluster;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A request posted to the real broker comes back from it as a result, through every function, scaled up from zero. */
@ClusterTest
class RequestToResultTest {
    private static final String PREFIX = "dev.cupel.job.";
    /** Three cold starts one after another, and the Job's own four seconds, on a node that may be busy. */
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final String id = UUID.randomUUID().toString();

    @Test
    void givesBackTheJsonThatTheProgramPrinted(Cluster cluster) {
        String printed = "{\"a\": {\"b\": [null, true, 1.50]}, \"grüße\": \"\\\"'日本\\n\"}";
        String code = "import sys\nprint(%s)\nprint('$(HOME) $$', file=sys.stderr)\n".formatted(pythonLiteral(printed));
        try (EventSink sink = EventSink.open(cluster, Map.of("correlationid", id))) {
            cluster.send(requested(code));
            Event finished = sink.await("finished", LIMIT, type("finished.v1"));
            JsonNode result = finished.data();
            assertAll(
                    () -> assertEquals(printed + "\n", result.at("/stdout/text").asText()),
                    () -> assertEquals(
                            Cluster.decode(printed.getBytes(StandardCharsets.UTF_8)),
                            Cluster.decode(result.at("/stdout/text").asText().getBytes(StandardCharsets.UTF_8))),
                    () -> assertEquals("$(HOME) $$\n", result.at("/stderr/text").asText()),
                    () -> assertEquals("test-" + id, result.path("eval_id").asText()),
                    () -> assertEquals("exact", result.path("capture").asText()),
                    () -> assertEquals("success", finished.get("outcome")),
                    () -> assertEquals("Completed", finished.get("reason")),
                    () -> assertEquals(result.path("job_name").asText(), finished.get("subject")));
            assertEquals(Set.of("rendered.v1", "submitted.v1", "finished.v1"), typesOf(sink.events()));
            awaitSettled(cluster, result.path("job_name").asText());
            assertEquals(1, stories(sink.events(), type("finished.v1")), "one story of one job");
        } finally {
            deleteJobs(cluster);
        }
    }

    /** Of some, one at least: an instance that came while a Job ran, leaves it to the Job's end. */
    @Test
    void aResultComesBeforeItsJobIsComplete(Cluster cluster) {
        int sooner = 0;
        try (EventSink sink = EventSink.open(cluster, Map.of("correlationid", id))) {
            for (int i = 0; i < 5; i++) {
                String one = id + "-" + i;
                Set<String> before = subjects(sink.events());
                cluster.send(Event.of(PREFIX + "requested.v1", "/cupel-test", one, request("print(1)"))
                        .with("correlationid", id));
                String jobName = sink.await(
                                "submitted",
                                LIMIT,
                                type("submitted.v1").and(event -> !before.contains(event.get("subject"))))
                        .get("subject");
                JsonNode result = sink.await("finished", LIMIT, isAbout("finished.v1", jobName))
                        .data();
                assertEquals("Completed", result.path("reason").asText(), result::toString);
                assertEquals("exact", result.path("capture").asText(), result::toString);
                Instant complete = awaitComplete(cluster, jobName);
                awaitSettled(cluster, jobName);
                Instant collected =
                        Instant.parse(result.at("/timings/collected_at").asText());
                sooner += collected.isBefore(complete) ? 1 : 0;
                assertEquals(1, stories(sink.events(), isAbout("finished.v1", jobName)), "one story of one job");
            }
            System.out.printf(
                    "RequestToResultTest: of 5 results %d before their Jobs were complete, %d events%n",
                    sooner, sink.events().stream().filter(type("finished.v1")).count());
        } finally {
            deleteJobs(cluster);
        }
        assertTrue(sooner > 0, "none came before its Job was complete");
    }

    private static Set<String> subjects(List<Event> events) {
        return events.stream()
                .filter(type("submitted.v1"))
                .map(event -> event.get("subject"))
                .collect(Collectors.toSet());
    }

    private static Predicate<Event> isAbout(String type, String jobName) {
        return type(type).and(event -> jobName.equals(event.get("subject")));
    }

    private static Instant awaitComplete(Cluster cluster, String jobName) {
        var job = cluster.client().batch().v1().jobs().inNamespace(Cluster.JOBS).withName(jobName);
        Cluster.await(
                "Job complete",
                Duration.ofSeconds(60),
                () -> job.get().getStatus().getCompletionTime() != null);
        return Instant.parse(job.get().getStatus().getCompletionTime());
    }

    @Test
    void makesOneJobOfARequestThatIsSentTwice(Cluster cluster) {
        try (EventSink sink = EventSink.open(cluster, Map.of("correlationid", id))) {
            cluster.send(requested("raise SystemExit(3)"));
            cluster.send(requested("raise SystemExit(3)"));
            Event finished = sink.await("finished", LIMIT, type("finished.v1"));
            assertEquals(3, finished.data().path("exit_code").asInt(-1));
            assertEquals("failure", finished.get("outcome"));
            assertEquals("NonZeroExit", finished.get("reason"));
            assertEquals(1, jobs(cluster).size());
        } finally {
            deleteJobs(cluster);
        }
    }

    @Test
    void answersABadRequestWithRejectedAndMakesNoJob(Cluster cluster) {
        try (EventSink sink = EventSink.open(cluster, Map.of("correlationid", id))) {
            ObjectNode request = request("print(1)").put("timeout", "30");
            cluster.send(Event.of(PREFIX + "requested.v1", "/cupel-test", id, request));
            Event rejected = sink.await("rejected", LIMIT, type("rejected.v1"));
            assertEquals("/timeout", rejected.data().path("field").asText());
            assertEquals("render", rejected.data().path("stage").asText());
            assertTrue(jobs(cluster).isEmpty());
        }
    }

    @Test
    void stopsAJobWhenACancelEventComesAndGivesItsOutputSoFar(Cluster cluster) {
        try (EventSink sink = EventSink.open(cluster, Map.of("correlationid", id))) {
            cluster.send(requested("import time\nprint('so far', flush=True)\ntime.sleep(600)"));
            String jobName =
                    sink.await("submitted", LIMIT, type("submitted.v1")).get("subject");
            awaitRunning(cluster, jobName);
            ObjectNode cancel = Cluster.JSON.createObjectNode().put("job_name", jobName);
            cluster.send(Event.of(PREFIX + "cancel.v1", "/cupel-test", id + "-cancel", cancel));
            Event finished = sink.await("finished", LIMIT, type("finished.v1"));
            assertEquals("cancelled", finished.get("outcome"));
            assertEquals("so far\n", finished.data().at("/stdout/text").asText());
            assertEquals("exact", finished.data().path("capture").asText());
        } finally {
            deleteJobs(cluster);
        }
    }

    private Event requested(String code) {
        return Event.of(PREFIX + "requested.v1", "/cupel-test", id, request(code));
    }

    private ObjectNode request(String code) {
        return Cluster.JSON.createObjectNode().put("eval_id", "test-" + id).put("code", code);
    }

    /** JSON's escapes are Python's, so a JSON string is a Python literal of the same text. */
    private static String pythonLiteral(String text) {
        return Cluster.JSON.getNodeFactory().textNode(text).toString();
    }

    private static Predicate<Event> type(String type) {
        return event -> event.get("type").equals(PREFIX + type);
    }

    private static Set<String> typesOf(List<Event> events) {
        return events.stream()
                .map(event -> event.get("type").substring(PREFIX.length()))
                .collect(Collectors.toSet());
    }

    /** How many different stories are told; when one was collected is no part of it. */
    private static long stories(List<Event> events, Predicate<Event> wanted) {
        return events.stream()
                .filter(wanted)
                .map(RequestToResultTest::story)
                .distinct()
                .count();
    }

    private static List<Object> story(Event event) {
        JsonNode data = event.data().deepCopy();
        ((ObjectNode) data.path("timings")).remove("collected_at");
        return List.of(event.get("source"), event.get("id"), data);
    }

    private static void awaitSettled(Cluster cluster, String jobName) {
        var job = cluster.client().batch().v1().jobs().inNamespace(Cluster.JOBS).withName(jobName);
        Cluster.await(
                "Job settled",
                Duration.ofSeconds(60),
                () -> job.get().getMetadata().getAnnotations().containsKey("cupel.dev/settled"));
    }

    private static void awaitRunning(Cluster cluster, String jobName) {
        var pods = cluster.client().pods().inNamespace(Cluster.JOBS).withLabel("batch.kubernetes.io/job-name", jobName);
        Cluster.await(
                "program running",
                LIMIT,
                () -> pods.list().getItems().stream().anyMatch(pod -> hasPrinted(cluster, pod)));
    }

    private static boolean hasPrinted(Cluster cluster, Pod pod) {
        return pod.getStatus().getPhase().equals("Running")
                && cluster.client().pods().resource(pod).getLog().contains("@cupel1 1 ");
    }

    private List<Job> jobs(Cluster cluster) {
        return cluster.client().batch().v1().jobs().inNamespace(Cluster.JOBS).list().getItems().stream()
                .filter(job ->
                        ("test-" + id).equals(job.getMetadata().getAnnotations().get("eval-id")))
                .toList();
    }

    private void deleteJobs(Cluster cluster) {
        jobs(cluster).forEach(job -> cluster.client().resource(job).delete());
    }
}
