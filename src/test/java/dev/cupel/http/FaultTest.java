package dev.cupel.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cupel.http.problem.ProblemWriter;
import dev.cupel.http.problem.UnavailableCall;
import dev.cupel.kubernetes.JobName;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import dev.cupel.rejection.Unavailable;
import jakarta.ws.rs.core.Response;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** After a fault of Cupel's own the client learns only that there was one, and no detail. */
class FaultTest {
    private final RuntimeException fault = new IllegalStateException(
            "Bearer eyJhbGciOi at /var/run/secrets/token", new java.io.IOException("/work/code.py"));

    @Test
    void anEventIsAnsweredWithAProblemThatTellsNothing() throws Exception {
        HttpResponse<byte[]> answer = GateServer.answer(
                router -> router.post("/").handler(_ -> {
                    throw fault;
                }),
                "{}",
                GateServer::event);
        tellsNothing(
                answer.statusCode(),
                new String(answer.body(), StandardCharsets.UTF_8)
                        + answer.headers().map());
    }

    @Test
    void aCallToo() {
        try (Response answer = new ProblemWriter().toResponse(fault)) {
            tellsNothing(
                    answer.getStatus(),
                    new String((byte[]) answer.getEntity(), StandardCharsets.UTF_8) + answer.getStringHeaders());
        }
    }

    /** If an answer of the API server breaks off, its reader finds malformed JSON. That is not the caller's mistake. */
    @Test
    void whatMayPassIsTriedAgainWhateverItsCause() throws Exception {
        Unavailable away =
                new Unavailable("it broke off", new Rejected(RejectionReason.MALFORMED_JSON, "", "ends early"));
        HttpResponse<byte[]> event = GateServer.answer(
                router -> router.post("/").handler(_ -> {
                    throw away;
                }),
                "{}",
                GateServer::event);
        assertEquals(503, event.statusCode());
        try (Response call = new ProblemWriter().toResponse(away)) {
            assertEquals(503, call.getStatus());
        }
    }

    /** The API server may have created the Job. The caller can look, and does not run the program twice. */
    @Test
    void aJobThatMayBeThereIsNamed() {
        Supplier<Void> away = () -> {
            throw new Unavailable("the API server did not answer within 10 s");
        };
        UnavailableCall failed =
                assertThrows(UnavailableCall.class, () -> FunctionCalls.located(new JobName("eval-a"), away));
        try (Response call = new ProblemWriter().toResponse(failed)) {
            assertEquals(503, call.getStatus());
            String body = new String((byte[]) call.getEntity(), StandardCharsets.UTF_8);
            assertTrue(body.contains("\"job_name\":\"eval-a\""), body);
        }
    }

    private static void tellsNothing(int status, String answer) {
        assertEquals(500, status, answer);
        assertTrue(answer.contains("A fault of Cupel's own."), answer);
        for (String secret :
                new String[] {"Bearer", "token", "/work", "/var", "IllegalState", "IOException", ".java", "at dev"}) {
            assertFalse(answer.contains(secret), answer);
        }
    }
}
