package dev.cupel.http.piston;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.collect.captured.SignalNames;
import dev.cupel.http.Answer;
import dev.cupel.http.WaitingRuns;
import dev.cupel.http.piston.Runtimes.Language;
import java.math.BigDecimal;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells a result in Piston's words. */
final class PistonAnswer {
    private static final Set<String> TIME_UP = Set.of("DeadlineExceeded", "CpuTimeExceeded");
    private static final String SIGNALLED = "Signalled";

    private PistonAnswer() {}

    static Answer message(int status, String text) {
        return new Answer(status, JsonNodeFactory.instance.objectNode().put("message", text));
    }

    /** @param result the data of {@code finished} */
    static Answer of(Language runtime, JsonNode result) {
        String reason = result.path("reason").asText();
        if (!Set.of("success", "failure").contains(result.path("outcome").asText())) {
            return message(500, reason + ": " + result.path("message").asText());
        }
        ObjectNode json = runtime.describe();
        JsonNode compile = result.path("compile");
        if (compile.isObject()) {
            json.set("compile", stage(compile, SIGNALLED));
        }
        // As in Piston: where nothing ran, the compiler stands in its place.
        boolean isNotRun = reason.equals("CompileFailed") && compile.isObject();
        json.set("run", isNotRun ? json.get("compile") : stage(result, reason));
        return new Answer(200, json);
    }

    private static ObjectNode stage(JsonNode run, String reason) {
        String stdout = WaitingRuns.text(run.path("stdout"));
        String stderr = WaitingRuns.text(run.path("stderr"));
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("stdout", stdout).put("stderr", stderr).put("output", stdout + stderr);
        int code = run.path("exit_code").asInt();
        String signal = run.path("signal").asText("SIGKILL");
        if (TIME_UP.contains(reason)) {
            json.putNull("code").put("signal", "SIGKILL").put("status", "TO").put("message", "Time limit exceeded");
        } else if (!run.path("exit_code").isInt()) {
            String caught =
                    "Caught fatal signal " + SignalNames.numberOf(signal).orElse(9);
            json.putNull("code").put("signal", signal).put("status", "SG");
            json.put("message", reason.equals(SIGNALLED) ? caught : reason);
        } else {
            json.put("code", code).putNull("signal").put("status", code == 0 ? null : "RE");
            json.put("message", code == 0 ? null : "Exited with error status " + code);
        }
        JsonNode usage = run.path("usage");
        json.set("memory", usage.get("max_rss_bytes"));
        json.put("cpu_time", millis(usage.path("cpu_seconds")));
        return json.put("wall_time", millis(usage.path("wall_seconds")));
    }

    private static @Nullable BigDecimal millis(JsonNode seconds) {
        return seconds.isNumber() ? seconds.decimalValue().movePointRight(3) : null;
    }
}
