package dev.cupel.http.runcode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.collect.captured.SignalNames;
import dev.cupel.http.WaitingRuns;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells a result in SandboxFusion's words. What these cannot say stands in the field {@code cupel}. */
final class RunCodeAnswer {
    private static final String FINISHED = "Finished";
    private static final String TIME_LIMIT = "TimeLimitExceeded";
    private static final String ERROR = "Error";

    private static final String SUCCESS = "Success";
    private static final String FAILED = "Failed";
    private static final String SANDBOX_ERROR = "SandboxError";

    private static final String COMPILE_FAILED = "CompileFailed";
    private static final Set<String> TOLD_BY_A_CODE =
            Set.of("NonZeroExit", "Signalled", "DeadlineExceeded", COMPILE_FAILED);

    private static final int NO_SUCH_COMMAND = 127;
    private static final int KILLED = -9;

    private final AskedJob asked;
    private final JsonNode result;
    private final String reason;
    private final JsonNode compile;

    /** @param result the data of {@code finished} */
    private RunCodeAnswer(AskedJob asked, JsonNode result) {
        this.asked = asked;
        this.result = result;
        this.reason = result.path("reason").asText();
        this.compile = result.path("compile");
    }

    static ObjectNode of(AskedJob asked, JsonNode result) {
        return new RunCodeAnswer(asked, result).toJson();
    }

    private ObjectNode toJson() {
        String status = status();
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("status", status);
        json.put("message", message(status));
        json.set("compile_result", compile.isMissingNode() ? null : compileResult());
        json.set("run_result", runResult(status));
        json.put("executor_pod_name", result.path("job_name").asText());
        ObjectNode files = json.putObject("files");
        asked.fetched().forEach((name, path) -> content(path).ifPresent(base64 -> files.put(name, base64)));
        json.set("cupel", cupel());
        return json;
    }

    private String status() {
        return switch (result.path("outcome").asText()) {
            case "success" -> SUCCESS;
            // How the compiler ended is not known.
            case "failure" -> reason.equals(COMPILE_FAILED) && compile.isMissingNode() ? SANDBOX_ERROR : FAILED;
            default -> SANDBOX_ERROR;
        };
    }

    private String message(String status) {
        if (status.equals(SANDBOX_ERROR)) {
            return why();
        }
        return status.equals(SUCCESS) || TOLD_BY_A_CODE.contains(reason) ? "" : reason;
    }

    private String why() {
        String message = result.path("message").asText("");
        return message.isEmpty() ? reason : reason + ": " + message;
    }

    private ObjectNode compileResult() {
        boolean isTimeUp = reason.equals(COMPILE_FAILED)
                && compile.path("exit_code").isNull()
                && asked.compileSeconds()
                        .filter(seconds -> seconds(compile)
                                .filter(took -> took.compareTo(seconds) >= 0)
                                .isPresent())
                        .isPresent();
        return command(
                isTimeUp ? TIME_LIMIT : FINISHED,
                compile,
                isTimeUp ? Optional.empty() : Optional.of(code(compile)),
                WaitingRuns.text(compile.path("stderr")));
    }

    private @Nullable ObjectNode runResult(String status) {
        if (status.equals(SANDBOX_ERROR)) {
            return command(ERROR, result, Optional.empty(), why());
        }
        String stderr = WaitingRuns.text(result.path("stderr"));
        return switch (reason) {
            case COMPILE_FAILED ->
                // The compiler did well, but left nothing that can be started.
                compile.path("exit_code").asInt(-1) == 0
                        ? command(
                                FINISHED,
                                result,
                                Optional.of(NO_SUCH_COMMAND),
                                result.path("message").asText())
                        : null;
            case "DeadlineExceeded" -> command(TIME_LIMIT, result, Optional.empty(), stderr);
            default -> command(FINISHED, result, Optional.of(code(result)), stderr);
        };
    }

    private static ObjectNode command(String status, JsonNode run, Optional<Integer> code, String stderr) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("status", status);
        json.put("execution_time", seconds(run).orElse(null));
        json.put("return_code", code.orElse(null));
        return json.put("stdout", WaitingRuns.text(run.path("stdout"))).put("stderr", stderr);
    }

    private static Optional<BigDecimal> seconds(JsonNode run) {
        return Optional.of(run.at("/usage/wall_seconds"))
                .filter(JsonNode::isNumber)
                .map(JsonNode::decimalValue);
    }

    /** As Python's {@code subprocess} has it. What ended with neither was killed with all around it. */
    private static int code(JsonNode run) {
        JsonNode code = run.path("exit_code");
        if (code.isInt()) {
            return code.intValue();
        }
        OptionalInt signal = SignalNames.numberOf(run.path("signal").asText());
        return signal.isPresent() ? -signal.getAsInt() : KILLED;
    }

    private Optional<String> content(String path) {
        JsonNode file = result.path("files").path(path);
        if (file.has("text")) {
            byte[] bytes = file.path("text").asText().getBytes(StandardCharsets.UTF_8);
            return Optional.of(Base64.getEncoder().encodeToString(bytes));
        }
        return Optional.of(file.path("base64")).filter(JsonNode::isTextual).map(JsonNode::textValue);
    }

    private ObjectNode cupel() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        for (String field : new String[] {"outcome", "reason", "message", "capture", "unenforced"}) {
            if (result.has(field)) {
                json.set(field, result.get(field));
            }
        }
        for (String stream : new String[] {"stdout", "stderr"}) {
            json.set(stream, withoutText(result.path(stream)));
        }
        for (String path : asked.fetched().values()) {
            JsonNode file = result.path("files").path(path);
            if (file.path("truncated").asBoolean()) {
                json.withArray("/files_left_out").add(path);
            }
        }
        return json;
    }

    private static JsonNode withoutText(JsonNode stream) {
        if (!(stream instanceof ObjectNode known)) {
            return JsonNodeFactory.instance.nullNode();
        }
        ObjectNode rest = JsonNodeFactory.instance.objectNode();
        rest.setAll(known);
        rest.remove("text");
        return rest;
    }
}
