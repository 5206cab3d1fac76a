package dev.cupel.collect;

import static dev.cupel.collect.Fixtures.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.Await;
import dev.cupel.TestTags;
import dev.cupel.cloudevents.Event;
import dev.cupel.collect.frames.FrameWriter;
import dev.cupel.collect.upkeep.Timeouts;
import dev.cupel.collect.upkeep.Watched;
import dev.cupel.kubernetes.JobApi;
import dev.cupel.kubernetes.ScriptedCluster;
import dev.cupel.rejection.Unavailable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Results that collect sends to the broker itself, and that whatever keeps it from that is left to the Jobs' ends. */
@Tag(TestTags.SLOW)
@Timeout(60)
class TellerTest {
    private static final String NAME = Watched.NAME;
    private static final String JOBS = "/apis/batch/v1/namespaces/crucible/jobs/";
    private static final Duration SHORT = Duration.ofMillis(20);

    private final Watched watched = new Watched();
    private final ScriptedCluster cluster = watched.cluster;
    private final List<Event> sent = new CopyOnWriteArrayList<>();
    private final List<String> logged = new CopyOnWriteArrayList<>();
    private volatile Teller.Broker broker = sent::add;
    private final Teller teller = teller(Duration.ofSeconds(30));

    private Teller teller(Duration linger) {
        JobApi one = (JobApi) Proxy.newProxyInstance(
                JobApi.class.getClassLoader(), new Class<?>[] {JobApi.class}, (_, method, arguments) -> {
                    synchronized (cluster) {
                        try {
                            return method.invoke(cluster, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    }
                });
        Collect collect = new Collect(one, "http://api", Timeouts.DEFAULT, cluster);
        return new Teller(collect, one, Optional.of(event -> broker.send(event)), logged::add, SHORT, linger);
    }

    private static FrameWriter writer() {
        return new FrameWriter(new Random(1), 1000).stdout("so far".getBytes(UTF_8));
    }

    /** A Job that goes on, and whose program does. */
    private void running(String name) {
        synchronized (cluster) {
            watched.addActive(name, "{phase: 'Running'}");
        }
        teller.isNew(JOBS + name);
    }

    /** Its program exits with 3; the Job itself knows nothing of that yet. */
    private void ends(String name) {
        synchronized (cluster) {
            ObjectNode job = cluster.job(name);
            ObjectNode pod = Fixtures.terminated(3, "Error");
            pod.put("kind", "Pod").withObjectProperty("status").put("phase", "Pending");
            ((ObjectNode) pod.at("/status/containerStatuses/0/state/terminated"))
                    .put("message", writer().exits(3).terminationMessage());
            pod.withObjectProperty("spec").put("nodeName", "n");
            cluster.add(job, pod);
            cluster.logs.put(name + "-p", writer().exits(3).log());
        }
    }

    /** The Job says so too. */
    private void isOver(String name) {
        synchronized (cluster) {
            cluster.job(name).set("status", json(Watched.FAILED));
            cluster.pod(name + "-p").withObjectProperty("status").put("phase", "Failed");
        }
    }

    private void awaitSent(int number) throws InterruptedException {
        Await.until(number + " sent", () -> sent.size() >= number);
        Await.until("nothing is under way", () -> teller.isIdle());
        assertEquals(number, sent.size());
    }

    /** Waits until nothing is looked at any more. */
    private void settles() throws InterruptedException {
        Await.until("nothing is under way", () -> teller.isIdle());
    }

    @Test
    void whatIsSentIsWhatTheJobsEndWouldBeAnsweredWith() throws Exception {
        running(NAME);
        assertEquals(1, teller.count());
        ends(NAME);
        cluster.tellEnd(NAME);
        awaitSent(1);

        assertEquals(0, teller.count());
        isOver(NAME);
        Event atItsEnd = watched.update(NAME).orElseThrow();
        assertEquals(atItsEnd.data(), sent.getFirst().data());
        assertEquals(atItsEnd.context().id(), sent.getFirst().context().id());
        assertEquals(atItsEnd.context().source(), sent.getFirst().context().source());
        assertEquals(atItsEnd.context().extensions(), sent.getFirst().context().extensions());
        assertEquals(List.of(), cluster.patches, "only what comes back settles it");
    }

    @Test
    void whatCameBackIsNotToldAtTheJobsEnd() throws Exception {
        running(NAME);
        ends(NAME);
        cluster.tellEnd(NAME);
        awaitSent(1);
        watched.settle(sent.getFirst());
        isOver(NAME);

        assertEquals(Optional.empty(), watched.update(NAME));
        cluster.tellEnd(NAME);
        settles();
        assertEquals(1, sent.size());
    }

    /** Without a Pod, nothing tells of its end here. */
    @Test
    void whatTheJobAloneKnewIsNotWaitedForOnceItCameBack() throws Exception {
        Teller brief = teller(SHORT);
        brief.isNew(JOBS + NAME);
        brief.isTold("eval-b");
        brief.isTold("No_Name");
        assertEquals(1, brief.count());
        brief.isTold(NAME);
        assertEquals(0, brief.count());
        Await.until("the watch is let go", () -> !brief.isWatching());
    }

    /** Another instance does, and asks for it. */
    @Test
    void aJobOfWhichItWasNotToldIsNotEvenLookedAt() throws Exception {
        running("eval-b");
        watched.addActive(NAME, "{phase: 'Running'}");
        ends(NAME);
        cluster.tellEnd(NAME);
        settles();

        assertEquals(0, cluster.count("findJob"));
        assertEquals(0, cluster.count("listPods"));
        assertEquals(List.of(), sent);
    }

    /** Under load the source is behind. */
    @Test
    void theWordOfANewJobMayComeAfterItsEnd() throws Exception {
        running("eval-b");
        watched.addActive(NAME, "{phase: 'Running'}");
        ends(NAME);
        cluster.tellEnd(NAME);
        teller.isNew(JOBS + NAME);

        awaitSent(1);
    }

    @Test
    void aPodThatDoesNotTellAllIsWaitedFor() throws Exception {
        running(NAME);
        cluster.tellEnd(NAME);
        settles();
        assertEquals(1, teller.count());
        ends(NAME);
        cluster.logs.put(NAME + "-p", writer().log());
        cluster.tellEnd(NAME);
        settles();
        assertEquals(List.of(), sent, "its log is not whole");
        cluster.logs.put(NAME + "-p", writer().exits(3).log());
        cluster.tellEnd(NAME);

        awaitSent(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"over", "settled", "gone", "another's", "deleted", "cancelled"})
    void whatTheJobsEndTellsIsNotTold(String state) throws Exception {
        running(NAME);
        ends(NAME);
        switch (state) {
            case "over" -> isOver(NAME);
            case "settled" -> Fixtures.annotated(cluster.job(NAME), "cupel.dev/settled", "2026-11-24T10:00:02Z");
            case "gone" -> cluster.jobs.clear();
            case "another's" -> cluster.job(NAME).withObjectProperty("metadata").remove("labels");
            case "deleted" ->
                cluster.job(NAME).withObjectProperty("metadata").put("deletionTimestamp", "2026-11-24T10:00:02Z");
            default -> Fixtures.annotated(cluster.job(NAME), "cupel.dev/cancelled", "2026-11-24T10:00:02Z");
        }
        cluster.tellEnd(NAME);
        settles();

        assertEquals(List.of(), sent);
        assertEquals(state.equals("cancelled") ? 1 : 0, teller.count());
        assertEquals(0, cluster.count("readLog"));
    }

    @Test
    void aBrokerThatIsAwayForAMomentIsTriedAgain() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        broker = event -> {
            if (tries.incrementAndGet() < 3) {
                throw new Unavailable("the broker answered 503");
            }
            sent.add(event);
        };
        running(NAME);
        ends(NAME);
        cluster.tellEnd(NAME);

        awaitSent(1);
        assertEquals(3, tries.get());
        assertEquals(List.of(), logged);
    }

    @Test
    void aBrokerThatStaysAwayLeavesItToTheJobsEnd() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        broker = _ -> {
            tries.incrementAndGet();
            throw new Unavailable("the broker answered 503");
        };
        running(NAME);
        ends(NAME);
        cluster.tellEnd(NAME);
        Await.until("it gives up", () -> teller.count() == 0);
        settles();

        assertEquals(4, tries.get());
        assertEquals(1, logged.size());
        assertTrue(logged.getFirst().contains(NAME) && logged.getFirst().contains("503"), logged::toString);
        isOver(NAME);
        assertEquals("NonZeroExit", Watched.reason(watched.update(NAME)));
    }

