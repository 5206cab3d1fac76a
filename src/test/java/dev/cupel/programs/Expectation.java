package dev.cupel.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What is said to come of a sample, {@code NAME.expect.json} beside it: fields of the result, each with its value, and of an
 * object what is said of it. {@code {"contains": TEXT}} stands for a stream or file with that in its text.
 */
public final class Expectation {
    private static final String CONTAINS = "contains";

    private Expectation() {}

    public static void check(JsonNode expected, JsonNode result) {
        JsonNode said = asFar(expected, result);
        assertEquals(expected.toPrettyString(), said.toPrettyString(), () -> "of " + result.toPrettyString());
    }

    public static boolean isMet(JsonNode expected, JsonNode result) {
        return asFar(expected, result).equals(expected);
    }

    /** The result, as far as something is expected of it. */
    private static JsonNode asFar(JsonNode expected, JsonNode result) {
        if (expected.isArray() && result.isArray() && expected.size() == result.size()) {
            var items = JsonNodeFactory.instance.arrayNode();
            for (int i = 0; i < expected.size(); i++) {
                items.add(asFar(expected.get(i), result.get(i)));
            }
            return items;
        }
        if (!expected.isObject() || !result.isObject()) {
            return result;
        }
        if (expected.has(CONTAINS)) {
            return result.path("text").asText().contains(expected.get(CONTAINS).asText()) ? expected : result;
        }
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        expected.properties().forEach(field -> {
            JsonNode found = result.path(field.getKey());
            fields.set(
                    field.getKey(),
                    found.isMissingNode()
                            ? JsonNodeFactory.instance.textNode("(missing)")
                            : asFar(field.getValue(), found));
        });
        return fields;
    }
}
