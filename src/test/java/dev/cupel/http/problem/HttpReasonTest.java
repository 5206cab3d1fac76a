package dev.cupel.http.problem;

import static dev.cupel.http.problem.HttpReason.BATCH_UNSUPPORTED;
import static dev.cupel.http.problem.HttpReason.CROSS_SITE;
import static dev.cupel.http.problem.HttpReason.METHOD_NOT_ALLOWED;
import static dev.cupel.http.problem.HttpReason.UNSUPPORTED_MEDIA_TYPE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.http.GateServer;
import dev.cupel.http.door.Callers;
import io.vertx.core.http.impl.headers.HeadersMultiMap;
import java.net.http.HttpRequest;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Has a row for every reason of HTTP's own, with a request for which Cupel gives it. */
class HttpReasonTest {
    /** Each gives a problem document. */
    private static Map<HttpReason, Callable<JsonNode>> rows() {
        Map<HttpReason, Callable<JsonNode>> rows = new EnumMap<>(HttpReason.class);
        rows.put(
                BATCH_UNSUPPORTED,
                () -> GateServer.problem(
                        request -> request.setHeader("Content-Type", "application/cloudevents-batch+json")));
        rows.put(
                UNSUPPORTED_MEDIA_TYPE,
                () -> GateServer.problem(request -> GateServer.event(request).setHeader("Content-Type", "text/plain")));
        rows.put(
                METHOD_NOT_ALLOWED,
                () -> GateServer.problem(
                        request -> GateServer.event(request).PUT(HttpRequest.BodyPublishers.ofString("{}"))));
        rows.put(CROSS_SITE, () -> ofAnotherSite());
        return rows;
    }

    private static JsonNode ofAnotherSite() {
        HeadersMultiMap headers =
                HeadersMultiMap.httpHeaders().add("Host", "api").add("Origin", "https://evil.example");
        HttpRejected rejected =
                assertThrows(HttpRejected.class, () -> Callers.ofAnyName("").check("POST", headers));
        return Problem.of(rejected).json();
    }

    @TestFactory
    Stream<DynamicTest> everyReasonIsGivenForWhatTheTableSays() {
        return rows().entrySet().stream()
                .map(row -> DynamicTest.dynamicTest(row.getKey().wireName(), () -> {
                    JsonNode told = row.getValue().call();

                    assertEquals(row.getKey().wireName(), told.path("reason").asText(), told.toString());
                    assertEquals(row.getKey().status(), told.path("status").intValue(), told.toString());
                    assertEquals("http", told.path("stage").asText(), told.toString());
                    assertTrue(told.path("message").asText().length() > 5, told.toString());
                    assertTrue(told.path("field").asText("missing").isEmpty(), told.toString());
                    assertTrue(told.path("eval_id").isNull(), told.toString());
                }));
    }

    @Test
    void noReasonIsWithoutARow() {
        assertEquals(EnumSet.allOf(HttpReason.class), rows().keySet());
    }

    @Test
    void noStatusIsOneThatABrokerRepeats() {
        Set<Integer> statuses =
                Arrays.stream(HttpReason.values()).map(HttpReason::status).collect(Collectors.toSet());
        assertEquals(Set.of(403, 405, 415), statuses);
    }
}
