package dev.cupel.collect.upkeep;

import static dev.cupel.collect.upkeep.Watched.NAME;
import static dev.cupel.collect.upkeep.Watched.annotation;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.cloudevents.Event;
import dev.cupel.collect.Fixtures;
import dev.cupel.kubernetes.JobName;
import dev.cupel.kubernetes.ScriptedCluster;
import dev.cupel.rejection.Unavailable;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SettleJobTest {
    private final Watched watched = new Watched();
    private final ScriptedCluster cluster = watched.cluster;

    @Test
    void aResultIsToldUntilItComesBack() {
        watched.addEnded(NAME, "hello");

        Event first = watched.update(NAME).orElseThrow();
        Event second = watched.update(NAME).orElseThrow();

        assertEquals("hello", first.data().at("/stdout/text").asText());
        assertEquals(first.data(), second.data());
        assertEquals(first.context().source(), second.context().source());
        assertEquals(first.context().id(), second.context().id());
        assertEquals(0, cluster.count("patch"), "telling marks nothing");
    }

    @Test
    void aResultThatCameBackIsNotToldAgain() {
        watched.addEnded(NAME, "hello");
        watched.settle(watched.update(NAME).orElseThrow());

        JsonNode job = cluster.job(NAME);
        assertEquals("2026-11-24T10:00:10Z", annotation(job, "settled"));
        assertEquals("true", job.at("/metadata/labels/cupel.dev~1settled").asText());
        assertEquals(300, job.at("/spec/ttlSecondsAfterFinished").asInt());
        assertEquals(Optional.empty(), watched.update(NAME));
        assertEquals(Optional.empty(), watched.delete(job));
    }

    @Test
    void theTemplatesOwnTimeToLiveBeginsThen() {
        ObjectNode job = watched.addEnded(NAME, "hello");
        Fixtures.annotated(job, "cupel.dev/ttl-after-settled", "77");

        watched.settle(watched.update(NAME).orElseThrow());

        assertEquals(77, cluster.job(NAME).at("/spec/ttlSecondsAfterFinished").asInt());
    }

    /** Its controller counts its Pod just then. */
    @Test
    void aJobThatIsChangedMeanwhileIsLookedAtAgain() {
        ObjectNode job = watched.addEnded(NAME, "hello");
        ObjectNode metadata = job.withObjectProperty("metadata").put("resourceVersion", "1");
        metadata.putArray("finalizers").add("cupel.dev/result");
        Event finished = watched.update(NAME).orElseThrow();
        cluster.beforePatch = () -> metadata.put("resourceVersion", "2");
        cluster.calls.clear();

        watched.settle(finished);

        assertEquals("true", job.at("/metadata/labels/cupel.dev~1settled").asText());
        assertEquals(0, job.at("/metadata/finalizers").size());
        assertEquals(2, cluster.count("findJob"));
    }

    @Test
    void anApiServerThatStaysAwayIsNotAskedForEver() {
        watched.addEnded(NAME, "hello");
        Event finished = watched.update(NAME).orElseThrow();
        cluster.failing.add("patchJob");

        assertThrows(Unavailable.class, () -> watched.settle(finished));
        assertEquals(3, cluster.count("patchJob"));
    }

    static Stream<Unavailable> pauses() {
        return Stream.of(
                new Unavailable("the API server answered 429", true, Optional.empty()),
                new Unavailable("the API server answered 503", Duration.ofSeconds(1)),
                new Unavailable("the API server did not answer within 10 s", new TimeoutException()));
    }

    @ParameterizedTest
    @MethodSource("pauses")
    void anApiServerThatWantsAPauseOrIsAwayIsAskedOnce(Unavailable answer) {
        watched.addEnded(NAME, "hello");
        Event finished = watched.update(NAME).orElseThrow();
        cluster.beforePatch = () -> {
            throw answer;
        };

        assertEquals(answer, assertThrows(Unavailable.class, () -> watched.settle(finished)));
        assertEquals(1, cluster.count("patchJob"));
    }

    @Test
    void settlingTwiceChangesNothing() {
        watched.addEnded(NAME, "hello");
        Event finished = watched.update(NAME).orElseThrow();
        watched.settle(finished);
        JsonNode once = cluster.job(NAME).deepCopy();

        watched.settle(finished);

        assertEquals(once, cluster.job(NAME));
        assertEquals(1, cluster.count("patchJob"));
    }

    @Test
    void aJobThatHasTheNameNowIsNotSettledByTheResultOfTheOneBefore() {
        ObjectNode before = watched.addEnded(NAME, "hello");
        Event finished = watched.update(NAME).orElseThrow();
        before.withObjectProperty("metadata").put("uid", "another");

        watched.settle(finished);

        assertEquals(0, cluster.count("patchJob"));
    }

    @Test
    void theOutputOfAJobIsNotThatOfOneThatHadItsNameBefore() {
        ObjectNode now = watched.addEnded(NAME, "old");
        now.withObjectProperty("metadata").put("uid", "another");

        JsonNode result = watched.update(NAME).orElseThrow().data();

        assertEquals("lost", result.path("capture").asText());
        assertFalse(result.toString().contains("old"));
    }

    @Test
    void aJobThatIsGoneNeedsNoSettling() {
        watched.addEnded(NAME, "hello");
        Event finished = watched.update(NAME).orElseThrow();
        cluster.deleteJob(new JobName(NAME));

        watched.settle(finished);

        assertEquals(0, cluster.count("patchJob"));
    }

    @Test
    void aJobOfSomeoneElseIsLeftAlone() {
        ObjectNode job = watched.addEnded(NAME, "hello");
        Event finished = watched.update(NAME).orElseThrow();
        ((ObjectNode) job.at("/metadata/labels")).put("app.kubernetes.io/managed-by", "helm");

        watched.settle(finished);

        assertEquals(0, cluster.count("patchJob"));
        assertEquals(Optional.empty(), watched.update(NAME));
        assertEquals(Optional.empty(), watched.delete(job));
    }

    @Test
    void whatLinksAResultToItsRequestIsOnItsEvent() {
        watched.addEnded(NAME, "hello");

        var extensions = watched.update(NAME).orElseThrow().context().extensions();

        assertEquals("c-1", extensions.get("correlationid"));
        assertEquals("/there", extensions.get("replyto"));
        assertEquals("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", extensions.get("traceparent"));
        assertTrue(extensions.containsKey("outcome"));
    }

    @Test
    void everyTimeIsFromTheObjectThatKnowsIt() {
        ObjectNode job = watched.addEnded(NAME, "hello");
        cluster.pod(NAME + "-p")
                .withObjectProperty("status")
                .putArray("conditions")
                .addObject()
                .put("type", "PodScheduled")
                .put("status", "True")
                .put("lastTransitionTime", "2026-11-24T10:00:02Z");

        JsonNode timings = watched.update(job).orElseThrow().data().path("timings");

        assertEquals("2026-11-24T10:00:00.500Z", timings.path("requested_at").asText());
        assertEquals("2026-11-24T10:00:01Z", timings.path("submitted_at").asText());
        assertEquals("2026-11-24T10:00:02Z", timings.path("scheduled_at").asText());
        assertEquals("2026-09-21T14:13:20.500Z", timings.path("started_at").asText());
        assertEquals("2026-09-21T14:13:20.750Z", timings.path("finished_at").asText());
        assertEquals("2026-11-24T10:00:10Z", timings.path("collected_at").asText());
    }
}
