package dev.cupel.http;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cupel.quarkus.Connection;
import dev.cupel.quarkus.Connections;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One slow or huge client does not starve the others. */
@QuarkusTest
class StarvationTest {
    private static final Duration SOON = Duration.ofSeconds(5);

    private static final String HEAD = "POST /execute HTTP/1.1\r\nHost: localhost\r\n"
            + "Content-Type: application/json\r\nContent-Length: 1000000\r\n\r\n{\"eval_id\":";

    @Test
    void manyClientsThatSendHalfARequestHoldUpNobody() throws IOException {
        List<Socket> slow = new ArrayList<>();
        try {
            // More than there are worker threads, and more than there may be connections.
            for (int i = 0; i < Connections.MAX + 200; i++) {
                slow.add(half(i));
            }
            assertRenders();
            given().get("/q/health/live").then().statusCode(200);
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    /** No byte, half a head, half a body. */
    private static Socket half(int number) throws IOException {
        Socket socket = new Socket("localhost", RestAssured.port);
        int length = List.of(0, HEAD.length() / 2, HEAD.length()).get(number % 3);
        socket.getOutputStream().write(HEAD.substring(0, length).getBytes(US_ASCII));
        return socket;
    }

    /** A byte now and then is not enough: what counts is the whole request. */
    @Test
    void aRequestThatDoesNotComeInTimeIsGivenUp() throws IOException, InterruptedException {
        List<Socket> slow = List.of(half(0), half(1), half(2));
        try {
            long end = System.nanoTime() + Connection.ARRIVAL.plusSeconds(15).toNanos();
            List<Socket> open = new ArrayList<>(slow);
            while (!open.isEmpty()) {
                assertTrue(System.nanoTime() < end, () -> "still open: " + open);
                Thread.sleep(500);
                open.removeIf(StarvationTest::isClosed);
            }
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    private static boolean isClosed(Socket socket) {
        try {
            socket.setSoTimeout(1);
            socket.getOutputStream().write('a');
            socket.getInputStream().read(); // An answer, or the end.
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    void manyClientsThatWaitForResultsHoldUpNobody() {
        List<Thread> waiting = new ArrayList<>();
        for (int i = 0; i < 250; i++) {
            waiting.add(Thread.startVirtualThread(StarvationTest::executeAndWait));
        }
        assertRenders();
        waiting.forEach(Thread::interrupt);
    }

    /** Of a Job that stands in the queue behind a sleeping one, as often as not. */
    private static void executeAndWait() {
        given().contentType("application/json")
                .header("Prefer", "wait=5")
                .header("Idempotency-Key", "starvation")
                .body("{\"eval_id\": \"sleeper\", \"code\": \"import time; time.sleep(4)\"}")
                .post("/execute");
    }

    @Test
    void aBodyOverTheLimitIsRefused() {
        given().contentType("application/json")
                .body(new byte[9 << 20])
                .post("/execute")
                .then()
                .statusCode(413);
        assertRenders();
    }

    @Test
    void headersOverTheLimitAreRefused() {
        given().header("X-Long", "x".repeat(50_000)).get("/templates").then().statusCode(431);
        assertRenders();
    }

    private static void assertRenders() {
        long start = System.nanoTime();
        given().contentType("application/json")
                .body("{\"eval_id\": \"quick\", \"code\": \"1\"}")
                .post("/render")
                .then()
                .statusCode(200);
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        assertTrue(took.compareTo(SOON) < 0, () -> "took " + took);
    }
}
