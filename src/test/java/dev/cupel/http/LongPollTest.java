package dev.cupel.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.Await;
import dev.cupel.TestTags;
import dev.cupel.collect.Collect;
import dev.cupel.collect.HeapBudget;
import dev.cupel.kubernetes.JobApi;
import dev.cupel.kubernetes.JobName;
import dev.cupel.kubernetes.ScriptedCluster;
import dev.cupel.rejection.Unavailable;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag(TestTags.SLOW)
@Timeout(60)
class LongPollTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JobName NAME = new JobName("eval-a");

    private final ScriptedCluster cluster = new ScriptedCluster();
    private final AtomicInteger calls = new AtomicInteger();
    private final List<Runnable> hangUps = new CopyOnWriteArrayList<>();
    private final HeapBudget budget = new HeapBudget(64L << 20, Duration.ofSeconds(1));
    private final Collect collect = new Collect(counted(), "");
    private final LongPoll waiting = new LongPoll(collect, new Results(collect, budget), counted());
    private volatile boolean away;

    private JobApi counted() {
        return (JobApi) Proxy.newProxyInstance(
                JobApi.class.getClassLoader(), new Class<?>[] {JobApi.class}, (_, method, arguments) -> {
                    calls.incrementAndGet();
                    if (away && !method.getName().equals("watchEnds")) {
                        throw new Unavailable("away");
                    }
                    synchronized (cluster) {
                        return method.invoke(cluster, arguments);
                    }
                });
    }

    @BeforeEach
    void aJobRuns() {
        ObjectNode job = JSON.createObjectNode();
        job.putObject("metadata")
                .put("name", NAME.value())
                .putObject("labels")
                .put("app.kubernetes.io/managed-by", "cupel");
        job.putObject("status").put("active", 1);
        cluster.create(job);
    }

    /** Ends the Job, and tells those who watch. */
    private void end() throws Exception {
        endUnheard();
        cluster.tellEnd(NAME.value());
    }

    private void endUnheard() throws Exception {
        synchronized (cluster) {
            cluster.job(NAME.value())
                    .set(
                            "status",
                            JSON.readTree(
                                    "{\"failed\":1,\"conditions\":[{\"type\":\"Failed\",\"status\":\"True\","
                                            + "\"reason\":\"BackoffLimitExceeded\",\"lastTransitionTime\":\"2026-11-24T10:00:03Z\"}]}"));
        }
    }

    private List<CompletableFuture<Optional<Results.Shared>>> await(int callers, int seconds) {
        List<CompletableFuture<Optional<Results.Shared>>> awaited = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            awaited.add(CompletableFuture.supplyAsync(
                    () -> waiting.await(NAME, seconds, hangUps::add), Executors.newVirtualThreadPerTaskExecutor()));
        }
        return awaited;
    }

    private void awaitCalls(int more) throws InterruptedException {
        int before = calls.get();
        Await.until(more + " more calls", () -> calls.get() >= before + more);
    }

    /** Counts the calls in this time. There is no condition to wait for. */
    private int callsWithin(int millis) throws InterruptedException {
        int before = calls.get();
        Thread.sleep(millis);
        return calls.get() - before;
    }

    @Test
    void manyWhoWaitAskAsOneAndAllGetTheResult() throws Exception {
        var awaited = await(200, 30);
        Await.until("all wait", () -> hangUps.size() == 200);
        Thread.sleep(500);
        assertEquals(0, callsWithin(2000), "nobody polls");
        int before = calls.get();
        end();
        for (var one : awaited) {
            one.get(10, TimeUnit.SECONDS).orElseThrow().leave();
        }
        int toTheResult = calls.get() - before;
        assertTrue(toTheResult <= 4, () -> toTheResult + " calls for 200 who wait");
        budget.enter(64L << 20).close(); // The whole budget is free again.
        assertEquals(0, callsWithin(1500));
    }

    @Test
    void nobodyAsksForThoseWhoHungUp() throws Exception {
        var awaited = await(20, 600);
        Await.until("all wait", () -> hangUps.size() == 20);
        hangUps.forEach(Runnable::run);
        for (var one : awaited) {
            assertEquals(Optional.empty(), one.get(5, TimeUnit.SECONDS));
        }
        assertEquals(0, waiting.count());
        Await.until("the watch is let go", () -> cluster.watching.isEmpty());
        cluster.tellEnd(NAME.value());
        assertEquals(0, callsWithin(1000));
    }

    @Test
    void oneWatchServesAllAndWhoComesSoonAfterThem() throws Exception {
        var first = await(3, 30);
        Await.until("all wait", () -> hangUps.size() == 3);
        hangUps.forEach(Runnable::run);
        for (var one : first) {
            one.get(5, TimeUnit.SECONDS);
        }
        var second = await(3, 30);
        Await.until("all wait", () -> hangUps.size() == 6);
        Thread.sleep(LongPoll.LINGER.plusSeconds(1)); // What lets it go must have seen that somebody came.
        assertEquals(1, cluster.watching.size());
        assertEquals(1, cluster.count("watchEnds"));
        end();
        for (var one : second) {
            one.get(10, TimeUnit.SECONDS).orElseThrow().leave();
        }
    }

    @Test
    void whoComesAfterTheEndHasItAtOnce() throws Exception {
        endUnheard();
        await(1, 30).getFirst().get(5, TimeUnit.SECONDS).orElseThrow().leave();
    }

    /** While the watch was not there, nobody told of it. */
    @Test
    void anEndThatTheWatchMissedIsFoundWhenItBeginsAnew() throws Exception {
        var awaited = await(2, 30);
        Await.until("all wait", () -> hangUps.size() == 2);
        Thread.sleep(300);
        endUnheard();
        assertEquals(0, callsWithin(500));
        cluster.watching.forEach(JobApi.EndListener::begins);
        for (var one : awaited) {
            one.get(5, TimeUnit.SECONDS).orElseThrow().leave();
        }
    }

    @Test
    void whoseTimeIsUpWhileTheWatchIsBrokenHasALastLook() throws Exception {
        var awaited = await(1, 2);
        Await.until("it waits", () -> hangUps.size() == 1);
        Thread.sleep(300);
        cluster.watching.forEach(JobApi.EndListener::breaksOff);
        endUnheard();
        awaited.getFirst().get(10, TimeUnit.SECONDS).orElseThrow().leave();
    }

    @Test
    void whoseTimeIsUpWhileTheWatchIsThereAsksNoMore() throws Exception {
        var awaited = await(1, 2);
        Await.until("it waits", () -> hangUps.size() == 1);
        Thread.sleep(300);
        cluster.watching.forEach(JobApi.EndListener::breaksOff);
        cluster.watching.forEach(JobApi.EndListener::goesOn);
        int before = calls.get();
        assertEquals(Optional.empty(), awaited.getFirst().get(10, TimeUnit.SECONDS));
        assertEquals(before, calls.get());
    }

    @Test
    void aJobThatIsDeletedWhileItIsWaitedForEndsTheWait() throws Exception {
        var awaited = await(2, 30);
        Await.until("all wait", () -> hangUps.size() == 2);
        synchronized (cluster) {
            cluster.deleteJob(NAME);
        }
        for (var one : awaited) {
            assertEquals(Optional.empty(), one.get(5, TimeUnit.SECONDS));
        }
    }

    @Test
    void aServerThatIsAwayIsWaitedOut() throws Exception {
        var awaited = await(1, 30);
        Await.until("it waits", () -> hangUps.size() == 1);
        Thread.sleep(300);
        away = true;
        end();
        awaitCalls(2);
        assertTrue(callsWithin(2000) <= 6, "asked less and less often");
        away = false;
        awaited.getFirst().get(10, TimeUnit.SECONDS).orElseThrow().leave();
    }

    @Test
    void aServerThatStaysAwayAndAJobThatIsGoneAreNoFault() throws Exception {
        away = true;
        assertEquals(Optional.empty(), await(1, 1).getFirst().get(10, TimeUnit.SECONDS));
        away = false;
        assertEquals(Optional.empty(), waiting.await(new JobName("eval-gone"), 30, hangUps::add));
    }

    @Test
    void whoComesWhereThereAreTooManyIsToldAtOnce() throws Exception {
        var awaited = await(LongPoll.MAX, 20);
        Await.until("all wait", () -> hangUps.size() == LongPoll.MAX);
        assertEquals(Optional.empty(), await(1, 600).getFirst().get(5, TimeUnit.SECONDS));
        end();
        for (var one : awaited) {
            one.get(10, TimeUnit.SECONDS).orElseThrow().leave();
        }
    }
}
