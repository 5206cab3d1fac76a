package dev.cupel.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.Markdown;
import dev.cupel.cloudevents.EventType;
import dev.cupel.kubernetes.DnsName;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The schema of each event's data, made from the code; {@code docs/schema} has them as files. */
public final class EventSchemas {
    static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

    private static final String DEFINITIONS = "#/$defs/";

    private final Markdown page = Markdown.read(Path.of("docs/events.md"));
    private final WireSchemas written = new WireSchemas();

    /** The types that are Cupel's own. */
    static List<EventType> types() {
        return Arrays.stream(EventType.values())
                .filter(type -> type.schema().isPresent())
                .toList();
    }

    /** Each definition by its name, for a document that has them elsewhere: without what no generator makes types of. */
    public Map<String, ObjectNode> definitions(String where) {
        Map<String, ObjectNode> all = new LinkedHashMap<>();
        for (WireSchemas.Definition one : WireSchemas.DEFINITIONS) {
            ObjectNode schema = written.schema(one, descriptions(holder(one)));
            Held.objects(schema)
                    .filter(object -> object.has("properties"))
                    .forEach(object -> object.remove(List.of("not", "oneOf")));
            Held.objects(schema)
                    .filter(object -> object.path("$ref").isTextual())
                    .forEach(object ->
                            object.put("$ref", object.path("$ref").asText().replace(DEFINITIONS, where)));
            all.put(one.name(), schema);
        }
        return all;
    }

    private Descriptions descriptions(EventType type) {
        return Descriptions.of(page, "`" + type.wireName() + "`");
    }

    /** The event that holds a definition, or is one. */
    private static EventType holder(WireSchemas.Definition one) {
        return switch (one.name()) {
            case "JobRendered" -> EventType.RENDERED;
            case "JobSubmitted" -> EventType.SUBMITTED;
            case "Rejection" -> EventType.REJECTED;
            default -> EventType.FINISHED;
        };
    }

    /** The whole document. */
    ObjectNode document(EventType type) {
        ObjectNode document = JsonNodeFactory.instance
                .objectNode()
                .put("$schema", DIALECT)
                .put("$id", type.schema().orElseThrow())
                .put("title", type.wireName())
                .put("description", Descriptions.head(page, "`" + type.wireName() + "`"));
        switch (type) {
            case REQUESTED -> {
                RequestSchema request = new RequestSchema(DEFINITIONS);
                document.setAll(request.request());
                document.putObject("$defs")
                        .<ObjectNode>set("Case", request.oneCase())
                        .set("Content", RequestSchema.content());
            }
            case CANCEL -> {
                document.put("type", "object").put("additionalProperties", false);
                document.putArray("required").add("job_name");
                document.putObject("properties")
                        .putObject("job_name")
                        .put("type", "string")
                        .put("pattern", "^" + DnsName.LABEL.pattern() + "$")
                        .put("description", descriptions(type).of("", "job_name", "job_name"));
            }
            default -> addWritten(document, type);
        }
        return document;
    }

    private void addWritten(ObjectNode document, EventType type) {
        Descriptions told = descriptions(type);
        WireSchemas.Definition root = WireSchemas.DEFINITIONS.stream()
                .filter(one -> one.place().isEmpty() && holder(one) == type)
                .findFirst()
                .orElseThrow();
        document.setAll(written.schema(root, told));
        ObjectNode definitions = JsonNodeFactory.instance.objectNode();
        Set<String> wanted = new TreeSet<>(references(document));
        while (!wanted.isEmpty()) {
            String name = wanted.iterator().next();
            ObjectNode schema = written.schema(definition(name), told);
            definitions.set(name, schema);
            wanted.addAll(references(schema));
            definitions.fieldNames().forEachRemaining(wanted::remove);
        }
        if (!definitions.isEmpty()) {
            document.set("$defs", definitions);
        }
    }

    private static WireSchemas.Definition definition(String name) {
        Optional<WireSchemas.Definition> found = WireSchemas.DEFINITIONS.stream()
                .filter(one -> one.name().equals(name))
                .findFirst();
        return found.orElseThrow();
    }

    private static List<String> references(JsonNode schema) {
        return Held.objects(schema)
                .map(object -> object.path("$ref").asText())
                .filter(ref -> ref.startsWith(DEFINITIONS))
                .map(ref -> ref.substring(DEFINITIONS.length()))
                .toList();
    }
}
