package dev.cupel.collect.verdict;

import static dev.cupel.collect.Fixtures.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.cloudevents.Event;
import dev.cupel.cloudevents.EventContext;
import dev.cupel.collect.Collect;
import dev.cupel.collect.Fixtures;
import dev.cupel.collect.ResultBuilder;
import dev.cupel.collect.frames.FrameWriter;
import dev.cupel.collect.observed.Observed;
import dev.cupel.collect.upkeep.Timeouts;
import dev.cupel.collect.upkeep.Watched;
import dev.cupel.kubernetes.JobApi;
import dev.cupel.kubernetes.JobName;
import dev.cupel.kubernetes.ScriptedCluster;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A result is told as soon as its Pod tells all of it, and it is the one that the Job's end would have been told with. */
class ToldByPodTest {
    private static final JobName NAME = new JobName(Watched.NAME);
    private static final EventContext CONTEXT =
            new EventContext("e-1", "/test", "dev.cupel.test.v1", Optional.empty(), Optional.empty(), new TreeMap<>());
    private static final String ACTIVE = "{active: 1, ready: 0, startTime: '2026-11-24T10:00:01Z'}";

    /** A Job that has ended, its Pods, and its log. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record End(String about, Observed seen, byte @Nullable [] log) {
        @Override
        public String toString() {
            return about;
        }
    }

    /** Every end that any test of the verdict knows. */
    static Stream<End> ends() {
        Stream<End> ofOne = Stream.of(
                        WhoseFaultTest.neverStarted(), WhoseFaultTest.onlyTheProgramsDoing(), WhoseFaultTest.logGone())
                .flatMap(rows -> rows)
                .map(row -> new End(row.about(), row.seen(), bytes(row.log())));
        Stream<End> ofSets = SetJudgeTest.rows().map(row -> new End(row.about(), row.seen(), row.log()));
        return Stream.of(ofOne, ofSets, own()).flatMap(rows -> rows).flatMap(ToldByPodTest::alsoWithItsMessage);
    }

    private static Stream<End> own() {
        return Stream.of(0, 3, 121, 124, 125, 137, 143)
                .map(code -> new End(
                        "its own code " + code,
                        Fixtures.failed(Fixtures.terminated(code == 137 || code == 121 ? 123 : code, "Error")),
                        writer().exits(code).log()));
    }

