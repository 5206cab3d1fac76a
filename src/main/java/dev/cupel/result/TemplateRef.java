package dev.cupel.result;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Which template made a Job. */
public record TemplateRef(String name, String digest) {
    public ObjectNode toJson() {
        return JsonNodeFactory.instance.objectNode().put("name", name).put("digest", digest);
    }
}
