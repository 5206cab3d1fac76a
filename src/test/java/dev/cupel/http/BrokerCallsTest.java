package dev.cupel.http;

import static dev.cupel.http.Asking.REQUESTED;
import static dev.cupel.http.Asking.envelope;
import static dev.cupel.http.Asking.event;
import static dev.cupel.http.Asking.json;
import static dev.cupel.http.Asking.parse;
import static dev.cupel.http.Asking.request;
import static dev.cupel.http.Asking.structured;
import static dev.cupel.http.Asking.told;
import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.TestTags;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The embedded broker delivers events, and the answers pass through it again. */
@Tag(TestTags.SLOW)
@QuarkusTest
@Timeout(60)
class BrokerCallsTest {
    private final String id = UUID.randomUUID().toString();

    @Test
    void aRequestGoesAllTheWayToFinished() throws IOException {
        event(REQUESTED, id, request("bro-1", "print('through')"))
                .header("ce-replyto", "/me")
                .post("/broker")
                .then()
                .statusCode(202)
                .body(emptyString());
        List<JsonNode> told = told(id, "dev.cupel.job.finished.v1");
        assertEquals(
                List.of(
                        REQUESTED,
                        "dev.cupel.job.rendered.v1",
                        "dev.cupel.job.submitted.v1",
                        "dev.cupel.job.finished.v1"),
                told.stream().map(event -> event.path("type").asText()).toList());
        JsonNode finished = told.getLast();
        assertEquals("/me", finished.path("replyto").asText());
        assertEquals("success", finished.path("outcome").asText());
        assertEquals("through\n", finished.at("/data/stdout/text").asText());
    }

    @Test
    void aStructuredRequestThatIsWrongIsRejected() throws IOException {
        ObjectNode event = envelope(REQUESTED, id, request("bro-2", ""));
        structured(event).post("/broker").then().statusCode(202);
        JsonNode rejected = told(id, "dev.cupel.job.rejected.v1").getLast();
        assertEquals("/code", rejected.at("/data/field").asText());
        assertEquals("bro-2", rejected.path("subject").asText());
    }

    @Test
    void anEventOfAnyTypeIsTaken() throws IOException {
        event("com.example.other", id, "{\"n\":1}")
                .header("ce-subject", "%C3%BC")
                .post("/broker")
                .then()
                .statusCode(202);
        JsonNode other = told(id, "com.example.other").getLast();
        assertEquals("ü", other.path("subject").asText());
        assertEquals(parse("{\"n\":1}"), other.path("data"));
    }

    @Test
    void aReaderGetsTheTypesThatHeWantsAndGoesOnWhereHeWas() throws IOException {
        String type = "com.example.wanted" + id;
        for (int i = 0; i < 3; i++) {
            event(type, id + i, "{\"n\":" + i + "}").post("/broker").then().statusCode(202);
            event("com.example.other", id + i, "{}").post("/broker").then().statusCode(202);
        }
        List<String> first = lines("?type=" + type, "", 6);
        assertEquals(List.of(0, 1, 2), numbers(first));
        String last = first.get(2).substring("id: ".length());
        assertEquals(List.of(2), numbers(lines("?type=" + type, last, 2)));
        assertEquals(List.of(0, 1, 2), numbers(lines("?type=" + type, "of-another-run", 6)));
    }

    private static List<Integer> numbers(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith("data: "))
                .map(line ->
                        parse(line.substring("data: ".length())).at("/data/n").asInt())
                .toList();
    }

    /** The first lines that are neither comments nor empty. */
    private static List<String> lines(String query, String lastId, int count) throws IOException {
        var connection = URI.create(RestAssured.baseURI + ":" + RestAssured.port + "/broker/events" + query)
                .toURL()
                .openConnection();
        connection.setReadTimeout(10_000);
        if (!lastId.isEmpty()) {
            connection.setRequestProperty("Last-Event-ID", lastId);
        }
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(connection.getInputStream(), UTF_8))) {
            return lines.lines()
                    .filter(line -> !line.isEmpty() && !line.startsWith(":"))
                    .limit(count)
                    .toList();
        }
    }

    @Test
    void whatIsNoEventIsRefused() {
        json("{}").post("/broker").then().statusCode(400).body("reason", equalTo("MalformedEvent"));
        given().contentType("application/json")
                .post("/broker")
                .then()
                .statusCode(400)
                .contentType("application/problem+json");
        event(REQUESTED, id, "{").post("/broker").then().statusCode(400).body("reason", equalTo("MalformedJson"));
        structured("[]").post("/broker").then().statusCode(400).body("reason", equalTo("MalformedEvent"));
        structured(envelope(REQUESTED, id, request("x", "1"))
                        .put("data_base64", "!")
                        .without("data"))
                .post("/broker")
                .then()
                .statusCode(400);
        given().contentType("application/cloudevents-batch+json")
                .body("[]")
                .post("/broker")
                .then()
                .statusCode(415)
                .body("reason", equalTo("BatchUnsupported"));
    }
}
