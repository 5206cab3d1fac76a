package dev.cupel.http.piston;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.collect.captured.SignalNames;
import dev.cupel.http.WaitingRuns;
import java.math.BigDecimal;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells a result in Piston's words. */
final class PistonAnswer {
    private static final Set<String> TIME_UP = Set.of("DeadlineExceeded", "CpuTimeExceeded");
    private static final Set<String> TOLD_BY_A_SIGNAL = Set.of("Signalled", "CompileFailed");
    private static final String KILL = "SIGKILL";

    private PistonAnswer() {}

    /** @param result the data of {@code finished}, which is a success or a failure */
    static ObjectNode of(PistonJob asked, JsonNode result) {
        JsonNode compile = result.path("compile");
        String reason = result.path("reason").asText();
        boolean isNotRun = reason.equals("CompileFailed") && compile.isObject();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        if (compile.isObject()) {
            json.set("compile", stage(compile, "CompileFailed"));
        }
        // As in Piston: where nothing ran, the compiler stands in its place.
        json.set("run", isNotRun ? json.get("compile") : stage(result, reason));
        return json.put("language", asked.runtime().name()).put("version", asked.version());
    }

    private static ObjectNode stage(JsonNode run, String reason) {
        String stdout = WaitingRuns.text(run.path("stdout"));
        String stderr = WaitingRuns.text(run.path("stderr"));
        ObjectNode json =
                JsonNodeFactory.instance.objectNode().put("stdout", stdout).put("stderr", stderr);
        json.put("output", stdout + stderr);
        if (TIME_UP.contains(reason)) {
            end(json, null, KILL, "TO", "Time limit exceeded");
        } else if (run.path("exit_code").isInt()) {
            int code = run.path("exit_code").intValue();
            boolean isWell = code == 0;
            end(json, code, null, isWell ? null : "RE", isWell ? null : "Exited with error status " + code);
        } else {
            String signal = run.path("signal").asText(KILL);
            String number =
                    "Caught fatal signal " + SignalNames.numberOf(signal).orElse(9);
            end(json, null, signal, "SG", TOLD_BY_A_SIGNAL.contains(reason) ? number : reason);
        }
        JsonNode usage = run.path("usage");
        json.set("memory", usage.get("max_rss_bytes"));
        json.put("cpu_time", millis(usage.path("cpu_seconds")));
        return json.put("wall_time", millis(usage.path("wall_seconds")));
    }

    private static void end(
            ObjectNode json,
            @Nullable Integer code,
            @Nullable String signal,
            @Nullable String status,
            @Nullable String message) {
        json.put("code", code).put("signal", signal).put("message", message).put("status", status);
    }

    private static @Nullable BigDecimal millis(JsonNode seconds) {
        return seconds.isNumber() ? seconds.decimalValue().movePointRight(3) : null;
    }
}
