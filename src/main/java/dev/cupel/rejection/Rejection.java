package dev.cupel.rejection;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * The data of a {@code rejected} event: what will never run as asked, and why.
 *
 * @param stage who found it
 * @param evalId as far as it is known
 */
public record Rejection(Stage stage, Rejected cause, Optional<String> evalId) {
    /** The contract's JSON; {@code template}, {@code line} and {@code column} only for a fault of the template. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("stage", stage.wireName())
                .put("reason", cause.reason().wireName())
                .put("field", cause.field())
                .put("message", cause.text())
                .put("eval_id", evalId.orElse(null));
        cause.position()
                .ifPresent(place -> json.put("template", place.template())
                        .put("line", place.line())
                        .put("column", place.column()));
        return json;
    }
}
