package dev.cupel.batch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.client.CupelServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A place whose server answers in every way there is. */
@Timeout(60)
class RemotePlaceTest {
    private static final String RESULT = "{\"eval_id\":\"e\",\"outcome\":\"success\",\"reason\":\"Completed\"}";
    private static final String ACCEPTED = "{\"eval_id\":\"e\",\"job_name\":\"eval-e-1\",\"status\":\"created\"}";
    private static final String RUNNING = "{\"eval_id\":\"e\",\"job_name\":\"eval-e-1\",\"state\":\"running\"}";
    private static final String NOT_NOW = "{\"title\":\"Not now\",\"status\":503,\"detail\":\"the quota is full\"}";

    private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    private final List<String> notices = Collections.synchronizedList(new ArrayList<>());

    private ObjectNode run(FakeServer.Answer... answers) throws Exception {
        Iterator<FakeServer.Answer> next = List.of(answers).iterator();
        try (FakeServer server = new FakeServer((call, exchange, body) -> {
            String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
            calls.add(call + " " + key + " " + new String(body, UTF_8));
            return next.next();
        })) {
            return run(server.url());
        }
    }

    private ObjectNode run(String url) throws Exception {
        RemotePlace place = new RemotePlace(
                new CupelServer(url, List.of()), Duration.ofSeconds(1), Duration.ofSeconds(2), notices::add);
        return place.run(new BatchRequest(1, "{}".getBytes(UTF_8)), "key");
    }

    private static FakeServer.Answer of(int status, String body) {
        return FakeServer.Answer.of(status, body);
    }

    @Test
    void aResultThatComesAtOnce() throws Exception {
        assertEquals("success", run(of(200, RESULT)).path("outcome").asText());
        assertEquals(List.of("POST /execute key {}"), calls);
    }

    @Test
    void aJobIsAskedForUntilItHasEnded() throws Exception {
        ObjectNode result = run(of(202, ACCEPTED), of(200, RUNNING), of(200, RUNNING), of(200, RESULT));
        assertEquals("success", result.path("outcome").asText());
        assertEquals(4, calls.size());
        assertTrue(calls.getLast().startsWith("GET /jobs/eval-e-1 "), calls.toString());
    }

    @Test
    void whatMayPassIsAskedAgainWithTheSameKey() throws Exception {
        ObjectNode result = run(
                new FakeServer.Answer(503, NOT_NOW, 1),
                of(429, NOT_NOW),
                FakeServer.Answer.BREAK,
                of(504, ""),
                of(500, NOT_NOW),
                of(202, ACCEPTED),
                of(503, NOT_NOW),
                of(200, RESULT));
        assertEquals("success", result.path("outcome").asText());
        assertEquals(
                6,
                calls.stream()
                        .filter(call -> call.equals("POST /execute key {}"))
                        .count());
        assertEquals(1, notices.size(), notices.toString());
        assertTrue(notices.getFirst().contains("the quota is full"), notices.toString());
    }

    @Test
    void aProblemOfTheRequestIsItsResult() throws Exception {
        ObjectNode result = run(
                of(
                        400,
                        "{\"type\":\"x\",\"title\":\"y\",\"status\":400,\"detail\":\"must be\",\"stage\":\"render\","
                                + "\"reason\":\"InvalidField\",\"field\":\"/timeout\",\"message\":\"must be\",\"eval_id\":\"e\"}"));
        assertEquals(
                "{\"outcome\":\"rejected\",\"stage\":\"render\",\"reason\":\"InvalidField\",\"field\":\"/timeout\","
                        + "\"message\":\"must be\",\"eval_id\":\"e\"}",
                result.toString());
    }

    @Test
    void anotherServerIsNoPlace() {
        for (FakeServer.Answer answer : List.of(
                of(404, "<html>"),
                of(401, ""),
                of(200, "{}"),
                of(403, "{\"reason\":\"CrossSite\",\"detail\":\"Host must be\"}"))) {
            NotTold end = assertThrows(NotTold.class, () -> run(answer));
            assertTrue(end.endsAll(), end.getMessage());
        }
    }

    @Test
    void aServerThatIsNotThereEndsAll() {
        NotTold end = assertThrows(NotTold.class, () -> run("http://127.0.0.1:9"));
        assertTrue(end.endsAll());
        assertTrue(String.valueOf(end.getMessage()).contains("cannot be reached"), end.getMessage());
    }

    @Test
    void aJobThatIsGoneHasNoResult() {
        NotTold end = assertThrows(NotTold.class, () -> run(of(202, ACCEPTED), of(404, "{\"reason\":\"NotFound\"}")));
        assertTrue(!end.endsAll(), end.getMessage());
    }

    @Test
    void aServerThatFailsAgainAndAgainEndsTheOneOnly() {
        FakeServer.Answer fault = of(500, NOT_NOW);
        NotTold end = assertThrows(NotTold.class, () -> run(fault, fault, fault, fault, fault));
        assertTrue(!end.endsAll(), end.getMessage());
    }

    @Test
    void onlyAnAddressIsOne() {
        for (String wrong : List.of("localhost:8080", "ftp://x", "http://", "http://x?y", "no url")) {
            assertThrows(IllegalArgumentException.class, () -> new CupelServer(wrong, List.of()), wrong);
        }
        assertThrows(IllegalArgumentException.class, () -> CupelServer.Header.parse("Authorization"));
        assertThrows(IllegalArgumentException.class, () -> CupelServer.Header.parse("a b: c"));
    }
}
