package dev.cupel.result;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** How the compiler ended, and what it printed. */
public record CompileResult(ProgramEnd end, Output output, Optional<Usage> usage) {
    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        end.write(json);
        output.writeStreams(json);
        json.set("usage", Output.orNull(usage.map(Usage::toJson)));
        return json;
    }
}
