package dev.cupel.collect;

import static dev.cupel.collect.upkeep.Watched.NAME;
import static dev.cupel.collect.upkeep.Watched.reason;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.cloudevents.Event;
import dev.cupel.collect.frames.FrameWriter;
import dev.cupel.collect.upkeep.Watched;
import dev.cupel.kubernetes.ScriptedCluster;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What someone else took away. */
class DeletedTest {
    private static final String RUNNING = """
            {phase: 'Running', containerStatuses: [{name: 'evaluation',
              state: {running: {startedAt: '2026-11-24T10:00:02Z'}}}]}""";

    private final Watched watched = new Watched();
    private final ScriptedCluster cluster = watched.cluster;

    @Test
    void aJobThatIsDeletedWhileItRunsIsToldWithItsOutputSoFar() {
        ObjectNode job = watched.addActive(NAME, RUNNING);
        cluster.logs.put(
                NAME + "-p",
                new FrameWriter(new Random(1), 1000)
                        .stdout("so far".getBytes(UTF_8))
                        .log());
        cluster.jobs.clear();

        Event finished = watched.delete(job).orElseThrow();

        assertEquals("u-" + NAME + "-finished", finished.context().id());
        JsonNode result = finished.data();
        assertEquals("error", result.path("outcome").asText());
        assertEquals("JobDeleted", result.path("reason").asText());
        assertEquals("partial", result.path("capture").asText());
        assertEquals("so far", result.at("/stdout/text").asText());
        assertEquals("c-1", finished.context().extension("correlationid").orElseThrow());
    }

    @Test
    void aJobThatIsDeletedWithItsPodIsToldWithoutOutput() {
        ObjectNode job = watched.addActive(NAME, RUNNING);
        cluster.jobs.clear();
        cluster.pods.clear();

        JsonNode result = watched.delete(job).orElseThrow().data();

        assertEquals("JobDeleted", result.path("reason").asText());
        assertEquals("lost", result.path("capture").asText());
    }

    @Test
    void aJobThatIsDeletedBeforeItStartedHadNoOutput() {
        ObjectNode job = Watched.job(NAME, "{}");

        JsonNode result = watched.delete(job).orElseThrow().data();

        assertEquals("JobDeleted", result.path("reason").asText());
        assertEquals("none", result.path("capture").asText());
    }

    /** With {@code --cascade=foreground} the Job stays until its Pods are gone: an update comes first. */
    @Test
    void aJobThatWaitsForItsPodsToGoIsToldOnce() {
        ObjectNode job = watched.addActive(NAME, RUNNING);
        job.withObjectProperty("metadata").put("deletionTimestamp", "2026-11-24T10:00:05Z");

        Optional<Event> finished = watched.update(NAME);
        assertEquals("JobDeleted", reason(finished));
        watched.settle(finished.orElseThrow());

        assertEquals("nothing", reason(watched.delete(cluster.job(NAME))));
    }

    @Test
    void aJobThatSomeoneDeletesStaysUntilItsResultIsSettled() {
        ObjectNode job = watched.addActive(NAME, RUNNING);
        ObjectNode metadata = job.withObjectProperty("metadata");
        metadata.put("deletionTimestamp", "2026-11-24T10:00:05Z").put("resourceVersion", "7");
        metadata.putArray("finalizers").add("someone/else").add("cupel.dev/result");
        cluster.pass(Duration.ofMinutes(1));
        assertEquals(1, watched.collect.sweep(), "no event of it came");

        Event finished = watched.update(NAME).orElseThrow();
        assertEquals("JobDeleted", finished.data().path("reason").asText());
        watched.settle(finished);

        JsonNode after = cluster.job(NAME).path("metadata");
        assertEquals("[\"someone/else\"]", after.path("finalizers").toString());
        assertEquals("7", after.path("resourceVersion").asText());
        assertTrue(after.path("labels").has("cupel.dev/settled"));
    }

