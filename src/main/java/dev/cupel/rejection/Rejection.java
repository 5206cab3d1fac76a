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
        ObjectNode json = json(stage, cause.reason().wireName(), cause.field(), cause.text(), evalId);
        cause.position()
                .ifPresent(place -> json.put("template", place.template())
                        .put("line", place.line())
                        .put("column", place.column()));
        return json;
    }

    /** The fields that every rejection has, also one whose reason is not a {@link RejectionReason}. */
    public static ObjectNode json(Stage stage, String reason, String field, String message, Optional<String> evalId) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("stage", stage.wireName())
                .put("reason", reason)
                .put("field", field)
                .put("message", message)
                .put("eval_id", evalId.orElse(null));
    }
}
