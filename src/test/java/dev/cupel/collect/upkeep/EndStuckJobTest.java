package dev.cupel.collect.upkeep;

import static dev.cupel.collect.upkeep.Watched.NAME;
import static dev.cupel.collect.upkeep.Watched.annotation;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
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
import dev.cupel.render.Binder;
import dev.cupel.render.Renderer;
import dev.cupel.render.Requests;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.Templates;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndStuckJobTest {
    private final Watched watched = new Watched();
    private final ScriptedCluster cluster = watched.cluster;

    /** A Pod made at 10:00:01, seen that many seconds later. */
    @ParameterizedTest(name = "{0}: {2} after {1} s")
    @CsvSource({
        "InvalidImageName, 9, ImagePullFailed",
        "ErrImagePull, 299, nothing",
        "ErrImagePull, 300, ImagePullFailed",
        "ImagePullBackOff, 299, nothing",
        "ImagePullBackOff, 300, ImagePullFailed",
        "ErrImageNeverPull, 300, ImagePullFailed",
        "ImageInspectError, 300, ImagePullFailed",
        "RegistryUnavailable, 300, ImagePullFailed",
        "CreateContainerConfigError, 29, nothing",
        "CreateContainerConfigError, 30, InvalidConfig",
        "CreateContainerError, 30, InvalidConfig",
        "RunContainerError, 30, StartFailed",
        "ContainerCreating, 599, nothing",
    })
    void aContainerThatWaitsForWhatWillNotComeIsEndedInItsTime(String waiting, int seconds, String reason) {
        watched.addActive(NAME, waiting(waiting));
        cluster.pass(Duration.ofSeconds(seconds - 9));

        assertTrue(watched.update(pod()).isEmpty());

        assertEquals(reason, endsWith());
    }

    /** The Pod's own deadline would end it first, and nobody would say why: seen on the lab. */
    @ParameterizedTest
    @CsvSource({"74, nothing", "75, ImagePullFailed"})
    void anImageIsNotWaitedForUntilThePodsOwnDeadline(int seconds, String reason) {
        watched.addActive(NAME, waiting("ImagePullBackOff"));
        ((ObjectNode) pod().path("spec")).put("activeDeadlineSeconds", 150);
        cluster.pass(Duration.ofSeconds(seconds - 9));

        assertTrue(watched.update(pod()).isEmpty());

        assertEquals(reason, endsWith());
    }

    @Test
    void whatStillWaitsWhenNoEventComesIsFoundByTheSweep() {
        watched.addActive(NAME, waiting("ImagePullBackOff"));
        cluster.pass(Duration.ofMinutes(4));
        assertEquals(0, watched.collect.sweep());

        cluster.pass(Duration.ofMinutes(1));
        assertEquals(1, watched.collect.sweep());

        assertEquals("ImagePullFailed", endsWith());
    }

    @Test
    void aStartOfWhichNothingIsToldIsEndedToo() {
        watched.addActive(NAME, waiting("ContainerCreating"));
        cluster.pass(Duration.ofMinutes(10));

        assertEquals(1, watched.collect.sweep());

        assertEquals("StartFailed", endsWith());
    }

    @ParameterizedTest
    @CsvSource({"3590, nothing", "3591, Unschedulable"})
    void aPodThatNoNodeTakesIsEndedAfterAnHour(int later, String reason) {
        watched.addActive(NAME, """
            {phase: 'Pending', conditions: [{type: 'PodScheduled', status: 'False', reason: 'Unschedulable',
              message: '0/1 nodes are available: 1 Insufficient memory.'}]}\
            """);
        ((ObjectNode) cluster.pod(NAME + "-p").path("spec")).remove("nodeName");
        cluster.pass(Duration.ofSeconds(later));

        watched.update(pod());

        assertEquals(reason, endsWith());
    }

    /** From the Job's first sync, Pod or no Pod; as kubernetes 1.35.4 does it. */
    private void jobController() {
        ObjectNode job = cluster.job(NAME);
        Instant deadline = Instant.parse(job.at("/status/startTime").asText())
                .plusSeconds(job.at("/spec/activeDeadlineSeconds").asLong());
        if (!cluster.instant().isBefore(deadline)) {
            cluster.pods.clear();
            job.set("status", Fixtures.json("""
                {failed: 1, startTime: '%s', conditions: [{type: 'Failed', status: 'True', reason: 'DeadlineExceeded',
                  lastTransitionTime: '%s'}]}\
                """.formatted(
                            job.at("/status/startTime").asText(), cluster.instant())));
        }
    }

    private void minutes(int count) {
        for (int minute = 0; minute < count; minute++) {
            cluster.pass(Duration.ofMinutes(1));
            watched.collect.sweep();
            jobController();
        }
    }

    /** As a Job of that timeout has it. */
    private ObjectNode addRendered(int timeout) {
        ObjectNode rendered = new Renderer(new Templates(new TemplateFiles.BuiltIn(), Optional.empty()), new Binder())
                .render(
                        Requests.decode("{\"eval_id\": \"a\", \"code\": \"pass\", \"timeout\": %d}".formatted(timeout)),
                        new JobName(NAME),
                        Requests.CREATED_AT)
                .manifest();
        ObjectNode job = Watched.job(NAME, "{startTime: '2026-11-24T10:00:01Z'}");
        job.set("spec", rendered.path("spec"));
        return cluster.add(job);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 30, 2880, 3600})
    void theJobsOwnDeadlineComesAfterAllPatience(int timeout) {
        ObjectNode job = addRendered(timeout);
        long podDeadline = job.at("/spec/template/spec/activeDeadlineSeconds").asLong();
        cluster.createFailures.put("u-" + NAME, "exceeded quota: q");
        minutes(59);
        String unschedulable = """
            {phase: 'Pending', conditions: [{type: 'PodScheduled', status: 'False', reason: 'Unschedulable'}]}\
            """;
        ObjectNode pod = Fixtures.pod(unschedulable);
        cluster.add(job, pod);
        pod.withObjectProperty("metadata")
                .put("creationTimestamp", cluster.instant().toString());
        minutes(59);
        pod.set("status", Fixtures.json("""
            {phase: 'Pending', conditions: [{type: 'PodScheduled', status: 'True', lastTransitionTime: '%s'}],
              containerStatuses: [{name: 'evaluation', state: {waiting: {reason: 'ContainerCreating'}}}]}\
            """.formatted(cluster.instant())));
        minutes(9);
        pod.set("status", Fixtures.json("""
            {phase: 'Running', containerStatuses: [{name: 'evaluation', state: {running: {startedAt: '%s'}}}]}\
            """.formatted(cluster.instant())));
        ((ObjectNode) job.path("status")).put("ready", 1);
        minutes((int) (podDeadline / 60) + 2);

        assertEquals("nothing", endsWith());
        assertTrue(job.at("/status/conditions").isMissingNode(), job::toString);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 30, 2880})
    void whatNoNodeTakesIsToldAsThatAndNotByTheJobsDeadline(int timeout) {
        ObjectNode job = addRendered(timeout);
        cluster.add(job, Fixtures.pod("""
            {phase: 'Pending', conditions: [{type: 'PodScheduled', status: 'False', reason: 'Unschedulable',
              message: '0/1 nodes are available'}]}\
            """));
        minutes(59);
        assertEquals("nothing", endsWith());

        minutes(3);

        JsonNode result = watched.update(NAME).orElseThrow().data();
        assertEquals("error", result.path("outcome").asText());
        assertEquals("Unschedulable", result.path("reason").asText());
        assertEquals("none", result.path("capture").asText());
    }

    @Test
    void aJobWhoseOwnDeadlineCameWithoutAStartIsNoFailure() {
        ObjectNode job = addRendered(30);
        ((ObjectNode) job.path("spec")).put("activeDeadlineSeconds", 60);
        cluster.add(job, Fixtures.pod("{phase: 'Pending'}"));

        minutes(2);

        JsonNode result = watched.update(NAME).orElseThrow().data();
        assertEquals("error", result.path("outcome").asText());
        assertEquals("StartFailed", result.path("reason").asText());
    }

    @ParameterizedTest
    @CsvSource({"PT83H, true", "PT84H, false", "P30D, false"})
    void aPatienceThatAJobDoesNotLiveForIsRefused(Duration unschedulable, boolean taken) {
        Timeouts timeouts = Timeouts.DEFAULT;
        Executable make = () -> new Timeouts(
                timeouts.sweep(),
                timeouts.lost(),
                timeouts.refused(),
                timeouts.pending(),
                unschedulable,
                timeouts.silent(),
                timeouts.queued());
        if (taken) {
            assertDoesNotThrow(make);
        } else {
            String message = assertThrows(IllegalArgumentException.class, make).toString();
            assertTrue(message.contains("CUPEL_UNSCHEDULABLE_AFTER"), message);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'pods \"x\" is forbidden: exceeded quota: q, used: 9', 3590, nothing",
        "'pods \"x\" is forbidden: exceeded quota: q, used: 9', 3591, QuotaExceeded",
        "'Operation cannot be fulfilled on resourcequotas \"jobs\": the object has been modified', 3590, nothing",
        "'Operation cannot be fulfilled on resourcequotas \"jobs\": the object has been modified', 3591, QuotaExceeded",
        "'etcdserver: request timed out', 3590, nothing",
        "'etcdserver: request timed out', 3591, StartFailed",
        "'pods \"x\" is forbidden: violates PodSecurity \"restricted\"', 21, InvalidConfig",
        "'admission webhook \"w\" denied the request: no', 21, InvalidConfig",
    })
    void aPodThatMayNotBeMadeIsToldByItsEvent(String message, int later, String reason) {
        cluster.add(Watched.job(NAME, "{startTime: '2026-11-24T10:00:01Z'}"));
        cluster.createFailures.put("u-" + NAME, message);
        cluster.pass(Duration.ofSeconds(later));

        watched.collect.sweep();

        assertEquals(reason, endsWith());
    }

    @Test
    void whatEndedItIsToldTheWayOfAllOtherEnds() {
        watched.addActive(NAME, waiting("InvalidImageName"));
        watched.update(pod());
        assertEquals(1, cluster.job(NAME).at("/spec/activeDeadlineSeconds").asInt());

        Event finished = deadlineTakesThePod();

        JsonNode result = finished.data();
        assertEquals("error", result.path("outcome").asText());
        assertEquals("ImagePullFailed", result.path("reason").asText());
        assertEquals("none", result.path("capture").asText());
        assertEquals(
                "The image could not be had. \"InvalidImageName: no such\"",
                result.path("message").asText());
        watched.settle(finished);
        assertEquals(300, cluster.job(NAME).at("/spec/ttlSecondsAfterFinished").asInt());
    }

    /** What the Job controller does. */
    private Event deadlineTakesThePod() {
        cluster.pods.clear();
        cluster.job(NAME).set("status", Fixtures.json("""
            {failed: 1, conditions: [{type: 'Failed', status: 'True', reason: 'DeadlineExceeded',
              lastTransitionTime: '2026-11-24T10:00:12Z'}]}\
            """));
        return watched.update(NAME).orElseThrow();
    }

    @Test
    void aProgramThatStartedAtTheLastMomentIsToldByItsOwnEnd() {
        ObjectNode job = watched.addEnded(NAME, "hello");
        Fixtures.annotated(job, "cupel.dev/cause", "ImagePullFailed: x");
        Fixtures.annotated(job, "cupel.dev/not-started", "2026-11-24T10:00:02Z");

        JsonNode result = watched.update(NAME).orElseThrow().data();

        assertEquals("NonZeroExit", result.path("reason").asText());
        assertEquals("exact", result.path("capture").asText());
    }

    /** Made at 10:00:01, and it is 10:00:10. */
    @Test
    void aSuspendedJobWaitsItsTurnForADayAndIsThenTold() {
        ObjectNode job = queued();
        cluster.pass(Duration.ofHours(24).minusSeconds(10));
        assertEquals(0, watched.collect.sweep());
        assertEquals(List.of("listUnsettled "), cluster.calls);

        cluster.pass(Duration.ofSeconds(1));
        assertEquals(1, watched.collect.sweep());

        assertEquals(0, job.at("/spec/parallelism").asInt(1));
        assertEquals(true, job.at("/spec/suspend").asBoolean(), "not resumed to be ended");
        Event finished = watched.update(NAME).orElseThrow();
        JsonNode result = finished.data();
        assertEquals("error", result.path("outcome").asText());
        assertEquals("QuotaExceeded", result.path("reason").asText());
        assertEquals("none", result.path("capture").asText());
        assertEquals(
                "No quota was left for the Pod. Queue \"team\" did not admit it within 24 h: it is full, or nobody"
                        + " serves it.",
                result.path("message").asText());
        watched.settle(finished);
        assertEquals(0, cluster.jobs.size());
    }

    /** Of a class that is not there Kueue makes no Workload, and the Job waits for ever. */
    @Test
    void aJobThatIsNotAdmittedIsToldItsPriorityClassWhichKueueMayNotKnow() {
        ObjectNode job = queued();
        ((ObjectNode) job.at("/metadata/labels")).put("kueue.x-k8s.io/priority-class", "urgent");
        cluster.pass(Duration.ofHours(24));
        watched.collect.sweep();

        assertEquals(
                "No quota was left for the Pod. Queue \"team\" did not admit it within 24 h: it is full, nobody serves"
                        + " it, or Kueue knows no WorkloadPriorityClass \"urgent\".",
                watched.update(NAME).orElseThrow().data().path("message").asText());
    }

    @Test
    void itsResultIsToldAgainByTheSweepEverMoreRarely() {
        queued();
        cluster.pass(Duration.ofHours(24));
        watched.collect.sweep();
        List<Integer> minutes = new ArrayList<>();
        for (int minute = 1; minute <= 16; minute++) {
            cluster.pass(Duration.ofMinutes(1));
            if (watched.collect.sweep() == 1) {
                minutes.add(minute);
            }
        }

        assertEquals(List.of(1, 2, 4, 8, 16), minutes);
    }

    @Test
    void aJobThatIsAdmittedAtTheLastMomentIsNotEnded() {
        ObjectNode job = queued();
        ((ObjectNode) job.path("metadata")).put("resourceVersion", "1");
        cluster.pass(Duration.ofDays(2));
        cluster.beforePatch = () -> {
            ((ObjectNode) job.path("metadata")).put("resourceVersion", "2");
            ((ObjectNode) job.path("spec")).put("suspend", false);
        };

        assertThrows(Unavailable.class, watched.collect::sweep);

        assertEquals("", annotation(job, "cause"));
        assertFalse(job.path("spec").has("parallelism"));
        assertEquals(Optional.empty(), watched.update(NAME));
    }

    private ObjectNode queued() {
        ObjectNode job = cluster.add(Watched.job(NAME, "{}"));
        job.withObjectProperty("spec").put("suspend", true);
        ((ObjectNode) job.at("/metadata/labels")).put("kueue.x-k8s.io/queue-name", "team");
        return job;
    }

    /** Its deadline does not run any more. */
    @Test
    void whatWasEndedAndThenSuspendedIsEndedAllTheSame() {
        watched.addActive(NAME, waiting("InvalidImageName"));
        watched.update(pod());
        cluster.pods.clear();
        cluster.job(NAME).set("status", Fixtures.json("{}"));
        cluster.job(NAME).withObjectProperty("spec").put("suspend", true);

        assertEquals(1, watched.collect.sweep());

        JsonNode result = watched.update(NAME).orElseThrow().data();
        assertEquals("ImagePullFailed", result.path("reason").asText());
    }

    @Test
    void theTimeOfAJobThatWasSuspendedCountsFromItsStart() {
        cluster.add(Watched.job(NAME, "{startTime: '2026-11-24T13:00:00Z'}"));
        cluster.createFailures.put("u-" + NAME, "exceeded quota");
        cluster.pass(Duration.ofHours(3));

        assertEquals(0, watched.collect.sweep());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{phase: 'Running', containerStatuses: [{name: 'evaluation', state: {running: {startedAt:"
                        + " '2026-11-24T10:00:02Z'}}}]}",
                "{phase: 'Failed', containerStatuses: [{name: 'evaluation', state: {terminated: {exitCode: 3, reason:"
                        + " 'Error'}}}]}",
                "{phase: 'Failed', containerStatuses: [{name: 'evaluation', state: {terminated: {exitCode: 128,"
                        + " reason: 'StartError'}}}]}"
            })
    void whatRanOrWasTriedIsNotStuck(String status) {
        watched.addActive(NAME, status);
        cluster.pass(Duration.ofDays(1));

        assertEquals(0, watched.collect.sweep());
        assertEquals("nothing", endsWith());
    }

    @Test
    void whatSomeoneCancelledIsNotEndedTwice() {
        Fixtures.annotated(
                watched.addActive(NAME, waiting("InvalidImageName")), "cupel.dev/cancelled", "2026-11-24T10:00:05Z");

        watched.update(pod());

        assertEquals("nothing", endsWith());
    }

    @Test
    void anOrdinaryChangeOfAPodAsksNothing() {
        watched.addActive(NAME, "{phase: 'Pending', conditions: [{type: 'PodScheduled', status: 'True'}]}");
        cluster.calls.clear();

        watched.update(pod());

        assertTrue(cluster.calls.isEmpty(), cluster.calls.toString());
    }

    @Test
    void aPodOfSomeoneElsesJobIsLeftAlone() {
        ObjectNode job = watched.addActive(NAME, waiting("InvalidImageName"));
        ((ObjectNode) job.at("/metadata/labels")).remove("app.kubernetes.io/managed-by");

        watched.update(pod());

        assertFalse(cluster.job(NAME).at("/metadata/annotations").has("cupel.dev/cause"));
    }

    @Test
    void aJobThatIsGoneIsNotAsked() {
        watched.addActive(NAME, waiting("InvalidImageName"));
        JsonNode pod = pod();
        cluster.jobs.clear();

        assertEquals(Optional.empty(), watched.update(pod));
    }

    private JsonNode pod() {
        return cluster.pod(NAME + "-p");
    }

    private static String waiting(String reason) {
        return """
            {phase: 'Pending', conditions: [{type: 'PodScheduled', status: 'True',
              lastTransitionTime: '2026-11-24T10:00:01Z'}],
              containerStatuses: [{name: 'evaluation', state: {waiting: {reason: '%s', message: 'no such'}}}]}\
            """.formatted(reason);
    }

    /** The reason that was noted on the Job, if it was ended. */
    private String endsWith() {
        String cause = annotation(cluster.job(NAME), "cause");
        boolean ended = cluster.job(NAME).at("/spec/activeDeadlineSeconds").asInt() == 1;
        assertEquals(ended, !cause.isEmpty());
        return ended ? cause.split(":", 2)[0] : "nothing";
    }
}
