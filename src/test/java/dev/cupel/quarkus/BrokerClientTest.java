package dev.cupel.quarkus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.cupel.TestTags;
import dev.cupel.cloudevents.Event;
import dev.cupel.cloudevents.EventContext;
import dev.cupel.rejection.Unavailable;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An event is sent as a broker takes it, and counts as sent only when the broker says so. */
@Tag(TestTags.SLOW)
@Timeout(60)
class BrokerClientTest {
    private static final Event EVENT = new Event(
            new EventContext(
                    "u-1-finished",
                    "/cupel/collect",
                    "dev.cupel.job.finished.v1",
                    Optional.of("eval-a"),
                    Optional.empty(),
                    new TreeMap<>(Map.of("correlationid", "grüße %"))),
            JsonNodeFactory.instance.objectNode().put("stdout", "grüße\0"));

    private interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    private final Vertx vertx = Vertx.vertx();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final List<Map<String, List<String>>> headers = new CopyOnWriteArrayList<>();
    private final List<String> paths = new CopyOnWriteArrayList<>();
    private volatile Answer answer = exchange -> exchange.sendResponseHeaders(202, -1);

    BrokerClientTest() throws IOException {
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            headers.add(exchange.getRequestHeaders());
            paths.add(exchange.getRequestURI().toString());
            answer.to(exchange);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private BrokerClient client(Duration timeout) {
        URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/cupel-system/cupel");
        return new BrokerClient(vertx, address, timeout);
    }

    @Test
    void anEventIsSentInBinaryMode() {
        client(Duration.ofSeconds(10)).send(EVENT);

        assertEquals(List.of("{\"stdout\":\"grüße\\u0000\"}"), bodies);
        assertEquals(List.of("/cupel-system/cupel"), paths);
        Map<String, List<String>> sent = headers.getFirst();
        assertEquals(List.of("application/json"), sent.get("Content-type"));
        assertEquals(List.of("u-1-finished"), sent.get("Ce-id"));
        assertEquals(List.of("/cupel/collect"), sent.get("Ce-source"));
        assertEquals(List.of("1.0"), sent.get("Ce-specversion"));
        assertEquals(List.of("eval-a"), sent.get("Ce-subject"));
        assertEquals(List.of("gr%C3%BC%C3%9Fe%20%25"), sent.get("Ce-correlationid"));
    }

    @Test
    void aLargeOneIsSentWhole() {
        String large = "x".repeat(900_000);
        client(Duration.ofSeconds(30))
                .send(new Event(
                        EVENT.context(), JsonNodeFactory.instance.objectNode().put("stdout", large)));

        assertEquals("{\"stdout\":\"" + large + "\"}", bodies.getFirst());
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 400, 404, 413, 429, 500, 503})
    void anyOtherAnswerIsNone(int status) {
        answer = exchange -> {
            if (status == 301) {
                exchange.getResponseHeaders().add("Location", "/elsewhere");
            }
            exchange.sendResponseHeaders(status, -1);
        };
        BrokerClient client = client(Duration.ofSeconds(10));

        String message =
                assertThrows(Unavailable.class, () -> client.send(EVENT)).getMessage();
        assertTrue(String.valueOf(message).contains(Integer.toString(status)), message);
        assertEquals(1, bodies.size());
    }

    @Test
    void aBrokerThatDoesNotAnswerIsNotWaitedForAnyLonger() {
        answer = _ -> {
            try {
                Thread.sleep(20_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        BrokerClient client = client(Duration.ofMillis(300));

        assertThrows(Unavailable.class, () -> client.send(EVENT));
    }

    @Test
    void anAnswerThatBreaksOffIsNone() {
        answer = exchange -> {
            exchange.sendResponseHeaders(202, 100);
            throw new IOException("broken");
        };
        BrokerClient client = client(Duration.ofSeconds(2));

        assertThrows(Unavailable.class, () -> client.send(EVENT));
    }

    @Test
    void aBrokerThatIsNotThereIsUnavailableAndOneThatComesBackIsNot() {
        BrokerClient nobody = new BrokerClient(vertx, URI.create("http://127.0.0.1:1/"), Duration.ofSeconds(2));
        assertThrows(Unavailable.class, () -> nobody.send(EVENT));
        BrokerClient unknown = new BrokerClient(vertx, URI.create("http://nowhere.invalid/"), Duration.ofSeconds(2));
        assertThrows(Unavailable.class, () -> unknown.send(EVENT));

        BrokerClient client = client(Duration.ofSeconds(10));
        answer = exchange -> exchange.sendResponseHeaders(503, -1);
        assertThrows(Unavailable.class, () -> client.send(EVENT));
        answer = exchange -> exchange.sendResponseHeaders(202, -1);
        client.send(EVENT);
        assertEquals(2, bodies.size());
    }
}
