package dev.cupel.http;

import static io.restassured.RestAssured.delete;
import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cupel.Await;
import dev.cupel.TestTags;
import dev.cupel.quarkus.Connection;
import dev.cupel.quarkus.Connections;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One slow or huge client does not starve the others. */
@Tag(TestTags.SLOW)
@QuarkusTest
class StarvationTest {
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final int WAITING = 250;

    private static final String HEAD = "POST /execute HTTP/1.1\r\nHost: localhost\r\n"
            + "Content-Type: application/json\r\nContent-Length: 1000000\r\n\r\n{\"eval_id\":";

    @Inject
    LongPoll waiting;

    @Test
    void manyClientsThatSendHalfARequestHoldUpNobody() throws IOException {
        List<Socket> slow = new ArrayList<>();
        try {
            // More clients than worker threads, and more than the connections that are allowed.
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

    /** Some clients send no byte, some half a head, some half a body. */
    private static Socket half(int number) throws IOException {
        Socket socket = new Socket("localhost", RestAssured.port);
        int length = List.of(0, HEAD.length() / 2, HEAD.length()).get(number % 3);
        socket.getOutputStream().write(HEAD.substring(0, length).getBytes(US_ASCII));
        return socket;
    }

    /** A byte now and then does not help a client: the time is for the whole request. */
    @Test
    void aRequestThatDoesNotComeInTimeIsGivenUp() throws IOException, InterruptedException {
        List<Socket> slow = List.of(half(0), half(1), half(2));
        try {
            List<Socket> open = new ArrayList<>(slow);
            Await.until("all are closed", Connection.ARRIVAL.plusSeconds(15), Duration.ofMillis(500), () -> {
                open.removeIf(StarvationTest::isClosed);
                return open.isEmpty();
            });
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
            socket.getInputStream().read(); // Reads an answer, or the end of the connection.
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    void manyClientsThatWaitForResultsHoldUpNobody() throws InterruptedException {
        String name =
                sleeper().post("/execute").then().statusCode(202).extract().path("job_name");
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < WAITING; i++) {
            callers.add(Thread.startVirtualThread(
                    () -> sleeper().header("Prefer", "wait=60").post("/execute")));
        }
        Await.until("all wait", () -> waiting.count() == WAITING);
        assertRenders();
        assertEquals(WAITING, waiting.count(), "they waited all the while");

        delete("/jobs/" + name).then().statusCode(202);
        for (Thread caller : callers) {
            assertTrue(caller.join(Duration.ofSeconds(60)), "has its result");
        }
    }

    /** A request that always means the same Job, which runs until it is cancelled. */
    private static RequestSpecification sleeper() {
        return given().contentType("application/json")
                .header("Idempotency-Key", "starvation")
                .body("{\"eval_id\": \"sleeper\", \"code\": \"import time; time.sleep(300)\", \"timeout\": 300}");
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
