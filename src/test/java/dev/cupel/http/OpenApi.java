package dev.cupel.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The OpenAPI document, as the tests read it. */
record OpenApi(JsonNode document) {
    private static final String COMPONENTS = "#/components/";

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

    /**
     * What in a value is not as its schema says. Stricter than JSON Schema: a field without a description is a fault,
     * unless none of them has one.
     */
    List<String> faults(JsonNode schema, JsonNode value, String at) {
        JsonNode described = resolved(schema);
        if (described.has("oneOf")) {
            Map<String, List<String>> tried = new LinkedHashMap<>();
            described.path("oneOf").forEach(one -> tried.put(one.toString(), faults(one, value, at)));
            boolean fits = tried.values().stream().anyMatch(List::isEmpty);
            return fits ? List.of() : List.of(at + " is none of " + tried);
        }
        List<String> faults = new ArrayList<>();
        JsonNode type = described.path("type");
        boolean isTyped = type.isMissingNode()
                || (type.isTextual() ? Stream.of(type) : type.valueStream()).anyMatch(one -> is(one.asText(), value));
        if (!isTyped) {
            faults.add(at + " is no " + type);
        }
        JsonNode values = described.path("enum");
        if (!values.isMissingNode() && values.valueStream().noneMatch(value::equals)) {
            faults.add(at + " is " + value + ", and not one of " + values);
        }
        if (value.isArray()) {
            value.forEach(item -> faults.addAll(faults(described.path("items"), item, at + "[]")));
        }
        described.path("required").forEach(name -> {
            if (!value.has(name.asText())) {
                faults.add(at + " has no " + name.asText());
            }
        });
        JsonNode properties = described.path("properties");
        JsonNode others = described.path("additionalProperties");
        value.properties().forEach(member -> {
            String place = at + "." + member.getKey();
            if (properties.has(member.getKey())) {
                faults.addAll(faults(properties.get(member.getKey()), member.getValue(), place));
            } else if (others.isObject()) {
                faults.addAll(faults(others, member.getValue(), place));
            } else if (!properties.isMissingNode()) {
                faults.add(place + " is not described");
            }
        });
        return faults;
    }

    private static boolean is(String type, JsonNode value) {
        return switch (type) {
            case "string" -> value.isTextual();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "null" -> value.isNull();
            default -> throw new IllegalArgumentException(type);
        };
    }
}
