package dev.cupel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.http.problem.HttpReason;
import dev.cupel.kubernetes.ContainerResource;
import dev.cupel.rejection.RejectionReason;
import dev.cupel.request.RequestField;
import dev.cupel.request.TemplateName;
import dev.cupel.schema.EventSchemas;
import dev.cupel.schema.RequestSchema;
import dev.cupel.template.Declaration;
import dev.cupel.template.Placeholder;
import dev.cupel.template.Template;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.Templates;
import dev.cupel.yaml.ManifestYaml;
import java.io.IOException;
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
    private static final String SCHEMAS = "#/components/schemas/";

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
    void openApiHasTheSchemasOfEvents() throws IOException {
        RequestSchema request = new RequestSchema(SCHEMAS);
        checkOpenApi("fields of a request", 8, request.fields());
        ObjectNode inOpenApi = JsonNodeFactory.instance.objectNode();
        inOpenApi.set("Case", request.oneCase());
        inOpenApi.set("Content", RequestSchema.content());
        inOpenApi.setAll(new EventSchemas().definitions(SCHEMAS));
        checkOpenApi("data of events", 4, inOpenApi);
    }

    private static void checkOpenApi(String name, int indent, ObjectNode part) throws IOException {
        List<String> lines = ManifestYaml.write(part)
                .lines()
                .map(line -> " ".repeat(indent) + line)
                .toList();
        check(Path.of("src/main/resources/META-INF/openapi.yaml"), name, lines);
    }

    @Test
    void openApiListsEveryReason() throws IOException {
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
}
