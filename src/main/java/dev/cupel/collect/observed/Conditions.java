package dev.cupel.collect.observed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

/** The conditions of a Job or a Pod. */
final class Conditions {
    private Conditions() {}

    /** The condition of that type and status ({@code True} or {@code False}), or a missing node. */
    static JsonNode find(JsonNode object, String type, String status) {
        for (JsonNode condition : object.path("status").path("conditions")) {
            if (condition.path("type").asText().equals(type)
                    && condition.path("status").asText().equals(status)) {
                return condition;
            }
        }
        return MissingNode.getInstance();
    }
}
