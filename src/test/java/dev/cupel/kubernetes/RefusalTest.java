package dev.cupel.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each answer as API servers give it: whether it is tried again. */
class RefusalTest {
    @ParameterizedTest(name = "{0} {1} \"{2}\" is {3}")
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "409, AlreadyExists,      jobs.batch eval-x already exists,                       NAME_TAKEN",
                "409, Conflict,           the object has been modified,                           PASSING",
                "400, BadRequest,         unable to parse,                                        FINAL",
                "413, RequestEntityTooLarge, etcdserver: request is too large,                    FINAL",
                "415, UnsupportedMediaType, not JSON,                                             FINAL",
                "422, Invalid,            Job.batch eval-x is invalid: spec,                      FINAL",
                "403, Forbidden, admission webhook policy.example denied the request: no,         FINAL",
                "403, Forbidden, ValidatingAdmissionPolicy p with binding b denied request: no,   FINAL",
                "403, Forbidden, pods eval-x is forbidden: violates PodSecurity restricted:latest, FINAL",
                "403, Forbidden, jobs is forbidden: User x cannot create resource jobs,           PASSING",
                "403, Forbidden, jobs.batch x is forbidden: exceeded quota: q,                    PASSING",
                "403, Forbidden, unable to create new content in namespace: it is being terminated, PASSING",
                "401, Unauthorized,       Unauthorized,                                           PASSING",
                "404, NotFound,           namespaces crucible not found,                          PASSING",
                "408, Timeout,            took too long,                                          PASSING",
                "429, TooManyRequests,    slow down,                                              PASSING",
                "500, InternalError,      failed calling webhook,                                 PASSING",
                "502, ``,                 ``,                                                     PASSING",
                "503, ServiceUnavailable, apiserver is shutting down,                             PASSING",
                "504, Timeout,            timeout,                                                PASSING",
            })
    void tellsWhatPassesFromWhatDoesNot(int status, String reason, String message, Refusal expected) {
        String body = "{\"kind\":\"Status\",\"reason\":\"%s\",\"message\":\"%s\"}".formatted(reason, message);
        assertEquals(expected, Refusal.of(status, body.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void whatIsNoStatusObjectIsTriedAgainWhereTheWordsWouldHaveToTell() {
        byte[] proxy = "<html>denied the request</html>".getBytes(StandardCharsets.UTF_8);
        assertEquals(Refusal.PASSING, Refusal.of(403, proxy));
        assertEquals(Refusal.PASSING, Refusal.of(409, proxy));
        assertEquals("", Refusal.message(proxy));
    }

    @Test
    void aLongMessageIsCut() {
        String body = "{\"message\":\"" + "x".repeat(10_000) + "\"}";
        String message = Refusal.message(body.getBytes(StandardCharsets.UTF_8));
        assertEquals(501, message.length());
        assertTrue(message.endsWith("…"));
    }
}
