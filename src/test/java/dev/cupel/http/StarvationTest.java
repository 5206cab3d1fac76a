package dev.cupel.http;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One slow or huge client does not starve the others. */
@QuarkusTest
class StarvationTest {
    private static final Duration SOON = Duration.ofSeconds(5);

    @Test
    void manyClientsThatSendHalfARequestHoldUpNobody() throws IOException {
        List<Socket> slow = new ArrayList<>();
        try {
            // More than there are worker threads, 200 at least.
            for (int i = 0; i < 400; i++) {
                slow.add(half());
            }
            assertRenders();
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    private Socket half() throws IOException {
        Socket socket = new Socket("localhost", RestAssured.port);
        socket.getOutputStream()
                .write(("POST /execute HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                                + "Content-Length: 1000000\r\n\r\n{\"eval_id\":")
                        .getBytes(US_ASCII));
        return socket;
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
        given().header("X-Long", "x".repeat(30_000)).get("/templates").then().statusCode(431);
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
