package dev.cupel.collect.upkeep;

import static dev.cupel.collect.upkeep.Watched.CONTEXT;
import static dev.cupel.collect.upkeep.Watched.NAME;
import static dev.cupel.collect.upkeep.Watched.annotation;
import static dev.cupel.collect.upkeep.Watched.bytes;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.cloudevents.Event;
import dev.cupel.collect.Fixtures;
import dev.cupel.collect.frames.FrameWriter;
import dev.cupel.kubernetes.JobName;
import dev.cupel.kubernetes.ScriptedCluster;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import dev.cupel.rejection.Unavailable;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CancelJobTest {
    private static final String RUNNING = """
        {phase: 'Running', containerStatuses: [{name: 'evaluation',
          state: {running: {startedAt: '2026-11-24T10:00:02Z'}}}]}\
        """;

    private final Watched watched = new Watched();
    private final ScriptedCluster cluster = watched.cluster;

    private Optional<Event> cancel(String name) {
        return watched.collect.answerCancel(
                CONTEXT, bytes(JsonNodeFactory.instance.objectNode().put("job_name", name)));
    }

    @Test
    void aRunningProgramIsEndedByThePodsDeadlineWhichKeepsItsLog() {
        watched.addActive(NAME, RUNNING);

        assertEquals(Optional.empty(), cancel(NAME));

        assertEquals(
                1, cluster.pod(NAME + "-p").at("/spec/activeDeadlineSeconds").asInt());
        assertFalse(cluster.job(NAME).path("spec").has("activeDeadlineSeconds"));
        assertEquals("2026-11-24T10:00:10Z", annotation(cluster.job(NAME), "cancelled"));

        stopped();
        JsonNode result = watched.update(NAME).orElseThrow().data();
        assertEquals("cancelled", result.path("outcome").asText());
        assertEquals("so far", result.at("/stdout/text").asText());
        assertEquals("exact", result.path("capture").asText());
    }

    /** What kubelet, supervisor and Job controller do. */
    private void stopped() {
        FrameWriter writer = new FrameWriter(new Random(1), 1000)
                .stdout("so far".getBytes(UTF_8))
                .ends(null, "SIGTERM", "stopped");
        cluster.logs.put(NAME + "-p", writer.log());
        cluster.pod(NAME + "-p").set("status", Fixtures.terminated(143, "Error").path("status"));
        cluster.job(NAME).set("status", Fixtures.json(Watched.FAILED.replace(":03Z", ":13Z")));
    }

    @Test
    void aPodThatIsOnANodeAndHasNotStartedIsEndedThereToo() {
        watched.addActive(NAME, "{phase: 'Pending'}");

        cancel(NAME);

        assertEquals(
                1, cluster.pod(NAME + "-p").at("/spec/activeDeadlineSeconds").asInt());
    }

    @Test
    void whatHasNoNodeIsEndedByTheJobsOwnDeadline() {
        cluster.add(Watched.job(NAME, "{active: 1}"));

        cancel(NAME);

        assertEquals(1, cluster.job(NAME).at("/spec/activeDeadlineSeconds").asInt());
        cluster.job(NAME).set("status", Fixtures.json("""
            {failed: 1, conditions: [{type: 'Failed', status: 'True', reason: 'DeadlineExceeded',
              lastTransitionTime: '2026-11-24T10:00:12Z'}]}\
            """));
        JsonNode result = watched.update(NAME).orElseThrow().data();
        assertEquals("Cancelled", result.path("reason").asText());
        assertEquals("none", result.path("capture").asText());
    }

    @Test
    void aSuspendedJobIsNotResumedToBeEndedAndIsGoneWhenItsResultIsSettled() {
        ObjectNode job = cluster.add(Watched.job(NAME, "{}"));
        job.withObjectProperty("spec").put("suspend", true);

        cancel(NAME);

        assertEquals(0, job.at("/spec/parallelism").asInt(1));
        assertEquals(true, job.at("/spec/suspend").asBoolean());
        Event finished = watched.update(NAME).orElseThrow();
        assertEquals("Cancelled", finished.data().path("reason").asText());
        assertEquals("none", finished.data().path("capture").asText());
        watched.settle(finished);
        assertEquals(0, cluster.jobs.size());
        assertEquals(Optional.empty(), watched.delete(job), "it was settled before it went");
    }

    @Test
    void theResultOfASuspendedJobThatWasCancelledIsToldAgainByTheSweep() {
        cluster.add(Watched.job(NAME, "{}")).withObjectProperty("spec").put("suspend", true);
        cancel(NAME);
        cluster.pass(Duration.ofMinutes(1));

        assertEquals(1, watched.collect.sweep());
    }

    /** What a queue does that needs the place: it suspends the Job, and the Job controller deletes its Pod. */
    private void evict() {
        cluster.pods.clear();
        cluster.job(NAME).withObjectProperty("spec").put("suspend", true);
        cluster.job(NAME).set("status", Fixtures.json("{conditions: [{type: 'Suspended', status: 'True'}]}"));
    }

    /** What it does when there is place again: a new Pod, in which the program runs from its start. */
    private void readmit(String podStatus) {
        ObjectNode job = cluster.job(NAME);
        job.withObjectProperty("spec").put("suspend", false);
        job.set("status", Fixtures.json("{active: 1, startTime: '2026-11-24T10:00:30Z'}"));
        ObjectNode pod = Fixtures.pod(podStatus);
        pod.withObjectProperty("spec").put("nodeName", "n").put("activeDeadlineSeconds", 150);
        cluster.add(job, pod);
    }

    @Test
    void aCancelHoldsWhenTheQueueTakesTheJobOffItsNode() {
        watched.addActive(NAME, RUNNING);
        cancel(NAME);
        evict();

        assertEquals(Optional.empty(), watched.update(NAME), "that it is suspended");

        assertEquals(0, cluster.job(NAME).at("/spec/parallelism").asInt(1), "no second start");
        Event finished = watched.update(NAME).orElseThrow();
        assertEquals("cancelled", finished.data().path("outcome").asText());
        assertEquals("lost", finished.data().path("capture").asText(), "it had run, and its log is gone");
        watched.settle(finished);
        assertEquals(0, cluster.jobs.size());
    }

    @Test
    void aJobThatIsBeingTakenOffItsNodeIsCancelledForGood() {
        watched.addActive(NAME, RUNNING);
        cluster.job(NAME).withObjectProperty("spec").put("suspend", true);

        cancel(NAME);

        assertEquals(0, cluster.job(NAME).at("/spec/parallelism").asInt(1));
        evict();
        JsonNode result = watched.update(NAME).orElseThrow().data();
        assertEquals("Cancelled", result.path("reason").asText());
        assertEquals("lost", result.path("capture").asText());
    }

    @Test
    void aCancelHoldsWhenTheQueueHasGivenTheJobAnotherNodeAndNoEventCame() {
        watched.addActive(NAME, RUNNING);
        cancel(NAME);
        evict();
        readmit(RUNNING);

        assertEquals(1, watched.collect.sweep());

        assertEquals(
                1, cluster.pod(NAME + "-p").at("/spec/activeDeadlineSeconds").asInt());
        assertEquals(0, watched.collect.sweep(), "what is ending already is left alone");
        stopped();
        assertEquals("Cancelled", Watched.reason(watched.update(NAME)));
    }

    @Test
    void aCancelHoldsWhenTheJobWaitsForItsSecondNode() {
        watched.addActive(NAME, RUNNING);
        cancel(NAME);
        evict();
        readmit("{phase: 'Pending'}");
        ((ObjectNode) cluster.pod(NAME + "-p").path("spec")).remove("nodeName");

        assertEquals(1, watched.collect.sweep());
        assertEquals(0, watched.collect.sweep());

        assertEquals(1, cluster.job(NAME).at("/spec/activeDeadlineSeconds").asInt());
        assertEquals("", annotation(cluster.job(NAME), "not-started"), "the first time it had started");
    }

    @Test
    void aCancelHoldsWhenTheSweepAloneFindsTheJobSuspended() {
        watched.addActive(NAME, RUNNING);
        cancel(NAME);
        evict();

        assertEquals(1, watched.collect.sweep());
        assertEquals("Cancelled", Watched.reason(watched.update(NAME)));
        cluster.pass(Duration.ofMinutes(1));
        assertEquals(1, watched.collect.sweep(), "it is told again until it is settled");
    }

    /** Between the list of its Pods and the Job's deadline a second later. */
    @Test
    void aPodThatGetsItsNodeWhileItIsCancelledIsNotToldAsOneThatNeverRan() {
        cluster.add(Watched.job(NAME, "{active: 1}"));
        cancel(NAME);
        readmit(RUNNING);

        watched.update(NAME);

        assertEquals(
                1, cluster.pod(NAME + "-p").at("/spec/activeDeadlineSeconds").asInt());
        cluster.pods.clear();
        cluster.job(NAME).set("status", Fixtures.json("""
            {failed: 1, conditions: [{type: 'Failed', status: 'True', reason: 'DeadlineExceeded',
              lastTransitionTime: '2026-11-24T10:00:12Z'}]}\
            """));
        JsonNode result = watched.update(NAME).orElseThrow().data();
        assertEquals("Cancelled", result.path("reason").asText());
        assertEquals("lost", result.path("capture").asText());
    }

    @Test
    void aJobThatIsCancelledBeforeItHasAPodNeverHasOne() {
        cluster.add(Watched.job(NAME, "{}"));

        cancel(NAME);
        watched.update(NAME);
        watched.update(NAME);

        assertEquals(1, cluster.job(NAME).at("/spec/activeDeadlineSeconds").asInt());
        assertEquals(1, cluster.count("patch"), "its own change is no reason for another");
    }

    @Test
    void theSecondTimeChangesNothing() {
        watched.addActive(NAME, RUNNING);
        cancel(NAME);
        JsonNode once = cluster.job(NAME).deepCopy();
        cluster.pass(Duration.ofSeconds(5));

        assertEquals(Optional.empty(), cancel(NAME));

        assertEquals(once, cluster.job(NAME));
    }

    @Test
    void whatHasEndedKeepsItsOwnEnd() {
        watched.addEnded(NAME, "hello");

        assertEquals(Optional.empty(), cancel(NAME));

        assertEquals(0, cluster.count("patch"));
        assertEquals(
                "NonZeroExit",
                watched.update(NAME).orElseThrow().data().path("reason").asText());
    }

    @Test
    void whatFailsHalfWayIsDoneWhenItIsRepeated() {
        watched.addActive(NAME, RUNNING);
        cluster.failing.add("patchPod");
        assertThrows(Unavailable.class, () -> cancel(NAME));
        cluster.failing.clear();

        cancel(NAME);

        assertEquals(
                1, cluster.pod(NAME + "-p").at("/spec/activeDeadlineSeconds").asInt());
    }

    @Test
    void aJobThatIsNotThereIsAnsweredWithRejected() {
        Event rejected = cancel(NAME).orElseThrow();

        assertEquals("NotFound", rejected.data().path("reason").asText());
        Rejected thrown = assertThrows(Rejected.class, () -> watched.collect.cancel(new JobName(NAME)));
        assertEquals(RejectionReason.NOT_FOUND, thrown.reason());
    }

    @Test
    void aJobOfSomeoneElseIsNotThere() {
        ObjectNode job = watched.addActive(NAME, RUNNING);
        ((ObjectNode) job.at("/metadata/labels")).put("app.kubernetes.io/managed-by", "helm");

        assertEquals(
                "NotFound", cancel(NAME).orElseThrow().data().path("reason").asText());
        assertEquals(0, cluster.count("patch"));
    }
}
