package dev.cupel.programs;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the result of a program must be.
 *
 * @param exitCode the program's own; absent where it must be null
 * @param capture which words are true here
 */
public record Expected(
        String reason,
        Optional<Integer> exitCode,
        Optional<String> signal,
        Set<String> capture,
        Output stdout,
        Output stderr) {

    private static final Map<String, String> OUTCOMES = Map.of(
            "Completed", "success",
            "NonZeroExit", "failure",
            "Signalled", "failure",
            "DeadlineExceeded", "failure",
            "OOMKilled", "failure",
            "DiskExceeded", "failure",
            "SupervisorBroken", "failure");

    /** It ended with that code and printed nothing. */
    public static Expected exited(int code) {
        return ended(code == 0 ? "Completed" : "NonZeroExit", Optional.of(code), Optional.empty());
    }

    /** That signal ended it. */
    public static Expected signalled(String signal) {
        return ended("Signalled", Optional.empty(), Optional.of(signal));
    }

    /** Nothing is known of its own end. */
    public static Expected ended(String reason) {
        return ended(reason, Optional.empty(), Optional.empty());
    }

    private static Expected ended(String reason, Optional<Integer> code, Optional<String> signal) {
        return new Expected(reason, code, signal, Set.of("exact"), Output.of(""), Output.of(""));
    }

    /** For another reason than the program's own end, which stays as it is. */
    public Expected because(String other) {
        return new Expected(other, exitCode, signal, capture, stdout, stderr);
    }

    public Expected stdout(String text) {
        return stdout(Output.of(text));
    }

    public Expected stdout(Output output) {
        return new Expected(reason, exitCode, signal, capture, output, stderr);
    }

    public Expected stderr(String text) {
        return stderr(Output.of(text));
    }

    public Expected stderr(Output output) {
        return new Expected(reason, exitCode, signal, capture, stdout, output);
    }

    /** Not exact: nobody vouches for the output, of which only a word is said. */
    public Expected butOnly(String... words) {
        return new Expected(reason, exitCode, signal, Set.of(words), new Output.Anything(), new Output.Anything());
    }

    /** All that is otherwise in {@code result}, the data of a {@code finished} event. */
    List<String> faults(JsonNode result) {
        List<String> faults = new ArrayList<>();
        check(faults, result, "reason", Optional.of(reason));
        check(faults, result, "outcome", Optional.ofNullable(OUTCOMES.get(reason)));
        check(faults, result, "exit_code", exitCode.map(Object::toString));
        check(faults, result, "signal", signal);
        if (!capture.contains(result.path("capture").asText())) {
            faults.add("capture: " + result.path("capture") + ", wanted one of " + capture);
        }
        stdout.fault(result.path("stdout")).ifPresent(fault -> faults.add("stdout: " + fault));
        stderr.fault(result.path("stderr")).ifPresent(fault -> faults.add("stderr: " + fault));
        return faults;
    }

    private static void check(List<String> faults, JsonNode result, String field, Optional<String> wanted) {
        if (!result.path(field).asText().equals(wanted.orElse("null"))) {
            faults.add("%s: %s, wanted %s".formatted(field, result.path(field), wanted.orElse("null")));
        }
    }
}