    /** Its answer was lost, not the event. */
    @Test
    void aBrokerThatHadItAfterAllIsNotSentItAgain() throws Exception {
        broker = event -> {
            sent.add(event);
            synchronized (cluster) {
                watched.settle(event);
            }
            throw new Unavailable("the broker did not answer");
        };
        running(NAME);
        ends(NAME);
        cluster.tellEnd(NAME);

        awaitSent(1);
        assertEquals(List.of(), logged);
    }

    @Test
    void anApiServerThatIsAwayLeavesItToTheJobsEnd() throws Exception {
        running(NAME);
        ends(NAME);
        cluster.failing.add("listPods");
        cluster.tellEnd(NAME);
        Await.until("it gives up", () -> teller.count() == 0);

        assertEquals(List.of(), sent);
        cluster.failing.clear();
        isOver(NAME);
        assertEquals("NonZeroExit", Watched.reason(watched.update(NAME)));
    }

    @Test
    void whatNobodyThoughtOfStopsNothingElse() throws Exception {
        broker = event -> {
            if (event.context().subject().orElseThrow().equals("eval-0")) {
                throw new IllegalStateException("a fault");
            }
            sent.add(event);
        };
        for (int i = 0; i < 3; i++) {
            running("eval-" + i);
            ends("eval-" + i);
            cluster.tellEnd("eval-" + i);
        }

        awaitSent(2);
        assertEquals(0, teller.count());
        assertEquals(1, logged.size());
    }

