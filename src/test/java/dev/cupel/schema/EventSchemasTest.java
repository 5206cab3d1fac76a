package dev.cupel.schema;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import dev.cupel.Golden;
import dev.cupel.Markdown;
import dev.cupel.cloudevents.EventType;
import dev.cupel.cloudevents.StructuredMode;
import dev.cupel.json.StrictJson;
import dev.cupel.rejection.Rejected;
import dev.cupel.request.FieldSamples;
import dev.cupel.request.JobRequest;
import dev.cupel.request.RequestField;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code docs/schema}, as the code makes it; {@code -Dcupel.golden=rewrite} writes it. */
class EventSchemasTest {
    private static final EventSchemas SCHEMAS = new EventSchemas();
    private static final Path REJECTED = Path.of("src/test/resources/rejected");

    static List<EventType> types() {
        return EventSchemas.types();
    }

    private static JsonNode example(EventType type) {
        Markdown section = Markdown.read(Path.of("docs/events.md")).section("`" + type.wireName() + "`");
        return StrictJson.parse(section.blocks("json").getFirst().getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private static ObjectNode data(EventType type) {
        return (ObjectNode) StructuredMode.data(example(type));
    }

    private static String pretty(JsonNode json) throws JsonProcessingException {
        DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter()
                .withObjectIndenter(indenter)
                .withSeparators(DefaultPrettyPrinter.DEFAULT_SEPARATORS.withObjectFieldValueSpacing(
                        com.fasterxml.jackson.core.util.Separators.Spacing.AFTER));
        return new ObjectMapper().writer(printer).writeValueAsString(json) + "\n";
    }

    @ParameterizedTest
    @MethodSource("types")
    void theFileIsWhatTheCodeMakes(EventType type) throws IOException {
        String made = pretty(SCHEMAS.document(type));
        if (Golden.isRewrite()) {
            Files.writeString(Held.file(type), made);
        }
        assertEquals(
                made,
                Files.readString(Held.file(type)),
                "rewrite with -Dcupel.golden=rewrite and read the diff; if a client would break, the type needs a v2");
    }

    @Test
    void thereIsNoOtherEvent() throws IOException {
        Set<Path> files = new TreeSet<>(types().stream().map(Held::file).toList());
        try (Stream<Path> found = Files.list(Path.of("docs/schema"))) {
            assertEquals(
                    files,
                    found.filter(file -> file.getFileName().toString().startsWith("dev.cupel."))
                            .collect(Collectors.toCollection(TreeSet::new)));
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void theSchemaIsOneOfDraft202012(EventType type) {
        ObjectNode meta = JsonNodeFactory.instance.objectNode().put("$ref", EventSchemas.DIALECT);
        assertEquals(List.of(), Held.faults(Held.plain(meta), SCHEMAS.document(type)));
    }

    @ParameterizedTest
    @MethodSource("types")
    void theExampleFitsAndNothingElse(EventType type) {
        Schema schema = Held.strict(SCHEMAS.document(type));
        assertEquals(List.of(), Held.faults(schema, data(type)));

        data(type).properties().forEach(field -> {
            assertWrong(schema, type, data -> data.putArray(field.getKey()).add(1));
            if (!type.equals(EventType.REQUESTED) || Set.of("eval_id", "code").contains(field.getKey())) {
                assertWrong(schema, type, data -> data.remove(field.getKey()));
            }
        });
        assertWrong(schema, type, data -> data.put("no_such_field", 1));
    }

    private static void assertWrong(Schema schema, EventType type, Consumer<ObjectNode> change) {
        ObjectNode data = data(type);
        change.accept(data);
        assertFalse(Held.faults(schema, data).isEmpty(), data::toString);
    }

    @Test
    void aWrongResultIsNamed() {
        ObjectNode result = data(EventType.FINISHED);
        result.put("outcome", "won");
        result.withObject("/stdout").put("sha256", "12").remove("text");
        result.withObject("/timings").put("started_at", "yesterday");

        String faults = Held.faults(EventType.FINISHED.wireName(), result).toString();
        for (String place : List.of("/outcome", "/stdout/sha256", "/stdout", "/timings/started_at")) {
            assertEquals(Optional.of(place), Optional.of(place).filter(faults::contains), faults);
        }
        assertThrows(AssertionError.class, () -> Held.check(EventType.FINISHED, result));
    }

    @Test
    void aClientTakesAFieldOfALaterVersionButARequestWithOneIsRefused() {
        Schema finished = Held.plain(SCHEMAS.document(EventType.FINISHED));
        assertEquals(List.of(), Held.faults(finished, data(EventType.FINISHED).put("of_a_later_version", 1)));
        Schema requested = Held.plain(SCHEMAS.document(EventType.REQUESTED));
        assertFalse(
                Held.faults(requested, data(EventType.REQUESTED).put("x", 1)).isEmpty());
    }

    @Test
    void theRequestsSchemaTakesAllThatTheDecoderTakes() throws IOException {
        Schema schema = Held.plain(SCHEMAS.document(EventType.REQUESTED));
        ObjectNode least =
                JsonNodeFactory.instance.objectNode().put("eval_id", "x").put("code", "pass");
        for (RequestField field : RequestField.values()) {
            ObjectNode request = FieldSamples.with(least, field);
            assertDoesNotThrow(() -> JobRequest.decode(request), field::wireName);
            assertEquals(List.of(), Held.faults(schema, request), field.wireName());
        }
        int refused = 0;
        try (Stream<Path> files = Files.list(REJECTED)) {
            for (Path file : files.filter(one -> one.toString().endsWith(".request.json"))
                    .toList()) {
                Optional<JsonNode> request = parse(Files.readAllBytes(file));
                if (request.isPresent() && !Held.faults(schema, request.get()).isEmpty()) {
                    refused++;
                    assertThrows(Rejected.class, () -> JobRequest.decode(request.get()), file::toString);
                }
            }
        }
        assertFalse(refused < 15, "the schema refuses " + refused);
    }

    private static Optional<JsonNode> parse(byte[] file) {
        try {
            return Optional.of(StrictJson.parse(file));
        } catch (Rejected e) {
            return Optional.empty();
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void whatCupelSendsNamesItsSchema(EventType type) {
        JsonNode sent = StructuredMode.encode(
                new dev.cupel.cloudevents.Event(StructuredMode.context(example(type)), data(type)));
        boolean isSent = type != EventType.REQUESTED && type != EventType.CANCEL;

        assertEquals(
                isSent ? SCHEMAS.document(type).path("$id").asText() : "",
                sent.path("dataschema").asText());
        assertEquals(sent.path("dataschema"), example(type).path("dataschema"), "docs/events.md");
    }
}
