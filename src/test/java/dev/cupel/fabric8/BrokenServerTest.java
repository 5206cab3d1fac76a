package dev.cupel.fabric8;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.TestTags;
import dev.cupel.http.problem.ProblemStatus;
import dev.cupel.kubernetes.JobApi;
import dev.cupel.kubernetes.JobName;
import dev.cupel.rejection.Unavailable;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An API server that is not well, on a real socket: every call, every way in which a connection can go wrong. */
@Tag(TestTags.SLOW)
class BrokenServerTest {
    private static final JobName NAME = new JobName("eval-x");
    private static final Duration TIMEOUT = Duration.ofMillis(500);

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final KubernetesClient client = new KubernetesClientBuilder()
            .withConfig(new ConfigBuilder(Config.empty())
                    .withMasterUrl("http://127.0.0.1:" + server.getLocalPort() + "/")
                    .withRequestRetryBackoffLimit(0)
                    .build())
            .build();
    private final JobApi jobs = new Fabric8JobApi(client, "crucible", TIMEOUT);

    BrokenServerTest() throws IOException {}

    @AfterEach
    void stop() throws IOException {
        client.close();
        server.close();
    }

    /** Every call that asks the server. */
    private static Map<String, Consumer<JobApi>> calls() {
        ObjectNode job = JsonNodeFactory.instance.objectNode();
        job.putObject("metadata").put("name", NAME.value());
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        Map<String, Consumer<JobApi>> calls = new TreeMap<>();
        calls.put("create", api -> api.create(job));
        calls.put("findJob", api -> api.findJob(NAME));
        calls.put("listPods", api -> api.listPods(NAME));
        calls.put("readLog", api -> api.readLog("p"));
        calls.put("patchJob", api -> api.patchJob(NAME, patch));
        calls.put("patchPod", api -> api.patchPod("p", patch));
        calls.put("deleteJob", api -> api.deleteJob(NAME));
        calls.put("listUnsettled", api -> api.listUnsettled(20, Optional.empty()));
        calls.put("listJobs", api -> api.listJobs(Map.of(), 20, Optional.empty()));
        calls.put("listPending", api -> api.listPending(20, Optional.empty()));
        calls.put("listRunning", JobApi::listRunning);
        calls.put("listCreateFailures", JobApi::listCreateFailures);
        return calls;
    }

    /** What a server does with a connection, once the head of the request is there. */
    enum Fault {
        RESET(""),
        CLOSED_WITHOUT_A_WORD(""),
        SILENT(""),
        HEAD_CUT("HTTP/1.1 200 O"),
        BODY_CUT("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"kind\": \"Job\""),
        CHUNKS_CUT("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"ite\r\n"),
        NO_HTTP("what?\r\n\r\n"),
        THROTTLED("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n"),
        UNAUTHORIZED("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"),
        // It says that it closes: another call follows, and would be sent on a connection that is just going.
        ILL("HTTP/1.1 500 Internal Server Error\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"),
        GATEWAY("HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>"),
        LEAVING("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"),
        SLOW_BEHIND("HTTP/1.1 504 Gateway Timeout\r\nContent-Length: 0\r\n\r\n");

        private final String answer;

        Fault(String answer) {
            this.answer = answer;
        }
    }

    record Row(Fault fault, String call) {}

    static Stream<Row> rows() {
        return Stream.of(Fault.values())
                .flatMap(fault -> calls().keySet().stream().map(call -> new Row(fault, call)));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void everyFaultOfEveryCallIsTriedAgain(Row row) {
        serve(row.fault());
        Consumer<JobApi> call = calls().getOrDefault(row.call(), _ -> {});

        Unavailable thrown = assertThrows(Unavailable.class, () -> call.accept(jobs));

        assertEquals(row.fault() == Fault.THROTTLED ? 429 : 503, ProblemStatus.of(thrown));
        Optional<Duration> wait = switch (row.fault()) {
            case THROTTLED -> Optional.of(Duration.ofSeconds(7));
            case LEAVING -> Optional.of(Duration.ofSeconds(1));
            default -> Optional.empty();
        };
        assertEquals(wait, thrown.retryAfter());
    }

    @Test
    void everyCallOfTheApiIsTried() {
        long declared = Stream.of(JobApi.class.getMethods())
                // A watch throws nothing: EndWatchTest has its faults.
                .filter(method ->
                        !Set.of("namespace", "watchEnds", "watchPodEnds").contains(method.getName()))
                .count();

        assertEquals(declared, calls().size());
    }

    @Test
    void aServerThatComesBackIsAskedAgain() {
        serve(Fault.RESET, Fault.ILL);
        assertThrows(Unavailable.class, () -> jobs.findJob(NAME));
        assertThrows(Unavailable.class, () -> jobs.findJob(NAME));
        String body = "{\"kind\": \"Job\"}";
        serve("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);

        assertTrue(jobs.findJob(NAME).isPresent());
    }

    private void serve(Fault... faults) {
        Thread.ofVirtual().start(() -> {
            for (Fault fault : faults) {
                answerOne(fault, fault.answer);
            }
        });
    }

    private void serve(String answer) {
        Thread.ofVirtual().start(() -> answerOne(Fault.CLOSED_WITHOUT_A_WORD, answer));
    }

    private void answerOne(Fault fault, String answer) {
        try (Socket socket = server.accept()) {
            readHead(socket);
            if (fault == Fault.RESET) {
                socket.setSoLinger(true, 0);
                return;
            }
            socket.getOutputStream().write(answer.getBytes(ISO_8859_1));
            socket.getOutputStream().flush();
            if (fault == Fault.SILENT) {
                Thread.sleep(TIMEOUT.multipliedBy(3));
            }
        } catch (IOException e) {
            // The client went first.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void readHead(Socket socket) throws IOException {
        int newlines = 0;
        for (int read = socket.getInputStream().read(); read >= 0 && newlines < 2; ) {
            newlines = read == '\n' ? newlines + 1 : read == '\r' ? newlines : 0;
            if (newlines < 2) {
                read = socket.getInputStream().read();
            }
        }
        // What there is of a body: a reset is to come from us, not from data that nobody read.
        socket.getInputStream().skip(socket.getInputStream().available());
    }
}
