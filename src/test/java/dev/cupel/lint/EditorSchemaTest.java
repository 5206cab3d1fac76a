package dev.cupel.lint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.cupel.WrittenFile;
import dev.cupel.kubernetes.Quantity;
import dev.cupel.template.ParameterKey;
import dev.cupel.template.Placeholder;
import dev.cupel.template.TemplateText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/** The schemas for editors, made of what the code reads; {@code -Dcupel.golden=rewrite} writes them. */
class EditorSchemaTest {
    private static final Path FOLDER = Path.of("docs/schema");
    private static final String DRAFT = "http://json-schema.org/draft-07/schema#";
    private static final String QUANTITY = "^(?:" + Quantity.form() + ")$";

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static ObjectNode type(String type) {
        return object().put("type", type);
    }

    private static ObjectNode closed() {
        return type("object").put("additionalProperties", false);
    }

    private static String text(ObjectNode schema) {
        return schema.toPrettyString() + "\n";
    }

    private static ObjectNode parameters() {
        ObjectNode schema = object().put("$schema", DRAFT).put("title", "parameters.yaml of a template of Cupel");
        schema.setAll(closed());
        ArrayNode required = schema.putArray("required");
        ObjectNode properties = schema.putObject("properties");
        ObjectNode exactCapture = schema.putObject("if");
        exactCapture.putArray("required").add("capture");
        exactCapture.putObject("properties").putObject("capture").put("const", "exact");
        ArrayNode needed = schema.putObject("then").putArray("required");
        ObjectNode nothing = schema.putObject("else").putObject("properties");
        schema.putObject("dependencies").putArray("compile_timeout").add("compile");
        for (ParameterKey key : ParameterKey.ALL) {
            properties.set(key.name(), form(key.form()).put("description", key.sentence()));
            switch (key.need()) {
                case ALWAYS -> required.add(key.name());
                case OPTIONAL -> {}
                case EXACT -> {
                    needed.add(key.name());
                    nothing.put(key.name(), false);
                }
                case OPTIONAL_EXACT -> nothing.put(key.name(), false);
            }
        }
        return schema;
    }

    private static ObjectNode form(ParameterKey.Form form) {
        return switch (form) {
            case ParameterKey.Form.Text _ -> type("string").put("pattern", "\\S");
            case ParameterKey.Form.Path _ ->
                type("string").put("pattern", "^[^/]").put("minLength", 1);
            case ParameterKey.Form.OneOf some -> {
                ObjectNode schema = type("string");
                some.values().forEach(schema.putArray("enum")::add);
                yield schema;
            }
            case ParameterKey.Form.Texts some -> {
                ObjectNode schema = type("array").put("minItems", some.min()).put("maxItems", some.max());
                schema.set("items", type("string").put("minLength", 1).put("maxLength", some.length()));
                yield schema;
            }
            case ParameterKey.Form.Seconds some ->
                range(type("integer").put("minimum", 1).put("maximum", some.most()));
            case ParameterKey.Form.Amount _ -> range(type("string").put("pattern", QUANTITY));
            case ParameterKey.Form.Image _ -> {
                ObjectNode schema = closed();
                schema.putArray("required").add("default").add("allowed");
                ObjectNode properties = schema.putObject("properties");
                properties.set("default", type("string").put("pattern", "\\S"));
                ObjectNode allowed = type("array");
                allowed.set("items", type("string"));
                properties.set("allowed", allowed);
                yield schema;
            }
        };
    }

    private static ObjectNode range(ObjectNode value) {
        ObjectNode schema = closed();
        ObjectNode properties = schema.putObject("properties");
        properties.set("default", value);
        properties.set("max", value.deepCopy());
        return schema;
    }

    private static ObjectNode template() {
        ObjectNode schema = object().put("$schema", DRAFT).put("title", "template.yaml of a template of Cupel");
        schema.setAll(closed());
        schema.putArray("required").add("metadata").add("spec");
        ObjectNode definitions = object();
        FieldTree.read().types().forEach((name, fields) -> {
            ObjectNode properties = object();
            fields.forEach((field, type) -> properties.set(field, schema(field, type)));
            if (name.equals(FieldTree.ROOT)) {
                properties.remove("status"); // The server's own.
                ObjectNode named = type("object");
                named.putArray("required").add("name");
                named.putObject("properties").putObject("name").put("const", Placeholder.JOB_NAME.token());
                ObjectNode metadata = object();
                metadata.putArray("allOf").add(properties.get("metadata")).add(named);
                properties.set("metadata", metadata);
                schema.set("properties", properties);
            } else if (!name.startsWith("JobStatus")
                    && !name.startsWith("JobCondition")
                    && !name.startsWith("Uncounted")) {
                ObjectNode definition = closed();
                definition.set("properties", properties);
                definitions.set(name, definition);
            }
        });
        ObjectNode numbers = type("string");
        ArrayNode tokens = numbers.putArray("enum");
        Arrays.stream(Placeholder.values())
                .filter(Placeholder::isNumber)
                .forEach(placeholder -> tokens.add(placeholder.token()));
        definitions.set("number-placeholder", numbers);
        schema.set("definitions", definitions);
        return schema;
    }

