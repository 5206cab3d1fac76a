package dev.cupel.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each part is killed in the middle of many jobs: every result arrives, each under one source and id, with the right
 * bytes. How many jobs: {@code -Dcupel.faults.jobs=100}; CI's time allows for fewer. One fault alone: {@code
 * -Dcupel.fault=COLLECT}.
 */
@ClusterTest
class FaultsTest {
    private static final int JOBS = Integer.getInteger("cupel.faults.jobs", 20);
    private static final String ONLY = System.getProperty("cupel.fault", "");
    private static final int SENDERS = 8;
    /** What a fault may cost: a chain that is repeated, then a sweep a minute and twice as long again. */
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final String run = UUID.randomUUID().toString();

    @ParameterizedTest
    @EnumSource
    void everyResultArrivesWithItsBytes(Fault fault, Cluster cluster) throws Exception {
        assumeTrue(fault.isPossible());
        assumeTrue(ONLY.isEmpty() || ONLY.equals(fault.name()));
        Instant from = Instant.now();
        try (EventSink sink = EventSink.open(cluster, Map.of("correlationid", run));
                ExecutorService senders = Executors.newFixedThreadPool(SENDERS)) {
            CountDownLatch half = new CountDownLatch(JOBS / 2);
            for (int i = 0; i < JOBS; i++) {
                Event request = request(i);
                senders.execute(() -> {
                    send(cluster, request);
                    half.countDown();
                });
            }
            half.await();
            Instant struck = Instant.now();
            fault.strike(cluster);
            awaitResults(sink);
            Instant done = Instant.now();
            check(sink.events());
            report(fault, cluster, sink, List.of(from, struck, done));
        } finally {
            jobs(cluster).forEach(job -> cluster.client().resource(job).delete());
        }
    }

    /** As a sender should: until the broker has it, and always under the same id. */
    private static void send(Cluster cluster, Event event) {
        Cluster.await("the broker takes " + event.get("id"), LIMIT, () -> {
            try {
                cluster.send(event);
                return true;
            } catch (AssertionError | RuntimeException e) {
                return false;
            }
        });
    }

    private void awaitResults(EventSink sink) {
        Cluster.await(JOBS + " results", LIMIT, () -> {
            try {
                return finished(sink.events()).stream()
                                .map(event -> event.data().path("eval_id").asText())
                                .distinct()
                                .count()
                        == JOBS;
            } catch (AssertionError | RuntimeException e) {
                return false; // The API server is on the way to the sink.
            }
        });
    }

    private void check(List<Event> events) {
        Map<String, Set<List<String>>> told = finished(events).stream()
                .collect(Collectors.groupingBy(
                        event -> event.data().path("eval_id").asText(),
                        TreeMap::new,
                        Collectors.mapping(
                                event -> List.of(event.get("source"), event.get("id")), Collectors.toSet())));
        assertEquals(IntStream.range(0, JOBS).mapToObj(this::evalId).sorted().toList(), List.copyOf(told.keySet()));
        told.forEach((evalId, stories) -> assertEquals(1, stories.size(), evalId + ": " + stories));
        Map<String, Set<JsonNode>> data = finished(events).stream()
                .collect(Collectors.groupingBy(
                        event -> event.get("id"), Collectors.mapping(FaultsTest::withoutItsTime, Collectors.toSet())));
        data.forEach((eventId, ways) -> assertEquals(1, ways.size(), () -> eventId + " is told in two ways: " + ways));
        for (Event event : finished(events)) {
            JsonNode result = event.data();
            assertEquals("Completed", result.path("reason").asText(), result::toString);
            assertEquals("exact", result.path("capture").asText(), result::toString);
            assertEquals(
                    printed(result.path("eval_id").asText()),
                    result.at("/stdout/text").asText());
        }
        assertTrue(events.stream().noneMatch(event -> event.get("type").endsWith("rejected.v1")));
    }

    /** When it was collected is no part of what is told. */
    private static JsonNode withoutItsTime(Event finished) {
        JsonNode data = finished.data().deepCopy();
        ((ObjectNode) data.path("timings")).remove("collected_at");
        return data;
    }

    private void report(Fault fault, Cluster cluster, EventSink sink, List<Instant> times) {
        List<Event> finished = finished(sink.events());
        List<Job> jobs = jobs(cluster);
        long swept = jobs.stream()
                .filter(job -> job.getMetadata().getAnnotations().containsKey("cupel.dev/swept-at"))
                .count();
        System.out.printf(
                "FaultsTest %-14s jobs %d, Jobs made %d, results %d of %d, told again %d, swept %d, "
                        + "fault after %d s, all there after %d s%n",
                fault,
                JOBS,
                jobs.size(),
                finished.stream().map(event -> event.get("id")).distinct().count(),
                JOBS,
                finished.size() - JOBS,
                swept,
                Duration.between(times.get(0), times.get(1)).toSeconds(),
                Duration.between(times.get(0), times.get(2)).toSeconds());
        assertEquals(JOBS, jobs.size(), "one Job a request");
    }

    private static List<Event> finished(List<Event> events) {
        return events.stream()
                .filter(event -> event.get("type").equals("dev.cupel.job.finished.v1"))
                .toList();
    }

    private Event request(int i) {
        String evalId = evalId(i);
        ObjectNode data = Cluster.JSON
                .createObjectNode()
                .put("eval_id", evalId)
                .put(
                        "code",
                        "import json, os, time\ntime.sleep(%d)\nprint(json.dumps([os.environ['EVAL_ID'], None] * 200))\n"
                                .formatted(1 + i % 5));
        return Event.of("dev.cupel.job.requested.v1", "/cupel-test/faults", evalId, data)
                .with("correlationid", run);
    }

    private String evalId(int i) {
        return run.substring(0, 8) + "-" + i;
    }

    /** What the program prints: Python's own spelling of JSON. */
    private static String printed(String evalId) {
        return "[" + String.join(", ", java.util.Collections.nCopies(200, "\"" + evalId + "\", null")) + "]\n";
    }

    private List<Job> jobs(Cluster cluster) {
        return cluster.client().batch().v1().jobs().inNamespace(Cluster.JOBS).list().getItems().stream()
                .filter(job -> run.equals(job.getMetadata().getAnnotations().get("cupel.dev/correlation-id")))
                .toList();
    }
}
