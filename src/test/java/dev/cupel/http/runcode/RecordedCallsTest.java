package dev.cupel.http.runcode;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cupel.TestTags;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Calls and what a real SandboxFusion answered, recorded by {@code src/test/run_code/record.py}. Cupel answers the same,
 * but for times, for what a tool's version decides, and for where a program's file lies.
 */
@Tag(TestTags.SLOW)
@QuarkusTest
@TestProfile(RunCodeOn.class)
class RecordedCallsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path RECORDED = Path.of("src/test/resources/run_code/recorded.json");

    static Stream<Named<JsonNode>> calls() throws IOException {
        return StreamSupport.stream(JSON.readTree(RECORDED.toFile()).spliterator(), false)
                .map(call -> Named.of(call.path("name").asText(), call));
    }

    @ParameterizedTest
    @MethodSource("calls")
    void theAnswerIsTheSame(JsonNode call) throws IOException {
        String body = call.has("body")
                ? call.path("body").asText()
                : call.path("request").toString();
        Response response = given().contentType("application/json")
                .body(body.getBytes(StandardCharsets.UTF_8))
                .post("/run_code");
        JsonNode answer = JSON.readTree(response.asByteArray());
        assertEquals(call.path("status").intValue(), response.statusCode(), answer::toString);
        JsonNode expected = call.path("answer");
        if (response.statusCode() == 422) {
            assertEquals(faults(expected), faults(answer));
            return;
        }
        String missing = answer.path("message").asText();
        assumeFalse(missing.startsWith("StartFailed"), () -> "skipped: " + missing);
        boolean isReport = call.at("/request/language").asText().equals("pytest");
        assertAll(
                answer.toString(),
                () -> assertEquals(expected.path("status"), answer.path("status")),
                () -> assertEquals(expected.path("message"), answer.path("message")),
                () -> assertEquals(expected.path("files"), answer.path("files")),
                () -> assertTrue(answer.path("executor_pod_name").asText().startsWith("eval-run-code-")),
                () -> assertSameCommand(expected.path("compile_result"), answer.path("compile_result"), false),
                () -> assertSameCommand(expected.path("run_result"), answer.path("run_result"), isReport));
    }

    private static void assertSameCommand(JsonNode expected, JsonNode command, boolean isReport) {
        assertEquals(expected.isNull(), command.isNull());
        if (expected.isNull()) {
            return;
        }
        assertEquals(expected.path("status"), command.path("status"));
        assertEquals(expected.path("return_code"), command.path("return_code"));
        assertTrue(command.path("execution_time").isNumber());
        if (!isReport) {
            assertEquals(expected.path("stdout"), command.path("stdout"));
            assertEquals(lastWord(expected), lastWord(command));
        }
        assertTrue(command.path("stdout").isTextual() && command.path("stderr").isTextual());
    }

    /** Of Python's traces and of what a program says itself this is all that does not depend on a version or a path. */
    private static String lastWord(JsonNode command) {
        String[] words = command.path("stderr").asText().strip().split("\\s+", -1);
        return words[words.length - 1];
    }

    private static List<String> faults(JsonNode answer) {
        return StreamSupport.stream(answer.path("detail").spliterator(), false)
                .map(fault -> switch (fault.path("type").asText()) {
                    case "json_invalid" -> "json_invalid";
                    case "literal_error" -> "literal_error " + fault.path("loc");
                    case String type -> type + " " + fault.path("loc") + " " + Objects.toString(fault.path("msg"));
                })
                .toList();
    }
}