    private static ObjectNode schema(String field, FieldTree.Type type) {
        return switch (type) {
            case FieldTree.Type.Fields fields -> object().put("$ref", "#/definitions/" + fields.name());
            case FieldTree.Type.MapOf map -> {
                ObjectNode schema = type("object");
                schema.set("additionalProperties", schema("", map.value()));
                yield schema;
            }
            case FieldTree.Type.ListOf list -> {
                ObjectNode schema = type("array");
                ObjectNode item = schema("", list.item());
                if (field.equals("env")) {
                    ObjectNode either = object();
                    either.putArray("anyOf").add(item).add(object().put("const", Placeholder.ENV.token()));
                    item = either;
                }
                schema.set("items", item);
                yield schema;
            }
            case FieldTree.Type.Scalar scalar ->
                switch (scalar) {
                    case STRING -> type("string");
                    case BOOLEAN -> type("boolean");
                    case INTEGER -> orPlaceholder("integer");
                    case NUMBER -> orPlaceholder("number");
                    case QUANTITY -> types("string", "number");
                    case INT_OR_STRING -> types("string", "integer");
                    case ANY -> object();
                };
        };
    }

    private static ObjectNode types(String... names) {
        ObjectNode schema = object();
        Arrays.stream(names).forEach(schema.putArray("type")::add);
        return schema;
    }

    private static ObjectNode orPlaceholder(String type) {
        ObjectNode schema = object();
        schema.putArray("anyOf").add(type(type)).add(object().put("$ref", "#/definitions/number-placeholder"));
        return schema;
    }

    @Test
    void theSchemasAreMadeOfWhatTheCodeReads() throws IOException {
        WrittenFile.check(FOLDER.resolve("parameters.schema.json"), text(parameters()));
        WrittenFile.check(FOLDER.resolve("template.schema.json"), text(template()));
    }

    private static List<Error> faults(String schema, String yaml) throws IOException {
        JsonNode read = new ObjectMapper().readTree(Files.readString(FOLDER.resolve(schema)));
        JsonNode tree = new ObjectMapper().valueToTree(new Yaml().<Map<String, Object>>load(yaml));
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
                .getSchema(read)
                .validate(tree);
    }

    private static Stream<Path> templates() throws IOException {
        try (Stream<Path> folders = Files.list(Path.of("templates"))) {
            return folders.filter(Files::isDirectory).toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("templates")
    void theTemplatesThatComeWithCupelAreValid(Path template) throws IOException {
        assertEquals(
                List.of(), faults("parameters.schema.json", Files.readString(template.resolve("parameters.yaml"))));
        assertEquals(List.of(), faults("template.schema.json", Files.readString(template.resolve("template.yaml"))));
    }

    @Test
    void theLeastThatCanBeSaidIsValid() throws IOException {
        assertEquals(List.of(), faults("parameters.schema.json", TemplateText.PARAMETERS));
        assertEquals(List.of(), faults("parameters.schema.json", TemplateText.EXACT));
        assertEquals(List.of(), faults("template.schema.json", TemplateText.LEAST));
        assertEquals(List.of(), faults("template.schema.json", TemplateText.LEAST_EXACT));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "image: | imag:",
                "timeout: | time_out:",
                "default: 30 | default: \"30\"",
                "default: 30 | default: 0",
                "max: 3600 | max: 86401",
                "\"256Mi\" | 256",
                "\"256Mi\" | \"256MB\"",
                "\"log\" | \"exact\"",
                "capture: | main: \"x\"\\ncapture:",
                "capture: | compile_timeout: {max: 5}\\ncapture:",
                "[\"x/python:*\"] | \"x/python:*\""
            })
    void whatParametersMayNotHoldIsNotValid(String part, String other) throws IOException {
        String changed = changed(TemplateText.PARAMETERS, part, other);

        assertFalse(faults("parameters.schema.json", changed).isEmpty(), changed);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "command: | comand:",
                "namespace: | namspace:",
                "containers: | hostNetwork: \"true\"\\n      containers:",
                "containers: | activeDeadlineSeconds: \"60\"\\n      containers:",
                "containers: | activeDeadlineSeconds: __MEMORY_LIMIT__\\n      containers:",
                "containers: | containerss:",
                "__JOB_NAME__ | mine",
                "[\"python\", \"-c\", \"__CODE__\"] | python"
            })
    void whatAJobMayNotHoldIsNotValid(String part, String other) throws IOException {
        String changed = changed(TemplateText.LEAST, part, other);

        assertFalse(faults("template.schema.json", changed).isEmpty(), changed);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "containers: | activeDeadlineSeconds: __DEADLINE__\\n      containers:",
                "command: | env: [{name: A, value: b}, __ENV__]\\n          command:"
            })
    void aPlaceholderMayStandWhereItIsFilled(String part, String other) throws IOException {
        String changed = changed(TemplateText.LEAST, part, other);

        assertEquals(List.of(), faults("template.schema.json", changed), changed);
    }

    /** Of a table's cell, in which a line ends with {@code \\n}. */
    private static String changed(String text, String part, String other) {
        return text.replace(part, other.replace("\\n", "\n"));
    }
}
