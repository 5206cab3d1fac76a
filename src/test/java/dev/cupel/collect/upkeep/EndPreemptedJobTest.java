package dev.cupel.collect.upkeep;

import static dev.cupel.collect.upkeep.Watched.NAME;
import static dev.cupel.collect.upkeep.Watched.annotation;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.cloudevents.Event;
import dev.cupel.collect.Fixtures;
import dev.cupel.collect.frames.FrameWriter;
import dev.cupel.kubernetes.ScriptedCluster;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A queue takes a Job off its node for another that is worth more. */
class EndPreemptedJobTest {
    private static final String RUNNING = """
        {phase: 'Running', containerStatuses: [{name: 'evaluation',
          state: {running: {startedAt: '2026-11-24T10:00:02Z'}}}]}\
        """;
    private static final String PENDING = "{phase: 'Pending'}";

    private final Watched watched = new Watched();
    private final ScriptedCluster cluster = watched.cluster;

    /** The queue's own change: the Job controller has not heard of it yet. */
    private ObjectNode suspended(String podStatus, int ready) {
        ObjectNode job = watched.addActive(NAME, podStatus);
        job.withObjectProperty("status").put("ready", ready);
        job.withObjectProperty("spec").put("suspend", true);
        return job;
    }

    @Test
    void aProgramThatHadStartedIsNotStartedASecondTime() {
        ObjectNode job = suspended(RUNNING, 1);

        assertEquals(Optional.empty(), watched.update(NAME));

        assertEquals(0, job.at("/spec/parallelism").asInt(1));
        cluster.pods.clear();
        Event finished = watched.update(NAME).orElseThrow();
        assertEquals("error", finished.data().path("outcome").asText());
        assertEquals("Evicted", finished.data().path("reason").asText());
        assertEquals("lost", finished.data().path("capture").asText());
        watched.settle(finished);
        assertEquals(0, cluster.jobs.size());
    }

    @Test
    void whatItPrintedIsThereWhileItsPodIs() {
        suspended(RUNNING, 1);
        watched.update(NAME);
        cluster.logs.put(
                NAME + "-p",
                new FrameWriter(new Random(1), 1000)
                        .stdout("so far".getBytes(UTF_8))
                        .ends(null, "SIGTERM", "stopped")
                        .log());
        cluster.pod(NAME + "-p").set("status", Fixtures.terminated(143, "Error").path("status"));
        ((ObjectNode) cluster.pod(NAME + "-p").path("metadata")).put("deletionTimestamp", "2026-11-24T10:00:20Z");

        JsonNode result = watched.update(NAME).orElseThrow().data();

        assertEquals("Evicted", result.path("reason").asText());
        assertEquals("so far", result.at("/stdout/text").asText());
    }

    @Test
    void aProgramThatEndedByItselfKeepsItsOwnEnd() {
        suspended(RUNNING, 1);
        watched.update(NAME);
        cluster.logs.put(
                NAME + "-p", new FrameWriter(new Random(1), 1000).exits(3).log());
        cluster.pod(NAME + "-p").set("status", Fixtures.terminated(3, "Error").path("status"));

        assertEquals("NonZeroExit", Watched.reason(watched.update(NAME)));
    }

    @Test
    void whatTheJobControllerSaysOfItsPodsAfterwardsTellsItToo() {
        ObjectNode job = suspended(RUNNING, 0);
        job.set("status", Fixtures.json("{terminating: 1, conditions: [{type: 'Suspended', status: 'True'}]}"));

        watched.update(NAME);

        assertFalse(annotation(job, "preempted").isEmpty());
    }

    @Test
    void itIsEndedThoughTheQueueHasGivenItAnotherNodeByThen() {
        ObjectNode told = suspended(RUNNING, 1).deepCopy();
        cluster.pods.clear();
        ObjectNode job = cluster.job(NAME);
        job.withObjectProperty("spec").put("suspend", false);
        job.set("status", Fixtures.json("{active: 1}"));

        watched.update(told);

        assertEquals(0, job.at("/spec/parallelism").asInt(1));
        assertEquals("Evicted", Watched.reason(watched.update(NAME)));
    }

    @Test
    void aProgramThatHadNotStartedWaitsForItsNextTurn() {
        ObjectNode job = suspended(PENDING, 0);

        watched.update(NAME);

        assertFalse(job.path("spec").has("parallelism"));
        assertEquals(0, cluster.count("patch"));
    }

    @Test
    void aJobThatWasMadeSuspendedAsksNothing() {
        cluster.add(Watched.job(NAME, "{conditions: [{type: 'Suspended', status: 'True'}]}"))
                .withObjectProperty("spec")
                .put("suspend", true);
        cluster.calls.clear();

        assertEquals(Optional.empty(), watched.update(NAME));

        assertEquals(0, cluster.calls.size(), cluster.calls.toString());
    }

    /** A deleted Pod may count as failed, and one failure is all that a Job has. */
    @Test
    void aJobThatItsControllerEndedForThatIsToldTheSame() {
        ObjectNode job = cluster.add(Watched.job(NAME, Watched.FAILED));
        job.withObjectProperty("spec").put("suspend", true);

        assertEquals("Evicted", Watched.reason(watched.update(NAME)));
    }
}