    @Test
    void aSettledJobThatIsStillHeldIsLetGo() {
        ObjectNode job = watched.addEnded(NAME, "hello");
        ObjectNode metadata = Fixtures.annotated(job, "cupel.dev/settled", "2026-11-24T10:00:04Z")
                .withObjectProperty("metadata");
        metadata.put("deletionTimestamp", "2026-11-24T10:00:05Z").put("resourceVersion", "7");
        metadata.putArray("finalizers").add("cupel.dev/result");

        assertEquals(Optional.empty(), watched.update(NAME));

        assertEquals("[]", cluster.job(NAME).at("/metadata/finalizers").toString());
    }

    @Test
    void aJobThatIsDeletedAfterItsEndKeepsItsOwnEnd() {
        ObjectNode job = watched.addEnded(NAME, "hello");
        cluster.jobs.clear();

        JsonNode result = watched.delete(job).orElseThrow().data();

        assertEquals("NonZeroExit", result.path("reason").asText());
        assertEquals("hello", result.at("/stdout/text").asText());
    }

    @Test
    void aPodThatIsDeletedAloneFailsItsJobWithoutALog() {
        cluster.add(Watched.job(NAME, Watched.FAILED));

        JsonNode result = watched.update(NAME).orElseThrow().data();

        assertEquals("error", result.path("outcome").asText());
        assertEquals("JobDeleted", result.path("reason").asText());
        assertEquals("lost", result.path("capture").asText());
        assertTrue(result.path("message").asText().contains("Its log is gone"));
    }

    @Test
    void aLogThatTheNodeHasLostIsSaidToBeGone() {
        watched.addEnded(NAME, "hello");
        cluster.logs.clear();

        JsonNode result = watched.update(NAME).orElseThrow().data();

        assertEquals("error", result.path("outcome").asText());
        assertEquals("lost", result.path("capture").asText());
        assertTrue(result.path("message").asText().contains("Its log is gone"));
    }

    /** As gVisor's Pods are told on the lab: it ran, and the kubelet does not know of a container. */
    @Test
    void anEvictedPodWhoseContainerIsUnknownMayHaveRun() {
        cluster.add(Watched.job(NAME, Watched.FAILED));
        ObjectNode pod = Fixtures.pod("""
                {phase: 'Failed', reason: 'Evicted', message: 'full', containerStatuses: [{name: 'evaluation',
                  state: {terminated: {exitCode: 137, reason: 'ContainerStatusUnknown', startedAt: null}}}]}""");
        cluster.add(cluster.job(NAME), pod);

        JsonNode result = watched.update(NAME).orElseThrow().data();

        assertEquals("Evicted", result.path("reason").asText());
        assertEquals("lost", result.path("capture").asText());
    }

    /** A source that leaves settled Jobs out says so of one that was just settled, and shows it as it was before. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aJobThatOnlyLeftItsSourceIsNotToldAgain(boolean isHeld) {
        ObjectNode job = watched.addEnded(NAME, "hello");
        if (isHeld) {
            ObjectNode metadata = job.withObjectProperty("metadata").put("resourceVersion", "7");
            metadata.putArray("finalizers").add("cupel.dev/result");
        }
        ObjectNode before = job.deepCopy();
        watched.settle(watched.update(NAME).orElseThrow());
        cluster.calls.clear();

        assertEquals(Optional.empty(), watched.delete(before));
        assertEquals(isHeld ? 0 : 1, cluster.calls.size(), cluster.calls::toString);

        cluster.jobs.clear();
        assertEquals(
                isHeld ? Optional.empty() : Optional.of("hello"),
                watched.delete(before)
                        .map(finished -> finished.data().at("/stdout/text").asText()));
    }

    /** Another has its name by now. */
    @Test
    void aJobThatIsGoneIsToldThoughItsNameIsTaken() {
        ObjectNode job = watched.addEnded(NAME, "hello");
        ObjectNode before = job.deepCopy();
        job.withObjectProperty("metadata").put("uid", "another");

        assertEquals("NonZeroExit", reason(watched.delete(before)));
    }

    @Test
    void aPodThatIsGoneIsNoNews() {
        watched.addActive(NAME, RUNNING);

        assertEquals(Optional.empty(), watched.delete(cluster.pod(NAME + "-p")));
    }
}
