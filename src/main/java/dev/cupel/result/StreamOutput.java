package dev.cupel.result;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * One stream in a result.
 *
 * @param bytes how many the program wrote, kept or not
 * @param sha256 of all those bytes, 64 hexadecimal digits
 * @param truncated whether {@code head} is less than that
 * @param head the first bytes, or all
 * @param tail the last 16 KiB, where truncated and known
 */
public record StreamOutput(long bytes, String sha256, boolean truncated, Content head, Optional<Content> tail) {
    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("bytes", bytes).put("sha256", sha256).put("truncated", truncated);
        json.put(head.field(), head.value());
        tail.ifPresent(last -> json.putObject("tail").put(last.field(), last.value()));
        return json;
    }
}
