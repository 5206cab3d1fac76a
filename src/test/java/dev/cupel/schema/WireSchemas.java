package dev.cupel.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.rejection.Rejection;
import dev.cupel.request.JobRendered;
import dev.cupel.request.JobSubmitted;
import dev.cupel.result.CaseResult;
import dev.cupel.result.CompileResult;
import dev.cupel.result.FilesResult.CollectedContent;
import dev.cupel.result.JobFinished;
import dev.cupel.result.StreamOutput;
import dev.cupel.result.TemplateRef;
import dev.cupel.result.Timings;
import dev.cupel.result.Usage;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The JSON Schema of what a record writes, found by having it write: a field that is always there is required, one that is
 * null at times may be null, and texts that no component holds are all there are. So the schema says what {@code toJson} does,
 * and a component that is not written is a fault. A record with a {@code toJson} of its own is a definition.
 */
final class WireSchemas {
    /** What a definition is called, and where its first place in a result is. */
    record Definition(String name, Class<?> type, String place) {}

    static final List<Definition> DEFINITIONS = List.of(
            new Definition("JobRendered", JobRendered.class, ""),
            new Definition("JobSubmitted", JobSubmitted.class, ""),
            new Definition("Rejection", Rejection.class, ""),
            new Definition("JobFinished", JobFinished.class, ""),
            new Definition("StreamOutput", StreamOutput.class, "stdout"),
            new Definition("CompileResult", CompileResult.class, "compile"),
            new Definition("CaseResult", CaseResult.class, "cases[]"),
            new Definition("CollectedFile", CollectedContent.class, "files.*"),
            new Definition("Timings", Timings.class, "timings"),
            new Definition("Usage", Usage.class, "usage"),
            new Definition("TemplateRef", TemplateRef.class, "template"));

    private static final Pattern COUNT =
            Pattern.compile("bytes|max_rss_bytes|files_omitted|wall_seconds|cpu_seconds|line|column");

    private final WireSamples samples = new WireSamples();
    private final Map<JsonNode, Definition> firsts = new LinkedHashMap<>();

    WireSchemas() {
        DEFINITIONS.forEach(one -> firsts.put(written(one).getFirst(), one));
    }

    /** All that a record wrote, the first as it is, each of the others with one change. */
    private List<JsonNode> written(Definition one) {
        return samples.of(one.type(), one.name()).stream()
                .map(sample -> toJson(sample.value()))
                .toList();
    }

    /** Each component must make a difference, but for one: what a compiler printed is told by the result's own {@code capture}. */
    private void checkAllIsWritten(Definition one, List<JsonNode> written) {
        Set<String> silent = new TreeSet<>();
        Set<String> heard = new TreeSet<>();
        for (int i = 1; i < written.size(); i++) {
            String changed = samples.of(one.type(), one.name()).get(i).changed();
            (written.get(i).equals(written.getFirst()) ? silent : heard).add(changed);
        }
        silent.removeAll(heard);
        silent.remove(one.type() == CompileResult.class ? "output.capture" : "parts.compile.output.capture");
        assertEquals(Set.of(), silent, () -> one.name() + " does not write these");
    }

    private static JsonNode toJson(Object record) {
        try {
            Method method = record.getClass().getDeclaredMethod("toJson");
            method.setAccessible(true);
            return (JsonNode) method.invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("cannot write a " + record.getClass(), e);
        }
    }

    /** @param told what a field is, by its place */
    ObjectNode schema(Definition one, Descriptions told) {
        List<JsonNode> written = written(one);
        checkAllIsWritten(one, written);
        return object(written, one, one.place(), told);
    }

