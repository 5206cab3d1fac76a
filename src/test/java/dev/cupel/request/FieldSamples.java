package dev.cupel.request;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.json.StrictJson;

/** For each field a value that is no default, and that the templates which come with Cupel take where they take any. */
public final class FieldSamples {
    private FieldSamples() {}

    public static JsonNode value(RequestField field) {
        return StrictJson.parse(json(field).getBytes(UTF_8));
    }

    /** A request with the field, and with what the field needs beside it. */
    public static ObjectNode with(ObjectNode request, RequestField field) {
        return beside(request, field).set(field.wireName(), value(field));
    }

    /** A request with what the field needs beside it, but without the field. */
    public static ObjectNode beside(ObjectNode request, RequestField field) {
        ObjectNode changed = request.deepCopy();
        if (field == RequestField.PARALLEL || field == RequestField.STOP_AT_FIRST_FAILURE) {
            changed.set(RequestField.CASES.wireName(), value(RequestField.CASES));
        }
        if (field == RequestField.PARALLEL) {
            changed.put(RequestField.CPU_LIMIT.wireName(), "1.5");
        }
        if (field == RequestField.PRIORITY_CLASS) {
            changed.set(RequestField.QUEUE.wireName(), value(RequestField.QUEUE));
        }
        return changed;
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
            case CPU_TIMEOUT -> "2.5";
            case COMPILE_TIMEOUT -> "20";
            case IMAGE -> "\"docker.io/library/python:3.12-alpine\"";
            case ARGS -> "[\"a\", \"b\"]";
            case STDIN -> "\"a\"";
            case FILES -> "{\"a\": \"b\", \"c\": \"d\"}";
            case ENV -> "{\"a\": \"b\", \"c\": \"d\"}";
            case CASES -> "[{\"name\": \"one\", \"stdin\": \"1\"}, {\"args\": [\"b\"], \"timeout\": 0.5}]";
            case PARALLEL -> "2";
            case STOP_AT_FIRST_FAILURE -> "true";
            case OUTPUT_LIMIT -> "4096";
            case COLLECT_FILES -> "[\"report.xml\", \"out/**/*.txt\"]";
            case QUEUE -> "\"evaluations\"";
            case PRIORITY_CLASS -> "\"urgent\"";
            case RUNTIME_CLASS -> "\"gvisor\"";
            default -> throw new AssertionError("no sample for " + field + ": say a value that is not its default");
        };
    }
}
