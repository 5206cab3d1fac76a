package dev.cupel.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import dev.cupel.schema.Held;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** The OpenAPI document, as the tests read it. */
record OpenApi(JsonNode document) {
    private static final String COMPONENTS = "#/components/";

    private static final Map<String, Schema> SCHEMAS = new ConcurrentHashMap<>();

    /** A call as in {@code GET /jobs/{name}}, and what it says of its answers. */
    record Call(String name, JsonNode responses) {
        Optional<JsonNode> response(int status) {
            return Optional.ofNullable(responses.get(Integer.toString(status)));
        }

        Set<Integer> statuses() {
            Set<Integer> statuses = new TreeSet<>();
            responses.fieldNames().forEachRemaining(status -> statuses.add(Integer.valueOf(status)));
            return statuses;
        }
    }

    List<Call> calls() {
        List<Call> calls = new ArrayList<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .properties()
                        .forEach(call -> calls.add(new Call(
                                call.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey(),
                                call.getValue().path("responses")))));
        return calls;
    }

    Optional<Call> find(String method, String path) {
        return calls().stream()
                .filter(call -> (method + " " + path).matches(call.name().replaceAll("\\{[a-z]+}", "[^/]+")))
                .findFirst();
    }

    JsonNode resolved(JsonNode node) {
        String ref = node.path("$ref").asText();
        return ref.isEmpty() ? node : resolved(document.at(ref.substring(1)));
    }

    JsonNode schema(String name) {
        return document.at((COMPONENTS + "schemas/" + name).substring(1));
    }

    /** A schema of this document, which knows of no more than it names. */
    Schema strict(JsonNode schema) {
        ObjectNode whole = schema.deepCopy();
        whole.set("$defs", document.at("/components/schemas"));
        return SCHEMAS.computeIfAbsent(
                whole.toString().replace(COMPONENTS + "schemas/", "#/$defs/"),
                text -> Held.strict((ObjectNode) Asking.parse(text)));
    }
}
