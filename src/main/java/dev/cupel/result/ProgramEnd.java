package dev.cupel.result;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** What the program itself ended with: a code, a signal by its name, or neither where that is not known. */
public record ProgramEnd(Optional<Integer> exitCode, Optional<String> signal) {
    public static final ProgramEnd NOT_KNOWN = new ProgramEnd(Optional.empty(), Optional.empty());

    void write(ObjectNode json) {
        json.put("exit_code", exitCode.orElse(null));
        json.put("signal", signal.orElse(null));
    }

    public static ProgramEnd exited(int code) {
        return new ProgramEnd(Optional.of(code), Optional.empty());
    }

    public static ProgramEnd signalled(String signal) {
        return new ProgramEnd(Optional.empty(), Optional.of(signal));
    }
}
