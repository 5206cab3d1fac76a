package dev.cupel.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import dev.cupel.cloudevents.EventType;
import dev.cupel.json.StrictJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Holds what the tests see against the schemas. More strictly than a client may: what Cupel says has no field that its schema
 * does not know, though a schema lets pass what a later version may add.
 */
public final class Held {
    private static final SchemaRegistry REGISTRY = SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            registry -> registry.schemaRegistryConfig(
                    SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));

    private static final Map<EventType, Schema> EVENTS = new ConcurrentHashMap<>();

    private Held() {}

    /** The file of this type's schema. */
    static Path file(EventType type) {
        return Path.of("docs/schema", type.wireName() + ".json");
    }

    /** A schema that knows of no more than it names. */
    public static Schema strict(ObjectNode schema) {
        ObjectNode closed = schema.deepCopy();
        objects(closed)
                .filter(one -> one.path("properties").isObject()
                        && one.path("type").asText().equals("object")
                        && !one.has("additionalProperties"))
                .forEach(one -> one.put("additionalProperties", false));
        return REGISTRY.getSchema(closed);
    }

    /** All objects in a document, itself among them; a list of its own, so that they can be changed. */
    static Stream<ObjectNode> objects(JsonNode document) {
        List<JsonNode> parts =
                document.isContainerNode() ? document.valueStream().toList() : List.of();
        Stream<ObjectNode> below = parts.stream().flatMap(Held::objects);
        return document instanceof ObjectNode object ? Stream.concat(Stream.of(object), below) : below;
    }

    /** A schema as it is. */
    static Schema plain(JsonNode schema) {
        return REGISTRY.getSchema(schema);
    }

    /** What is wrong with a value. */
    public static List<String> faults(Schema schema, JsonNode value) {
        return schema.validate(value).stream().map(Error::toString).toList();
    }

    /** What is wrong with an event's data; nothing, if the type is not Cupel's own. */
    public static List<String> faults(String type, JsonNode data) {
        return EventType.find(type)
                .filter(found -> found.schema().isPresent())
                .map(found -> faults(EVENTS.computeIfAbsent(found, Held::read), data))
                .orElse(List.of());
    }

    /** Fails if the data of an event is not as its schema says. */
    public static void check(EventType type, JsonNode data) {
        assertEquals(List.of(), faults(type.wireName(), data), () -> type.wireName() + ": " + data);
    }

    private static Schema read(EventType type) {
        try {
            return strict((ObjectNode) StrictJson.parse(Files.readAllBytes(file(type))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
