package dev.cupel.schema;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.Markdown;
import dev.cupel.request.Case;
import dev.cupel.request.FieldSamples;
import dev.cupel.request.RequestField;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The schema of a request, out of the one description of its fields.
 *
 * @param definitions where definitions are, as in {@code #/$defs/}
 */
public record RequestSchema(String definitions) {
    /** Each field by its name. Without defaults: some clients send those, and not every template takes every field. */
    public ObjectNode fields() {
        ObjectNode properties = JsonNodeFactory.instance.objectNode();
        for (RequestField field : RequestField.values()) {
            ObjectNode schema = form(field);
            schema.put("description", field.sentence()).putArray("examples").add(FieldSamples.value(field));
            properties.set(field.wireName(), schema);
        }
        return properties;
    }

    /** A request. */
    ObjectNode request() {
        ObjectNode schema = closed();
        var required = schema.putArray("required");
        Arrays.stream(RequestField.values())
                .filter(RequestField::isRequired)
                .forEach(field -> required.add(field.wireName()));
        return schema.set("properties", fields());
    }

    /** A case: what it has under a name of the request's is of the same form. */
    public ObjectNode oneCase() {
        Map<String, String> sentences = Markdown.read(Path.of("docs/contract.md")).rows().stream()
                .filter(row -> row.size() == 4)
                .collect(Collectors.toMap(row -> row.getFirst().replace("`", ""), row -> row.get(2), (one, _) -> one));
        ObjectNode schema = closed().put("description", "One of several runs of the program, in a folder of its own");
        ObjectNode properties = schema.putObject("properties");
        for (String name : Case.FIELDS) {
            ObjectNode form = Arrays.stream(RequestField.values())
                    .filter(field -> field.wireName().equals(name))
                    .map(this::form)
                    .findFirst()
                    .orElseGet(() -> text(1, Case.MAX_NAME));
            properties.set(name, form.put("description", sentences.get(name)));
        }
        return schema;
    }

    /** Text, or any bytes. */
    public static ObjectNode content() {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        var forms = schema.putArray("oneOf");
        forms.addObject().put("type", "string");
        ObjectNode bytes = forms.addObject().put("type", "object");
        bytes.put("additionalProperties", false).putArray("required").add("base64");
        bytes.putObject("properties").putObject("base64").put("type", "string").put("contentEncoding", "base64");
        return schema;
    }

    private static ObjectNode closed() {
        return JsonNodeFactory.instance.objectNode().put("type", "object").put("additionalProperties", false);
    }

    private static ObjectNode text(int min, int max) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("type", "string")
                .put("minLength", min)
                .put("maxLength", max);
    }

    private ObjectNode form(RequestField field) {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        switch (field.kind()) {
            case TEXT -> schema.setAll(text(field.min(), field.max()));
            case INTEGER ->
                schema.put("type", "integer").put("minimum", field.min()).put("maximum", field.max());
            case NUMBER ->
                schema.put("type", "number")
                        .put("minimum", BigDecimal.valueOf(field.min(), 3))
                        .put("maximum", field.max() / 1000);
            case BOOLEAN -> schema.put("type", "boolean");
            case QUANTITY -> schema.put("type", "string");
            case TEXTS -> list(schema, field).putObject("items").put("type", "string");
            case CASES -> list(schema, field).putObject("items").put("$ref", definitions + "Case");
            case CONTENT -> schema.put("$ref", definitions + "Content");
            case CONTENTS -> map(schema, field).put("$ref", definitions + "Content");
            case TEXT_MAP -> map(schema, field).put("type", "string");
        }
        return schema;
    }

    private static ObjectNode map(ObjectNode schema, RequestField field) {
        return schema.put("type", "object").put("maxProperties", field.max()).putObject("additionalProperties");
    }

    private static ObjectNode list(ObjectNode schema, RequestField field) {
        schema.put("type", "array");
        if (field.min() > 0) {
            schema.put("minItems", field.min());
        }
        return schema.put("maxItems", field.max());
    }
}
