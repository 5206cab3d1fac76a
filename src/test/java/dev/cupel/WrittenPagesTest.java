package dev.cupel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.http.problem.HttpReason;
import dev.cupel.kubernetes.ContainerResource;
import dev.cupel.kubernetes.ManifestYaml;
import dev.cupel.rejection.RejectionReason;
import dev.cupel.request.Case;
import dev.cupel.request.FieldSamples;
import dev.cupel.request.JobRequest;
import dev.cupel.request.RequestField;
import dev.cupel.request.TemplateName;
import dev.cupel.result.Reason;
import dev.cupel.template.Declaration;
import dev.cupel.template.Placeholder;
import dev.cupel.template.Template;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.Templates;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The parts of the documentation that are made from the code: between {@code begin: NAME} and {@code end}, as golden files
 * are; {@code -Dcupel.golden=rewrite} writes them.
 */
class WrittenPagesTest {
    private static final Path DOCS = Path.of("docs");
    private static final int WIDTH = 120;

    private static void check(Path page, String name, List<String> made) throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(page));
        int begin = indexOf(lines, 0, "begin: " + name + ",");
        assertTrue(begin >= 0, page + " has no part \"begin: " + name + ",\"");
        int end = indexOf(lines, begin, "end");
        List<String> part = lines.subList(begin + 1, end);
        if (Golden.isRewrite()) {
            part.clear();
            part.addAll(made);
            Files.write(page, lines);
            return;
        }
        assertEquals(
                String.join("\n", made),
                String.join("\n", part),
                page + ": rewrite with -Dcupel.golden=rewrite and read the diff");
    }

    /** A comment's line, in Markdown or YAML. */
    private static int indexOf(List<String> lines, int from, String start) {
        for (int i = from; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.startsWith("<!-- " + start) || line.startsWith("# " + start)) {
                return i;
            }
        }
        return -1;
    }

    private static List<String> table(String head, Stream<String> rows) {
        String rule = head.replaceAll("[^|]+", "---");
        return Stream.of(Stream.of("", head, rule), rows, Stream.of(""))
                .flatMap(Function.identity())
                .toList();
    }

    private static String row(Object... cells) {
        return Arrays.stream(cells).map(Object::toString).collect(Collectors.joining(" | ", "| ", " |"));
    }

    private static String code(Object text) {
        return "`" + text + "`";
    }

    @Test
    void theContractAndTheEventsListEveryFieldOfARequest() throws IOException {
        List<String> fields = table(
                "| field | type | default | what it is |",
                Arrays.stream(RequestField.values())
                        .map(field ->
                                row(code(field.wireName()), field.kind().text(), field.preset(), field.sentence())));

        check(DOCS.resolve("contract.md"), "fields of a request", fields);
        check(DOCS.resolve("events.md"), "fields of a request", fields);
    }

    @Test
    void theTemplatePageListsEveryPlaceholder() throws IOException {
        check(
                DOCS.resolve("templates.md"),
                "placeholders",
                table(
                        "| placeholder | stands for |",
                        Arrays.stream(Placeholder.values())
                                .map(placeholder -> row(code(placeholder.token()), placeholder.meaning()))));
    }

    @Test
    void everyTemplatesReadmeListsItsPlaceholdersAndLimits() throws IOException {
        TemplateFiles folder = new TemplateFiles.Folder(Path.of("templates"));
        for (TemplateName name : folder.names()) {
            Template template = new Templates(folder, Optional.empty()).get(name);
            List<String> made = new ArrayList<>(List.of(""));
            made.addAll(wrapped("Placeholders:", template));
            made.addAll(table("| | default | at most |", limits(template)));

            check(Path.of("templates", name.value(), "README.md"), "placeholders and limits", made);
        }
    }

    private static List<String> wrapped(String start, Template template) {
        List<String> lines = new ArrayList<>(List.of(start));
        Arrays.stream(Placeholder.values())
                .filter(template.placeholders()::contains)
                .forEach(placeholder -> {
                    String longer = lines.getLast() + " " + code(placeholder.token());
                    if (longer.length() > WIDTH) {
                        lines.add(code(placeholder.token()));
                    } else {
                        lines.set(lines.size() - 1, longer);
                    }
                });
        return lines;
    }

    private static Stream<String> limits(Template template) {
        Declaration declared = template.declaration();
        List<String> rows = new ArrayList<>();
        rows.add(row(
                code(RequestField.TIMEOUT.wireName()),
                declared.timeout().preset() + " s",
                declared.timeout().max() + " s"));
        declared.execution()
                .flatMap(Declaration.Execution::compileTimeout)
                .ifPresent(span -> rows.add(
                        row(code(RequestField.COMPILE_TIMEOUT.wireName()), span.preset() + " s", span.max() + " s")));
        for (ContainerResource resource : ContainerResource.values()) {
            if (template.takes(RequestField.of(resource))) {
                Declaration.Amount amount = declared.amounts().get(resource);
                rows.add(row(code(RequestField.of(resource).wireName()), amount.preset(), amount.max()));
            }
        }
        rows.add(row(
                code(RequestField.IMAGE.wireName()),
                code(declared.image()),
                declared.allowedImages().stream().map(WrittenPagesTest::code).collect(Collectors.joining(", "))));
        return rows.stream();
    }

    @Test
    void openApiDescribesEveryFieldOfARequest() throws IOException {
        ObjectNode properties = JsonNodeFactory.instance.objectNode();
        for (RequestField field : RequestField.values()) {
            properties.set(field.wireName(), schema(field));
        }
        check(
                Path.of("src/main/resources/META-INF/openapi.yaml"),
                "fields of a request",
                ManifestYaml.write(properties)
                        .lines()
                        .map(line -> " ".repeat(8) + line)
                        .toList());
    }

    @Test
    void openApiListsEveryReason() throws IOException {
        checkReasons("reasons of a result", Arrays.stream(Reason.values()).map(Reason::wireName));
        checkReasons(
                "reasons of a rejection",
                Stream.concat(
                        Arrays.stream(RejectionReason.values()).map(RejectionReason::wireName),
                        Arrays.stream(HttpReason.values()).map(HttpReason::wireName)));
    }

    private static void checkReasons(String name, Stream<String> reasons) throws IOException {
        List<String> items =
                reasons.map(reason -> " ".repeat(12) + "- " + reason).toList();
        check(Path.of("src/main/resources/META-INF/openapi.yaml"), name, items);
    }

    private static ObjectNode schema(RequestField field) {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        switch (field.kind()) {
            case TEXT ->
                schema.put("type", "string").put("minLength", field.min()).put("maxLength", field.max());
            case INTEGER ->
                schema.put("type", "integer").put("minimum", field.min()).put("maximum", field.max());
            case NUMBER ->
                schema.put("type", "number")
                        .put("minimum", BigDecimal.valueOf(field.min(), 3))
                        .put("maximum", field.max() / 1000);
            case BOOLEAN -> schema.put("type", "boolean");
            case QUANTITY -> schema.put("type", "string");
            case TEXTS -> list(schema, field).putObject("items").put("type", "string");
            case CASES -> list(schema, field).putObject("items").put("$ref", "#/components/schemas/Case");
            case CONTENT -> schema.put("$ref", "#/components/schemas/Content");
            case CONTENTS ->
                schema.put("type", "object")
                        .put("maxProperties", field.max())
                        .putObject("additionalProperties")
                        .put("$ref", "#/components/schemas/Content");
            case TEXT_MAP ->
                schema.put("type", "object")
                        .put("maxProperties", field.max())
                        .putObject("additionalProperties")
                        .put("type", "string");
        }
        switch (field) {
            case TEMPLATE -> schema.put("default", JobRequest.DEFAULT_TEMPLATE.value());
            case OUTPUT_LIMIT -> schema.put("default", JobRequest.DEFAULT_OUTPUT_LIMIT);
            case PARALLEL -> schema.put("default", 1);
            case STOP_AT_FIRST_FAILURE -> schema.put("default", false);
            default -> {}
        }
        schema.put("description", field.sentence()).putArray("examples").add(FieldSamples.value(field));
        return schema;
    }

    private static ObjectNode list(ObjectNode schema, RequestField field) {
        schema.put("type", "array");
        if (field.min() > 0) {
            schema.put("minItems", field.min());
        }
        return schema.put("maxItems", field.max());
    }

    @Test
    void openApiDescribesEveryFieldOfACase() throws IOException {
        String page = Files.readString(Path.of("src/main/resources/META-INF/openapi.yaml"));
        String part = page.substring(page.indexOf("\n    Case:\n"), page.indexOf("\n    Content:\n"));

        assertEquals(
                Case.FIELDS,
                part.lines()
                        .filter(line -> line.matches(" {8}[a-z]+:.*"))
                        .map(line -> line.strip().replaceAll(":.*", ""))
                        .toList());
    }
}
