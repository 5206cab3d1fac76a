package dev.cupel.http;

import static dev.cupel.http.Asking.REQUESTED;
import static dev.cupel.http.Asking.envelope;
import static dev.cupel.http.Asking.event;
import static dev.cupel.http.Asking.request;
import static dev.cupel.http.Asking.structured;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.TestTags;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not a CloudEvent, or not one for Cupel, gets a clear 4xx that no broker repeats (404, 408, 409, 429 are). */
@Tag(TestTags.SLOW)
@QuarkusTest
class MalformedEventTest {
    private static final ObjectNode REQUEST = request("x", "1");

    @ParameterizedTest
    @ValueSource(strings = {"id", "source", "type", "specversion"})
    void aRequiredAttributeIsMissing(String name) {
        RequestSpecification binary = given().contentType("application/json").body(REQUEST.toString());
        Asking.envelope(REQUESTED, "1", REQUEST).properties().stream()
                .filter(member ->
                        !member.getKey().equals(name) && !member.getKey().equals("data"))
                .forEach(member ->
                        binary.header("ce-" + member.getKey(), member.getValue().asText()));
        malformed(binary.post("/"), "/" + name);
        malformed(structuredWith(event -> event.remove(name)), "/" + name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.3", "1", "1.0.2", ""})
    void theVersionIsAnother(String version) {
        malformed(structuredWith(event -> event.put("specversion", version)), "/specversion");
        malformed(
                given().contentType("application/json")
                        .body(REQUEST.toString())
                        .header("ce-specversion", version)
                        .header("ce-id", "1")
                        .header("ce-source", "/test")
                        .header("ce-type", REQUESTED)
                        .post("/"),
                "/specversion");
    }

    @ParameterizedTest
    @ValueSource(strings = {"yesterday", "2026-13-01T00:00:00Z", "2026-01-01", "2026-01-01T00:00:00", "1767225600"})
    void theTimeIsNone(String time) {
        malformed(structuredWith(event -> event.put("time", time)), "/time");
        malformed(event(REQUESTED, "1", REQUEST).header("ce-time", time).post("/"), "/time");
    }

    @Test
    void anAttributeStandsTwiceAmongTheHeaders() {
        malformed(event(REQUESTED, "1", REQUEST).header("ce-subject", "a", "b").post("/"), "/subject");
    }

    @Test
    void anAttributeIsEncodedWrongly() {
        malformed(event(REQUESTED, "1", REQUEST).header("ce-subject", "%C3%28").post("/"), "/subject");
        malformed(event(REQUESTED, "1", REQUEST).header("ce-subject", "100%").post("/"), "/subject");
        malformed(event(REQUESTED, "1", REQUEST).header("ce-subject", "%zz").post("/"), "/subject");
    }

    @Test
    void anAttributeHoldsAControlCharacterOrIsTooLong() {
        malformed(event(REQUESTED, "a%0Ab", REQUEST).post("/"), "/id");
        malformed(event(REQUESTED, "x".repeat(2049), REQUEST).post("/"), "/id");
        malformed(structuredWith(event -> event.put("source", "two words")), "/source");
    }

    @Test
    void aStructuredAttributeIsNoScalar() {
        malformed(structuredWith(event -> event.putObject("subject")), "/subject");
        malformed(structuredWith(event -> event.putArray("extension")), "/extension");
        malformed(structuredWith(event -> event.put("Not_Lower", "x")), "/Not_Lower");
    }

    @Test
    void theEventIsNoObject() {
        malformed(structured("[]").post("/"), "");
        malformed(structured("null").post("/"), "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{\"specversion\":\"1.0\"} x", "\u0000", "{\"a\":01}", "{'a':1}"})
    void theEventIsNoJson(String body) {
        problem(structured(body).post("/"), 400, "MalformedJson");
    }

    @Test
    void aKeyOfTheEnvelopeStandsTwice() {
        problem(structured("{\"id\":\"1\",\"id\":\"2\"}").post("/"), 400, "DuplicateKey");
    }

    @Test
    void theEventIsNotUtf8() {
        byte[] body = {'{', '"', (byte) 0xFF, '"', ':', '1', '}'};
        problem(given().contentType("application/cloudevents+json").body(body).post("/"), 400, "MalformedJson");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"text/plain", "application/xml", "application/cloudevents+avro", "application/octet-stream"})
    void theDataIsNoJsonByItsMediaType(String type) {
        problem(
                given().contentType(type)
                        .body(REQUEST.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8))
                        .header("ce-specversion", "1.0")
                        .header("ce-id", "1")
                        .header("ce-source", "/test")
                        .header("ce-type", REQUESTED)
                        .post("/"),
                415,
                "UnsupportedMediaType");
    }

    @Test
    void theEventsComeInABatch() {
        String batch = "[" + envelope(REQUESTED, "1", REQUEST) + "]";
        problem(
                given().contentType("application/cloudevents-batch+json")
                        .body(batch)
                        .post("/"),
                415,
                "BatchUnsupported");
    }

    @Test
    void theTypeIsUnknown() {
        problem(event("com.example.other", "1", REQUEST).post("/"), 422, "UnknownType");
        problem(structuredWith(event -> event.put("type", "com.example.other")), 422, "UnknownType");
    }

    @Test
    void theTypeIsOneThatIsOnlySent() {
        problem(event("dev.cupel.job.submitted.v1", "1", REQUEST).post("/"), 422, "UnknownType");
        problem(event("dev.cupel.job.rejected.v1", "1", REQUEST).post("/"), 422, "UnknownType");
    }

    @Test
    void thereIsNoEventAtAll() {
        malformed(given().contentType("application/json").body("{}").post("/"), "/specversion");
        malformed(given().contentType("application/json").post("/"), "/specversion");
    }

    @Test
    void anotherMethodThanPostIsToldSo() {
        problem(event(REQUESTED, "1", REQUEST).put("/"), 405, "MethodNotAllowed");
        problem(given().delete("/"), 405, "MethodNotAllowed");
        problem(
                given().contentType("application/cloudevents+json")
                        .body(envelope(REQUESTED, "1", REQUEST).toString())
                        .put("/"),
                405,
                "MethodNotAllowed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/on-requested", "/on-rendered", "/on-update", "/renderX", "/nothing/here", "/render/x", "/index"
            })
    void noFunctionAnswersAtAnotherPath(String path) {
        problem(given().contentType("application/json").body(REQUEST.toString()).post(path), 404, "NotFound");
        problem(event(REQUESTED, "1", REQUEST).post(path), 404, "NotFound");
        problem(structured(envelope(REQUESTED, "1", REQUEST)).post(path), 404, "NotFound");
    }

    private static Response structuredWith(Consumer<ObjectNode> change) {
        ObjectNode event = envelope(REQUESTED, "1", REQUEST);
        change.accept(event);
        return structured(event).post("/");
    }

    private static void malformed(Response answer, String field) {
        problem(answer, 400, "MalformedEvent");
        answer.then().body("field", equalTo(field));
    }

    private static void problem(Response answer, int status, String reason) {
        answer.then()
                .statusCode(status)
                .contentType(containsString("application/problem+json"))
                .body("status", equalTo(status))
                .body("reason", equalTo(reason))
                .body("stage", equalTo("http"));
    }
}
