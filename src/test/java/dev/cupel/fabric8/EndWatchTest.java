package dev.cupel.fabric8;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.cupel.Await;
import dev.cupel.TestTags;
import dev.cupel.kubernetes.JobApi;
import dev.cupel.kubernetes.JobName;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The watch against a server that a test leads, on a real socket: what it tells, what it asks, and how it goes on. */
@Tag(TestTags.SLOW)
@Timeout(60)
class EndWatchTest {
    private static final String END = "the server breaks it off";

    private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final KubernetesClient client = new KubernetesClientBuilder()
            .withConfig(new ConfigBuilder(Config.empty())
                    .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort() + "/")
                    .withRequestRetryBackoffLimit(0)
                    .build())
            .build();
    private final JobApi jobs = new Fabric8JobApi(client, "crucible", Duration.ofSeconds(2));

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> connection = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> ofPods = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> ofJobs = new LinkedBlockingQueue<>();
    private volatile int listStatus = 200;
    private volatile int watchStatus = 200;
    private volatile boolean stopped;

    EndWatchTest() throws IOException {}

    @BeforeEach
    void start() {
        server.createContext("/api/v1/namespaces/crucible/pods", exchange -> answer(exchange, ofPods));
        server.createContext("/apis/batch/v1/namespaces/crucible/jobs", exchange -> answer(exchange, ofJobs));
        server.setExecutor(threads);
        server.start();
    }

    @AfterEach
    void stop() {
        stopped = true;
        client.close();
        server.stop(0);
        threads.close();
    }

    private void answer(HttpExchange exchange, BlockingQueue<String> lines) throws IOException {
        String query = exchange.getRequestURI().getQuery();
        boolean isWatch = query.contains("watch=true");
        asked.add((isWatch ? "watch " : "list ")
                + exchange.getRequestURI().getPath().replaceAll(".*/", "")
                + (isWatch ? query.replaceAll(".*resourceVersion=", " ") : ""));
        try (exchange) {
            int status = isWatch ? watchStatus : listStatus;
            byte[] list = "{\"metadata\":{\"resourceVersion\":\"100\"},\"items\":[]}".getBytes(UTF_8);
            exchange.sendResponseHeaders(status, status != 200 ? -1 : isWatch ? 0 : list.length);
            if (status != 200) {
                return;
            }
            if (!isWatch) {
                exchange.getResponseBody().write(list);
                return;
            }
            exchange.getResponseBody().flush();
            String line = lines.poll(100, TimeUnit.MILLISECONDS);
            while (!stopped && !END.equals(line)) {
                if (line != null) {
                    exchange.getResponseBody().write((line + "\n").getBytes(UTF_8));
                    exchange.getResponseBody().flush();
                }
                line = lines.poll(100, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private JobApi.Watch watch() {
        return jobs.watchEnds(listener());
    }

    private JobApi.EndListener listener() {
        return new JobApi.EndListener() {
            @Override
            public void mayBeOver(JobName name) {
                told.add(name.value());
            }

            @Override
            public void begins() {
                told.add("begins");
            }

            @Override
            public void breaksOff() {
                connection.add("breaks off");
            }

            @Override
            public void goesOn() {
                connection.add("goes on");
            }
        };
    }

    private static String change(String type, int version, String status, String metadata) {
        return """
                {"type":"%s","object":{"kind":"Table","metadata":{"resourceVersion":"%d"},\
                "columnDefinitions":[{"name":"Name"},{"name":"Status"}],\
                "rows":[{"cells":["x","%s"],"object":{"metadata":%s}}]}}""".formatted(type, version, status, metadata);
    }

    private static String pod(int version, String status) {
        return change(
                "MODIFIED",
                version,
                status,
                "{\"name\":\"eval-a-p\",\"labels\":{\"batch.kubernetes.io/job-name\":\"eval-a\"}}");
    }

    private void awaitTold(String what) throws InterruptedException {
        assertEquals(what, told.poll(10, TimeUnit.SECONDS));
    }

    private void awaitAsked(String what, int times) throws InterruptedException {
        Await.until(what + " " + times + " times", () -> count(what) >= times);
    }

    private long count(String what) {
        return asked.stream().filter(one -> one.startsWith(what)).count();
    }

    @ParameterizedTest
    @CsvSource({
        "Running, false",
        "Completed, true",
        "Error, true",
        "OOMKilled, true",
        "Init:0/1, false",
        "Evicted, true"
    })
    void aPodTellsOfItsJobOnceItsContainerHasEnded(String status, boolean tells) throws InterruptedException {
        try (JobApi.Watch _ = watch()) {
            awaitTold("begins");
            ofPods.add(pod(101, status));
            ofPods.add(change("MODIFIED", 102, "Error", "{\"labels\":{\"batch.kubernetes.io/job-name\":\"last\"}}"));
            awaitTold(tells ? "eval-a" : "last");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "MODIFIED, Running, '{}', false",
        "MODIFIED, Suspended, '{}', false",
        "MODIFIED, Suspended, '{\"cupel.dev/preempted\":\"now\"}', true",
        "MODIFIED, Running, '{\"cupel.dev/not-started\":\"now\"}', true",
        "MODIFIED, Complete, '{}', true",
        "MODIFIED, FailureTarget, '{}', true",
        "MODIFIED, Terminating, '{}', true",
        "DELETED, Running, '{}', true"
    })
    void aJobTellsWhatOnlyItKnows(String type, String status, String annotations, boolean tells)
            throws InterruptedException {
        try (JobApi.Watch _ = watch()) {
            awaitTold("begins");
            ofJobs.add(change(type, 101, status, "{\"name\":\"eval-a\",\"annotations\":" + annotations + "}"));
            ofJobs.add(change("DELETED", 102, "", "{\"name\":\"last\"}"));
            awaitTold(tells ? "eval-a" : "last");
        }
    }

    @Test
    void whoNeedsOnlyWhatPodsTellWatchesNothingElse() throws InterruptedException {
        try (JobApi.Watch _ = jobs.watchPodEnds(listener())) {
            awaitTold("begins");
            assertEquals("goes on", connection.poll(10, TimeUnit.SECONDS));
            ofPods.add(pod(101, "Completed"));
            awaitTold("eval-a");
            assertEquals(0, count("list jobs") + count("watch jobs"), asked::toString);
            ofPods.add(END);
            assertEquals("breaks off", connection.poll(10, TimeUnit.SECONDS));
            assertEquals("goes on", connection.poll(10, TimeUnit.SECONDS));
            ofPods.add(change(
                    "DELETED", 102, "Running", "{\"labels\":{\"batch.kubernetes.io/job-name\":\"taken away\"}}"));
            ofPods.add(change("DELETED", 103, "Running", "{\"labels\":{\"batch.kubernetes.io/job-name\":\"eval-b\"}}"));
            awaitTold("eval-b");
        }
    }

    @Test
    void whatBreaksOffGoesOnWhereItWas() throws InterruptedException {
        try (JobApi.Watch _ = watch()) {
            awaitTold("begins");
            ofPods.add(pod(103, "Running"));
            ofPods.add(
                    "{\"type\":\"BOOKMARK\",\"object\":{\"kind\":\"Table\",\"metadata\":{\"resourceVersion\":\"140\"},"
                            + "\"rows\":[]}}");
            ofPods.add(END);
            awaitAsked("watch pods", 2);
            ofPods.add(pod(141, "Completed"));
            awaitTold("eval-a");
            assertTrue(asked.contains("watch pods 140"), asked::toString);
            assertEquals(1, count("list pods"), "nothing was missed, so nothing is asked anew");
            assertNull(told.poll());
        }
    }

    /** A caller whose time is up meanwhile must look for itself. */
    @Test
    void whileThereIsNoConnectionItSaysSo() throws InterruptedException {
        try (JobApi.Watch _ = watch()) {
            awaitTold("begins");
            Await.until("both are connected", () -> connection.size() >= 2);
            connection.clear();
            watchStatus = 500;
            ofPods.add(END);
            assertEquals("breaks off", connection.poll(10, TimeUnit.SECONDS));
            awaitAsked("watch pods", 2);
            assertNull(connection.poll(), "it has not come back");
            watchStatus = 200;
            assertEquals("goes on", connection.poll(10, TimeUnit.SECONDS));
        }
    }

    /** Nobody remembers what happened in between: whoever waits must look. */
    @ParameterizedTest
    @CsvSource({"true", "false"})
    void whereItsPlaceIsForgottenItBeginsAnewAndSaysSo(boolean inTheStream) throws InterruptedException {
        try (JobApi.Watch _ = watch()) {
            awaitTold("begins");
            watchStatus = inTheStream ? 200 : 410;
            ofPods.add(
                    inTheStream
                            ? "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":410,\"message\":\"too old\"}}"
                            : END);
            awaitAsked("list pods", 2);
            watchStatus = 200;
            awaitTold("begins");
        }
    }

    @Test
    void aServerThatEndsEveryWatchIsAskedLessAndLessOften() throws InterruptedException {
        watchStatus = 500;
        try (JobApi.Watch _ = watch()) {
            awaitAsked("watch pods", 1);
            Thread.sleep(4000);
            assertTrue(asked.size() <= 14, asked::toString);
            watchStatus = 200;
            awaitTold("begins");
            ofPods.add(pod(101, "Completed"));
            awaitTold("eval-a");
            assertEquals(1, count("list pods"));
        }
    }

    @Test
    void aServerThatIsAwayAtFirstIsWaitedFor() throws InterruptedException {
        listStatus = 503;
        try (JobApi.Watch _ = watch()) {
            awaitAsked("list pods", 2);
            assertNull(told.poll());
            listStatus = 200;
            awaitTold("begins");
        }
    }

    @Test
    void onceClosedItAsksNoMore() throws InterruptedException {
        JobApi.Watch watch = watch();
        awaitTold("begins");
        awaitAsked("watch jobs", 1);
        awaitAsked("watch pods", 1);
        watch.close();
        ofPods.add(pod(101, "Completed"));
        ofPods.add(END);
        ofJobs.add(END);
        int before = asked.size();
        assertNull(told.poll(1500, TimeUnit.MILLISECONDS));
        assertEquals(before, asked.size());
    }
}
