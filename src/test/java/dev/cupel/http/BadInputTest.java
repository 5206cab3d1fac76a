package dev.cupel.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import dev.cupel.TestTags;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.config.EncoderConfig;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a client sends to a call, the answer is never 500, and every refusal is a problem document. */
@Tag(TestTags.SLOW)
@QuarkusTest
class BadInputTest {
    private static final String[] CALLS = {"/render", "/submit", "/collect", "/execute"};

    @SuppressWarnings("ArrayRecordComponent") // Nobody compares these records.
    private record Bad(byte[] body, int status, String reason) {}

    private static Bad bad(String body, String reason) {
        return new Bad(body.getBytes(StandardCharsets.UTF_8), 400, reason);
    }

    private static Map<String, Bad> bodies() {
        Map<String, Bad> bodies = new LinkedHashMap<>();
        bodies.put("empty", bad("", "MalformedJson"));
        bodies.put("cut", bad("{\"eval_id\":\"x", "MalformedJson"));
        bodies.put("two values", bad("{} {}", "MalformedJson"));
        bodies.put("byte order mark", bad("\uFEFF{}", "MalformedJson"));
        bodies.put("NaN", bad("{\"eval_id\":NaN}", "MalformedJson"));
        bodies.put("comment", bad("{/* */}", "MalformedJson"));
        bodies.put("control character", bad("{\"eval_id\":\"\n\"}", "MalformedJson"));
        bodies.put("duplicate key", bad("{\"eval_id\":\"a\",\"eval_id\":\"a\"}", "DuplicateKey"));
        bodies.put("lone surrogate", bad("{\"eval_id\":\"\\ud800\"}", "InvalidField"));
        bodies.put("lone surrogate in a key", bad("{\"\\udc00\":1}", "InvalidField"));
        bodies.put("deep arrays", bad("[".repeat(100_000), "TooDeep"));
        bodies.put("deep objects", bad("{\"a\":".repeat(100) + "1" + "}".repeat(100), "TooDeep"));
        bodies.put(
                "long number",
                new Bad(("{\"timeout\":" + "9".repeat(5000) + "}").getBytes(StandardCharsets.UTF_8), 413, "TooLarge"));
        bodies.put("array", bad("[]", "InvalidType"));
        bodies.put("null", bad("null", "InvalidType"));
        bodies.put("number", bad("7", "InvalidType"));
        bodies.put("nothing in it", bad("{}", "MissingField"));
        bodies.put("invalid UTF-8", new Bad(new byte[] {'{', '"', (byte) 0xC3, '"'}, 400, "MalformedJson"));
        bodies.put("UTF-16", new Bad("{}".getBytes(StandardCharsets.UTF_16), 400, "MalformedJson"));
        bodies.put("too large", new Bad(new byte[(8 << 20) + 1], 413, "TooLarge"));
        return bodies;
    }

    static Stream<Arguments> callsAndBodies() {
        return Stream.of(CALLS).flatMap(call -> bodies().keySet().stream().map(body -> Arguments.of(call, body)));
    }

    @ParameterizedTest
    @MethodSource("callsAndBodies")
    void aBodyThatIsNoneIsAProblem(String call, String body) {
        Bad bad = Objects.requireNonNull(bodies().get(body));
        problem(given().contentType("application/json").body(bad.body()).post(call), bad.status(), bad.reason());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/render", "/submit", "/collect", "/execute"})
    void aBodyThatIsNoJsonByItsMediaTypeIsAProblem(String call) {
        String multipart = "multipart/form-data; boundary=b";
        for (String type : new String[] {"text/plain", "application/x-www-form-urlencoded", multipart, "x"}) {
            byte[] body = "--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"f\"\r\n\r\n{}\r\n--b--\r\n"
                    .getBytes(StandardCharsets.UTF_8);
            problem(raw().header("Content-Type", type).body(body).post(call), 415, "UnsupportedMediaType");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/render", "/submit", "/collect", "/execute", "/broker", "/"})
    void aBodyThatIsSaidToBeEmptyIsAnsweredAtOnce(String call) {
        given().contentType("application/json")
                .body(new byte[0])
                .post(call)
                .then()
                .statusCode(400)
                .time(org.hamcrest.Matchers.lessThan(5_000L));
    }

    private static final String CASES = "{\"eval_id\":\"x\",\"code\":\"1\",\"cases\":";

    /** Sends a body unchanged, whatever its media type. */
    private static RequestSpecification raw() {
        return given().config(RestAssured.config()
                .encoderConfig(EncoderConfig.encoderConfig()
                        .encodeContentTypeAs("application/x-www-form-urlencoded", ContentType.BINARY)
                        .encodeContentTypeAs("multipart/form-data", ContentType.BINARY)
                        .encodeContentTypeAs("x", ContentType.BINARY)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/render", "/submit", "/collect", "/execute"})
    void anotherMethodIsAProblem(String call) {
        problem(given().get(call), 405, "MethodNotAllowed");
        problem(given().contentType("application/json").body("{}").put(call), 405, "MethodNotAllowed");
    }

    @Test
    void aFieldOfTheWrongTypeIsToldByItsPointer() {
        Map<String, String> wrong = new LinkedHashMap<>();
        wrong.put("/eval_id", "{\"eval_id\":1,\"code\":\"1\"}");
        wrong.put("/code", "{\"eval_id\":\"x\",\"code\":[\"1\"]}");
        wrong.put("/timeout", "{\"eval_id\":\"x\",\"code\":\"1\",\"timeout\":\"1.5\"}");
        wrong.put("/cases/1/files/a~1b", CASES + "[{},{\"files\":{\"a/b\":1}}]}");
        wrong.put("/cases/0", CASES + "[\"a\"]}");
        wrong.put("/cases/2/args/0", CASES + "[{},{},{\"args\":[null]}]}");
        wrong.put("/stop_at_first_failure", "{\"eval_id\":\"x\",\"code\":\"1\",\"stop_at_first_failure\":\"yes\"}");
        wrong.put("/collect_files/1", "{\"eval_id\":\"x\",\"code\":\"1\",\"collect_files\":[\"a\",{}]}");
        wrong.put("/args/1", "{\"eval_id\":\"x\",\"code\":\"1\",\"args\":[\"a\",2]}");
        wrong.put("/files/a~1b", "{\"eval_id\":\"x\",\"code\":\"1\",\"files\":{\"a/b\":true}}");
        wrong.put("/env/A", "{\"eval_id\":\"x\",\"code\":\"1\",\"env\":{\"A\":null}}");
        wrong.put("/stdin", "{\"eval_id\":\"x\",\"code\":\"1\",\"stdin\":7}");
        wrong.forEach((field, body) -> {
            Response answer = given().contentType("application/json").body(body).post("/execute");
            problem(answer, 400, "InvalidType");
            answer.then().body("field", equalTo(field));
        });
    }

    @Test
    void noSuchPathIsAProblem() {
        problem(given().get("/nothing"), 404, "NotFound");
        problem(given().get("/job"), 404, "NotFound");
        problem(given().contentType("application/json").body("{}").post("/jobs/x/stdin"), 404, "NotFound");
    }

    private static void problem(Response answer, int status, String reason) {
        answer.then()
                .statusCode(status)
                .contentType(containsString("application/problem+json"))
                .body("type", equalTo("/docs/rejections.md#" + reason))
                .body("title", notNullValue())
                .body("status", equalTo(status))
                .body("detail", notNullValue())
                .body("stage", equalTo("http"))
                .body("reason", equalTo(reason))
                .body("field", notNullValue())
                .body("message", notNullValue());
    }
}