    private static byte @Nullable [] bytes(Optional<InputStream> log) {
        try {
            return log.isPresent() ? log.get().readAllBytes() : null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The last frame is the termination message as well. */
    private static Stream<End> alsoWithItsMessage(End end) {
        if (end.log() == null || end.seen().pods().size() != 1) {
            return Stream.of(end);
        }
        String last = new String(end.log(), UTF_8).strip().lines().reduce("", (_, line) -> line);
        ObjectNode pod = end.seen().pods().getFirst().deepCopy();
        if (!last.startsWith("@cupel") || !(pod.at(TERMINATED) instanceof ObjectNode terminated)) {
            return Stream.of(end);
        }
        terminated.put("message", last);
        return Stream.of(
                end, new End(end.about() + ", in its message", end.seen().withPods(List.of(pod)), end.log()));
    }

    private static final String TERMINATED = "/status/containerStatuses/0/state/terminated";

    /** What is known sooner: the kubelet withholds the Pod's phase and reason until nothing of it is left. */
    private static Stream<List<ObjectNode>> earlier(Observed seen) {
        List<ObjectNode> pods =
                seen.pods().stream().map(pod -> (ObjectNode) pod.deepCopy()).toList();
        List<ObjectNode> withheld = pods.stream().map(ObjectNode::deepCopy).toList();
        withheld.forEach(
                pod -> pod.withObjectProperty("status").put("phase", "Running").remove(List.of("reason", "message")));
        return Stream.of(withheld, pods);
    }

    private static Optional<JsonNode> told(JsonNode job, List<? extends JsonNode> pods, byte @Nullable [] log) {
        ScriptedCluster cluster = cluster(job, pods, log);
        Collect collect = new Collect(cluster, "http://api", Timeouts.DEFAULT, cluster);
        return collect.find(NAME)
                .filter(Collect.State.Ended.class::isInstance)
                .map(state -> collect.result(((Collect.State.Ended) state).result(), ResultBuilder.WHOLE)
                        .toJson());
    }

    private static ScriptedCluster cluster(JsonNode job, List<? extends JsonNode> pods, byte @Nullable [] log) {
        ScriptedCluster cluster = new ScriptedCluster();
        ObjectNode ours = job.deepCopy();
        ours.put("kind", "Job").withObjectProperty("metadata").put("name", NAME.value());
        ours.withObjectProperty("metadata").withObjectProperty("labels").put("app.kubernetes.io/managed-by", "cupel");
        cluster.add(ours);
        for (JsonNode pod : pods) {
            ObjectNode copy = pod.deepCopy();
            copy.withObjectProperty("metadata").withObjectProperty("labels").put(JobApi.JOB_NAME_LABEL, NAME.value());
            String name = copy.at("/metadata/name").asText();
            cluster.pods.put(name, copy);
            if (log != null) {
                cluster.logs.put(name, log);
            }
        }
        return cluster;
    }

    private static JsonNode active(JsonNode job) {
        ObjectNode running = job.deepCopy();
        running.set("status", json(ACTIVE));
        return running;
    }

    @ParameterizedTest
    @MethodSource("ends")
    void whatIsToldSoonerIsWhatTheJobsEndTells(End end) {
        Optional<JsonNode> atItsEnd = told(end.seen().job(), end.seen().pods(), end.log());

        earlier(end.seen())
                .forEach(pods -> told(active(end.seen().job()), pods, end.log())
                        .ifPresent(sooner -> assertEquals(atItsEnd, Optional.of(sooner))));
    }

    /** What collect sends to the broker itself, and what it answers the source with. */
    @ParameterizedTest
    @MethodSource("ends")
    void theEventThatIsSentSoonerIsTheAnswerToTheJobsEnd(End end) {
        ScriptedCluster later = cluster(end.seen().job(), end.seen().pods(), end.log());
        Optional<Event> atItsEnd = new Collect(later, "http://api", Timeouts.DEFAULT, later)
                .answerUpdate(CONTEXT, later.job(NAME.value()).toString().getBytes(UTF_8));

        earlier(end.seen()).forEach(pods -> {
            ScriptedCluster cluster = cluster(active(end.seen().job()), pods, end.log());
            Collect collect = new Collect(cluster, "http://api", Timeouts.DEFAULT, cluster);
            if (collect.lookEarly(NAME) instanceof Collect.Early.Now(Event sooner)) {
                assertEquals(atItsEnd.orElseThrow().data(), sooner.data());
                assertEquals(
                        atItsEnd.orElseThrow().context().id(), sooner.context().id());
                assertEquals(
                        atItsEnd.orElseThrow().context().extensions(),
                        sooner.context().extensions());
                assertTrue(told(active(end.seen().job()), pods, end.log()).isPresent());
            } else {
                assertFalse(told(active(end.seen().job()), pods, end.log()).isPresent());
            }
        });
    }

    @Test
    void mostOfThemAreToldSooner() {
        long atTheContainersEnd = ends().filter(end -> told(
                                active(end.seen().job()),
                                earlier(end.seen()).findFirst().orElseThrow(),
                                end.log())
                        .isPresent())
                .count();
        long atTheLastPhase = ends().filter(
                        end -> told(active(end.seen().job()), end.seen().pods(), end.log())
                                .isPresent())
                .count();

        assertTrue(atTheContainersEnd >= 20, () -> atTheContainersEnd + " at the container's end");
        assertTrue(atTheLastPhase >= 60, () -> atTheLastPhase + " at the Pod's last phase");
    }

    private static FrameWriter writer() {
        return new FrameWriter(new Random(1), 1000).stdout("so far".getBytes(UTF_8));
    }

    /** A Job that goes on, and its Pod, whose program has just exited with 3. */
    private static Watched justEnded() {
        Watched watched = new Watched();
        ObjectNode job = Watched.job(NAME.value(), ACTIVE);
        ObjectNode pod = Fixtures.terminated(3, "Error");
        pod.put("kind", "Pod").withObjectProperty("status").put("phase", "Running");
        ((ObjectNode) pod.at(TERMINATED)).put("message", writer().exits(3).terminationMessage());
        pod.withObjectProperty("spec").put("nodeName", "n");
        watched.cluster.add(job, pod);
        watched.cluster.logs.put(NAME + "-p", writer().exits(3).log());
        return watched;
    }

    private static boolean isTold(Watched watched) {
        return watched.collect.find(NAME).orElseThrow() instanceof Collect.State.Ended;
    }

    /** As on the lab: a quick program's Pod is Pending until its last phase. */
    @Test
    void thePhaseOfAPodSaysNothingOfItsContainer() {
        Watched watched = justEnded();
        pod(watched.cluster).withObjectProperty("status").put("phase", "Pending");

        assertTrue(isTold(watched));
    }

    @Test
    void anEventOfThePodIsAnsweredAsTheJobsWillBe() {
        Watched watched = justEnded();
        Event sooner = watched.update(watched.cluster.pod(NAME + "-p")).orElseThrow();

        watched.cluster.job(NAME.value()).set("status", json(Watched.FAILED));
        watched.cluster.pod(NAME + "-p").withObjectProperty("status").put("phase", "Failed");
        Event atItsEnd = watched.update(NAME.value()).orElseThrow();

        assertEquals(atItsEnd.context().id(), sooner.context().id());
        assertEquals(atItsEnd.context().source(), sooner.context().source());
        assertEquals(atItsEnd.context().extensions(), sooner.context().extensions());
        assertEquals(atItsEnd.data(), sooner.data());
        assertEquals("NonZeroExit", sooner.data().path("reason").asText());
    }

    @Test
    void whatIsSettledBeforeTheJobsEndIsNotToldAgain() {
        Watched watched = justEnded();
        ObjectNode pod = watched.cluster.pod(NAME + "-p");
        watched.settle(watched.update(pod).orElseThrow());

        assertEquals(Optional.empty(), watched.update(pod));
        watched.cluster.job(NAME.value()).set("status", json(Watched.FAILED));
        assertEquals(Optional.empty(), watched.update(NAME.value()));
        assertTrue(watched.cluster.job(NAME.value()).at("/metadata/labels").has("cupel.dev/settled"));
    }

    /** Its queue takes it back just then, and it is ended for that: nothing else would take it away. */
    @Test
    void whatWasSettledAndThenTakenBackIsDeleted() {
        Watched watched = justEnded();
        watched.settle(watched.update(watched.cluster.pod(NAME + "-p")).orElseThrow());
        ObjectNode job = watched.cluster.job(NAME.value());
        job.withObjectProperty("spec").put("suspend", true);
        job.set("status", json("{ready: 1, terminating: 1}"));

        assertEquals(Optional.empty(), watched.update(NAME.value()));
        assertEquals(Optional.empty(), watched.update(NAME.value()));

        assertEquals(Map.of(), watched.cluster.jobs);
    }

    /** Once it is settled, its source tells of it no more: so it is ended in the same change, and its name is free again. */
    @Test
    void whatWasTakenBackBetweenItsTellingAndItsSettlingIsDeleted() {
        Watched watched = justEnded();
        ObjectNode job = watched.cluster.job(NAME.value());
        ObjectNode metadata = job.withObjectProperty("metadata").put("resourceVersion", "1");
        metadata.putArray("finalizers").add("cupel.dev/result");
        Event finished = watched.update(watched.cluster.pod(NAME + "-p")).orElseThrow();
        // After the look, and before the patch.
        watched.cluster.beforePatch = () -> {
            metadata.put("resourceVersion", "2");
            job.withObjectProperty("spec").put("suspend", true);
            job.set("status", json("{ready: 1, terminating: 1}"));
        };

        watched.settle(finished);

        assertEquals(Map.of(), watched.cluster.jobs);
        JsonNode patch = watched.cluster.patches.getLast();
        assertEquals("2", patch.at("/metadata/resourceVersion").asText());
        assertEquals(0, patch.at("/spec/parallelism").asInt(1), "it may be admitted again before it is deleted");
        assertTrue(patch.at("/metadata/annotations").has("cupel.dev/preempted"));
        assertTrue(patch.at("/metadata/labels").has("cupel.dev/settled"));
    }

    /** The same of one without a finalizer, and so without a need to name its version for that. */
    @Test
    void whatIsSettledBeforeTheJobsEndIsSettledAsItWasSeen() {
        Watched watched = justEnded();
        watched.cluster.job(NAME.value()).withObjectProperty("metadata").put("resourceVersion", "1");

        watched.settle(watched.update(watched.cluster.pod(NAME + "-p")).orElseThrow());

        JsonNode patch = watched.cluster.patches.getLast();
        assertEquals("1", patch.at("/metadata/resourceVersion").asText());
        assertFalse(patch.path("spec").has("parallelism"));
    }

    /** The kubelet may still be writing it: that is waited for, and never told as what there was. */
    @Test
    void aLogWithoutItsEndIsWaitedFor() {
        Watched watched = justEnded();
        watched.cluster.logs.put(NAME + "-p", writer().log());
        assertFalse(isTold(watched));
        watched.cluster.logs.remove(NAME + "-p");
        assertFalse(isTold(watched));
        watched.cluster.failing.add("readLog");
        assertFalse(isTold(watched), "nobody has to know it before the Job's end");
        watched.cluster.failing.clear();
        watched.cluster.logs.put(NAME + "-p", writer().exits(3).log());
        assertTrue(isTold(watched));
    }

    static Stream<Map.Entry<String, Consumer<ScriptedCluster>>> contested() {
        Map<String, Consumer<ScriptedCluster>> rows = new TreeMap<>();
        for (String mark : List.of("cancelled", "cause", "not-started", "preempted", "altered")) {
            rows.put(mark, on -> Fixtures.annotated(job(on), "cupel.dev/" + mark, "2026-11-24T10:00:02Z"));
        }
        rows.put("suspended", on -> job(on).withObjectProperty("spec").put("suspend", true));
        rows.put(
                "Pod deleted",
                on -> pod(on).withObjectProperty("metadata").put("deletionTimestamp", "2026-11-24T10:00:09Z"));
        rows.put("drained", on -> pod(on).withObjectProperty("status").set("conditions", json("""
                [{type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI'}]""")));
        rows.put("a second Pod", on -> {
            ObjectNode second = pod(on).deepCopy();
            second.withObjectProperty("metadata").put("name", "second");
            on.pods.put("second", second);
        });
        rows.put("told to stop", on -> ends(on, 143, writer().ends(0, null, "stopped"), "Error"));
        rows.put("killed, by the kernel perhaps", on -> ends(on, 123, writer().signalled("SIGKILL"), "Error"));
        rows.put("supervisor killed", on -> ends(on, 137, writer().exits(0), "Error"));
        rows.put("nobody knows", on -> ends(on, 3, writer().exits(3), "ContainerStatusUnknown"));
        rows.put("another code", on -> ends(on, 4, writer().exits(3), "Error"));
        rows.put("no message", on -> ((ObjectNode) pod(on).at(TERMINATED)).remove("message"));
        rows.put(
                "another message",
                on -> ((ObjectNode) pod(on).at(TERMINATED))
                        .put(
                                "message",
                                new FrameWriter(new Random(2), 1000).exits(3).terminationMessage()));
        return rows.entrySet().stream();
    }

    private static ObjectNode job(ScriptedCluster cluster) {
        return cluster.job(NAME.value());
    }

    private static ObjectNode pod(ScriptedCluster cluster) {
        return cluster.pod(NAME + "-p");
    }

    private static void ends(ScriptedCluster cluster, int code, FrameWriter writer, String reason) {
        ((ObjectNode) pod(cluster).at(TERMINATED))
                .put("exitCode", code)
                .put("reason", reason)
                .put("message", writer.terminationMessage());
        cluster.logs.put(NAME + "-p", writer.log());
    }

    @ParameterizedTest
    @MethodSource("contested")
    void whatMayStillGetAnotherStoryIsLeftToTheJob(Map.Entry<String, Consumer<ScriptedCluster>> row) {
        Watched watched = justEnded();
        assertTrue(isTold(watched));
        row.getValue().accept(watched.cluster);

        assertFalse(isTold(watched));
    }

    @Test
    void aProgramThatTheKernelKilledIsToldAtOnceWhereTheRuntimeSaysSo() {
        Watched watched = justEnded();
        ends(watched.cluster, 123, writer().signalled("SIGKILL"), "OOMKilled");

        assertTrue(isTold(watched));
    }

    @Test
    void aCancelThatComesAfterTheContainersEndChangesNothing() {
        Watched watched = justEnded();
        watched.collect.cancel(NAME);

        assertEquals(List.of(), watched.cluster.patches);
        assertTrue(isTold(watched));
    }

    /** The mark stands on the Job before anything is done to its Pod: who looked at the Job before that looks again. */
    @Test
    void aCancelBetweenTheTwoLooksIsSeen() {
        Watched watched = justEnded();
        List<String> asked = new ArrayList<>();
        JobApi slow = (JobApi) Proxy.newProxyInstance(
                JobApi.class.getClassLoader(), new Class<?>[] {JobApi.class}, (_, method, arguments) -> {
                    asked.add(method.getName());
                    if (method.getName().equals("listPods")) {
                        Fixtures.annotated(job(watched.cluster), "cupel.dev/cancelled", "2026-11-24T10:00:02Z");
                    }
                    try {
                        return method.invoke(watched.cluster, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });

        Observed seen = new Collect(slow, "").look(NAME).orElseThrow();

        assertFalse(seen.isOver());
        assertEquals(List.of("findJob", "listPods", "findJob"), asked);
    }
}