    @Test
    void aThousandEndsAtOnceAreSentAFewAtATime() throws Exception {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        broker = event -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            LockSupport.parkNanos(100_000);
            sent.add(event);
            now.decrementAndGet();
        };
        for (int i = 0; i < 1000; i++) {
            running("eval-" + i);
            ends("eval-" + i);
        }
        for (int i = 0; i < 1000; i++) {
            cluster.tellEnd("eval-" + i);
        }

        awaitSent(1000);
        assertEquals(
                1000,
                sent.stream().map(event -> event.context().id()).distinct().count());
        assertTrue(most.get() <= Teller.AT_ONCE, () -> most + " at once");
        assertEquals(1, cluster.count("watchEnds"));
    }

    @Test
    void whatIsRememberedIsBounded() throws Exception {
        for (int i = 0; i < Teller.MOST + 5; i++) {
            teller.isNew(JOBS + "eval-" + i);
        }
        assertEquals(Teller.MOST, teller.count());
        for (int i = 0; i < 3; i++) {
            cluster.tellEnd("eval-" + i);
        }
        settles();
        assertEquals(0, cluster.count("listPods"), "the eldest are forgotten");
    }

    @Test
    void whatIsNoJobIsNotWaitedFor() {
        for (String subject : List.of(
                "",
                "/apis/batch/v1/namespaces/crucible/jobs/",
                "/apis/batch/v1/namespaces/crucible/jobs/No_Name",
                "/apis/batch/v1/namespaces/crucible/jobs/a/b",
                "/api/v1/namespaces/crucible/pods/eval-a")) {
            teller.isNew(subject);
        }

        assertEquals(0, teller.count());
        assertFalse(teller.isWatching());
    }

    @Test
    void withoutABrokerItDoesNothing() {
        Teller none = new Teller(watched.collect, cluster, Optional.empty(), logged::add);
        none.isNew(JOBS + NAME);

        assertEquals(0, none.count());
        assertEquals(0, cluster.count("watchEnds"));
        none.close();
    }

    @Test
    void whatIsBeingSentAtTheEndIsSent() throws Exception {
        CountDownLatch sending = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        broker = event -> {
            sending.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new Unavailable("interrupted", e);
            }
            sent.add(event);
        };
        running(NAME);
        running("eval-b");
        ends(NAME);
        ends("eval-b");
        cluster.tellEnd(NAME);
        sending.await();
        Thread closing = Thread.ofVirtual().start(teller::close);
        Await.until("it watches no more", () -> cluster.watching.isEmpty());
        cluster.tellEnd("eval-b");
        go.countDown();
        closing.join();

        assertEquals(1, sent.size());
        teller.isNew(JOBS + "eval-c");
        assertFalse(teller.isWatching());
    }

    @Test
    void theWatchGoesWhenNoJobIsWaitedForAndComesAgain() throws Exception {
        Teller brief = teller(SHORT);
        watched.addActive(NAME, "{phase: 'Running'}");
        brief.isNew(JOBS + NAME);
        ends(NAME);
        cluster.tellEnd(NAME);
        Await.until("it is let go", () -> sent.size() == 1 && !brief.isWatching());
        assertEquals(0, cluster.watching.size());

        watched.addActive("eval-b", "{phase: 'Running'}");
        brief.isNew(JOBS + "eval-b");
        ends("eval-b");
        cluster.tellEnd("eval-b");
        Await.until("it is told", () -> sent.size() == 2);
    }
}
