package dev.cupel.request;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.json.StrictJson;

/** For each field a value that is no default, and that the templates which come with Cupel take where they take any. */
public final class FieldSamples {
    private FieldSamples() {}

    public static JsonNode value(RequestField field) {
        return StrictJson.parse(json(field).getBytes(UTF_8));
    }

    private static String json(RequestField field) {
        if (field.amount().isPresent()) {
            return "\"" + field.amount().get().resource().least().text() + "\"";
        }
        return switch (field) {
            case EVAL_ID -> "\"demo-1\"";
            case CODE -> "\"print(6 * 7)\"";
            case TEMPLATE -> "\"seed\"";
            case TIMEOUT -> "5";
            case IMAGE -> "\"docker.io/library/python:3.12-alpine\"";
            case ARGS -> "[\"a\", \"b\"]";
            case STDIN -> "\"a\"";
            case FILES -> "{\"a\": \"b\", \"c\": \"d\"}";
            case ENV -> "{\"a\": \"b\", \"c\": \"d\"}";
            case OUTPUT_LIMIT -> "4096";
            case QUEUE -> "\"evaluations\"";
            case RUNTIME_CLASS -> "\"gvisor\"";
            default -> throw new AssertionError("no sample for " + field + ": say a value that is not its default");
        };
    }
}
