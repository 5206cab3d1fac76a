package dev.cupel.http.runcode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunCodeAnswerTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static ObjectNode result(String outcome, String reason, String more) throws IOException {
        ObjectNode result = (ObjectNode) JSON.readTree("""
                {"eval_id": "run_code", "job_name": "eval-a", "message": "Why.", "exit_code": null, "signal": null,
                 "stdout": {"bytes": 2, "sha256": "00", "truncated": false, "text": "o\\n"}, "stderr": null,
                 "capture": "exact", "usage": {"wall_seconds": 0.25}}
                """);
        result.put("outcome", outcome).put("reason", reason);
        result.setAll((ObjectNode) JSON.readTree(more));
        return result;
    }

    private static ObjectNode answer(ObjectNode result, Map<String, String> fetched) {
        return RunCodeAnswer.of(
                new AskedJob(JSON.createObjectNode(), Optional.of(BigDecimal.TEN), fetched, BigDecimal.TEN), result);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "null", textBlock = """
                    success   | Completed        | {"exit_code": 0}         | Success      | ''                | Finished          | 0
                    failure   | NonZeroExit      | {"exit_code": 7}         | Failed       | ''                | Finished          | 7
                    failure   | Signalled        | {"signal": "SIGSEGV"}    | Failed       | ''                | Finished          | -11
                    failure   | DeadlineExceeded | {"signal": "SIGKILL"}    | Failed       | ''                | TimeLimitExceeded | null
                    failure   | OOMKilled        | {"signal": "SIGKILL"}    | Failed       | OOMKilled         | Finished          | -9
                    failure   | OOMKilled        | {"exit_code": 1}         | Failed       | OOMKilled         | Finished          | 1
                    failure   | DiskExceeded     | {}                       | Failed       | DiskExceeded      | Finished          | -9
                    failure   | SupervisorBroken | {}                       | Failed       | SupervisorBroken  | Finished          | -9
                    failure   | CompileFailed    | {}                       | SandboxError | CompileFailed: Why. | Error           | null
                    error     | ImagePullFailed  | {"stdout": null}         | SandboxError | ImagePullFailed: Why. | Error         | null
                    error     | Evicted          | {"message": null}        | SandboxError | Evicted           | Error             | null
                    cancelled | Cancelled        | {}                       | SandboxError | Cancelled: Why.   | Error             | null
                    """)
    void eachEndHasItsWords(
            String outcome, String reason, String more, String status, String message, String run, Integer code)
            throws IOException {
        JsonNode answer = answer(result(outcome, reason, more), Map.of());
        assertEquals(status, answer.path("status").asText());
        assertEquals(message, answer.path("message").asText());
        assertTrue(answer.path("compile_result").isNull());
        JsonNode command = answer.path("run_result");
        assertEquals(run, command.path("status").asText());
        assertEquals(
                code == null ? "null" : code.toString(),
                command.path("return_code").toString());
        assertTrue(command.path("stdout").isTextual() && command.path("stderr").isTextual(), command::toString);
        assertEquals("eval-a", answer.path("executor_pod_name").asText());
        assertEquals(reason, answer.at("/cupel/reason").asText());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "null", textBlock = """
                    {"exit_code": 1, "signal": null}          | 0.4  | Finished          | 1
                    {"exit_code": 1, "signal": null}          | 11   | Finished          | 1
                    {"exit_code": null, "signal": "SIGKILL"}  | 10.1 | TimeLimitExceeded | null
                    {"exit_code": null, "signal": "SIGKILL"}  | 3    | Finished          | -9
                    """)
    void aCompilerThatFailsIsTheOnlyResult(String end, double took, String status, Integer code) throws IOException {
        ObjectNode compile = (ObjectNode) JSON.readTree(end);
        compile.putObject("stderr").put("text", "error\n");
        compile.putNull("stdout").putObject("usage").put("wall_seconds", took);
        ObjectNode result = result("failure", "CompileFailed", "{}");
        result.set("compile", compile);
        JsonNode answer = answer(result, Map.of());
        assertEquals("Failed", answer.path("status").asText());
        assertEquals("", answer.path("message").asText());
        assertTrue(answer.path("run_result").isNull());
        assertEquals(status, answer.at("/compile_result/status").asText());
        assertEquals(
                code == null ? "null" : code.toString(),
                answer.at("/compile_result/return_code").toString());
        assertEquals("error\n", answer.at("/compile_result/stderr").asText());
        assertEquals(took, answer.at("/compile_result/execution_time").asDouble());
    }

    @Test
    void aProgramThatCannotBeStartedIsACommandThatIsNotThere() throws IOException {
        JsonNode answer = answer(result("failure", "CompileFailed", "{\"compile\": {\"exit_code\": 0}}"), Map.of());
        assertEquals("Failed", answer.path("status").asText());
        assertEquals(0, answer.at("/compile_result/return_code").asInt(-1));
        assertEquals(127, answer.at("/run_result/return_code").asInt());
        assertEquals("Why.", answer.at("/run_result/stderr").asText());
    }

    @Test
    void filesStandByTheNamesByWhichTheyWereAskedFor() throws IOException {
        String files = """
                {"exit_code": 0, "files": {"a": {"text": "ä"}, "b": {"base64": "AP8="}, "report.xml": {"text": ""},
                 "big": {"truncated": true, "url": "/x"}}}
                """;
        JsonNode answer = answer(
                result("success", "Completed", files),
                Map.of("./a", "a", "b", "b", "missing", "missing", "big", "big"));
        assertEquals(JSON.readTree("{\"./a\": \"w6Q=\", \"b\": \"AP8=\"}"), answer.path("files"));
        assertEquals("[\"big\"]", answer.at("/cupel/files_left_out").toString());
    }

    @Test
    void theTextOfAStreamIsThereOnce() throws IOException {
        JsonNode answer = answer(result("success", "Completed", "{\"exit_code\": 0}"), Map.of());
        assertFalse(answer.at("/cupel/stdout").has("text"));
        assertEquals(2, answer.at("/cupel/stdout/bytes").asInt());
        assertTrue(answer.at("/cupel/stderr").isNull());
    }
}
