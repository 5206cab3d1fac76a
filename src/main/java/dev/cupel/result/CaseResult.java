package dev.cupel.result;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * The result of one case.
 *
 * @param reason absent where it did not run
 * @param files absent where none were asked for
 */
public record CaseResult(
        String name,
        Optional<Reason> reason,
        ProgramEnd end,
        Output output,
        Optional<Usage> usage,
        Optional<FilesResult> files) {
    /** The word on the wire of a case that did not run. No whole result has it. */
    public static final String NOT_RUN = "not_run";

    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("name", name);
        json.put("outcome", reason.map(why -> why.outcome().wireName()).orElse(NOT_RUN));
        json.put("reason", reason.map(Reason::wireName).orElse(null));
        end.write(json);
        output.write(json);
        json.set("usage", Output.orNull(usage.map(Usage::toJson)));
        files.ifPresent(some -> some.write(json));
        return json;
    }
}