    private ObjectNode schema(String key, List<JsonNode> nodes, Definition in, String place, Descriptions told) {
        Set<JsonNode> values = new LinkedHashSet<>(nodes);
        boolean isNullable = values.removeIf(JsonNode::isNull);
        Optional<Definition> other = values.stream()
                .flatMap(value -> Stream.ofNullable(firsts.get(value)))
                .findFirst();
        if (other.isPresent()) {
            ObjectNode ref = JsonNodeFactory.instance
                    .objectNode()
                    .put("$ref", "#/$defs/" + other.get().name());
            return isNullable ? orNull(ref) : ref;
        }
        ObjectNode schema = values.stream()
                .flatMap(value -> samples.schema(value).stream())
                .findFirst()
                .orElseGet(() -> own(values, in, place, told));
        refine(key, schema);
        if (isNullable) {
            JsonNode type = schema.path("type");
            schema.putArray("type").add(type).add("null");
            if (schema.path("enum") instanceof ArrayNode all) {
                all.addNull();
            }
        }
        return schema;
    }

    private static ObjectNode orNull(ObjectNode ref) {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        schema.putArray("oneOf").add(ref).addObject().put("type", "null");
        return schema;
    }

    /** What is no component's value: an object, a list, or words of the record's own. */
    private ObjectNode own(Set<JsonNode> values, Definition in, String place, Descriptions told) {
        JsonNode one = values.iterator().next();
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        if (one.isObject()) {
            return object(List.copyOf(values), in, place, told);
        }
        if (one.isArray()) {
            List<JsonNode> items =
                    values.stream().flatMap(JsonNode::valueStream).toList();
            return schema.put("type", "array").set("items", schema("", items, in, place + "[]", told));
        }
        if (one.isBoolean()) {
            schema.put("type", "boolean");
            return values.size() == 1 ? schema.set("const", one) : schema;
        }
        if (!one.isTextual()) {
            throw new AssertionError(place + " is " + values);
        }
        values.forEach(schema.put("type", "string").putArray("enum")::add);
        return schema;
    }

    private ObjectNode object(List<JsonNode> objects, Definition in, String place, Descriptions told) {
        ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "object");
        Map<String, List<JsonNode>> fields = new LinkedHashMap<>();
        objects.forEach(object -> object.properties()
                .forEach(field -> fields.computeIfAbsent(field.getKey(), _ -> new ArrayList<>())
                        .add(field.getValue())));
        List<JsonNode> any = fields.remove(WireSamples.ANY_KEY);
        if (any != null) {
            return schema.set("additionalProperties", schema("", any, in, place + ".*", told));
        }
        List<String> always = fields.keySet().stream()
                .filter(key -> objects.stream().allMatch(object -> object.has(key)))
                .toList();
        if (!always.isEmpty()) {
            always.forEach(schema.putArray("required")::add);
        }
        ObjectNode properties = schema.putObject("properties");
        fields.forEach((key, nodes) -> {
            String at = place.isEmpty() ? key : place + "." + key;
            ObjectNode property = schema(key, nodes, in, at, told);
            properties.set(key, property.put("description", told.of(in.place(), at, key)));
        });
        eitherOr(objects, schema);
        return schema;
    }

    /** Of bytes, {@code text} or {@code base64}. */
    private static void eitherOr(List<JsonNode> objects, ObjectNode schema) {
        if (!schema.path("properties").has("text")) {
            return;
        }
        if (objects.stream().allMatch(object -> object.has("text") || object.has("base64"))) {
            ArrayNode forms = schema.putArray("oneOf");
            Stream.of("text", "base64")
                    .forEach(form -> forms.addObject().putArray("required").add(form));
        } else {
            schema.putObject("not").putArray("required").add("text").add("base64");
        }
    }

    /** What names mean everywhere. */
    private static void refine(String key, ObjectNode schema) {
        if (COUNT.matcher(key).matches()) {
            schema.put("minimum", 0);
        } else if (key.endsWith("_at")) {
            schema.put("format", "date-time");
        } else if (key.equals("digest")) {
            schema.put("pattern", "^sha256:[0-9a-f]{64}$");
        } else if (key.equals("sha256")) {
            schema.put("pattern", "^[0-9a-f]{64}$");
        } else if (key.equals("base64")) {
            schema.put("contentEncoding", "base64");
        } else if (key.equals("url") || key.endsWith("_url")) {
            schema.put("format", "uri-reference");
        }
    }
}
