package dev.cupel.lint.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.cupel.lint.Linter;
import dev.cupel.template.Check;
import dev.cupel.template.Diagnostic;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.TemplateText;
import dev.cupel.template.YamlNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How findings are shown. */
class ReportTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path root = Path.of("");

    private Findings lint(String template) {
        TemplateText.of(root, template);
        return new Findings(root, 1, new Linter(new TemplateFiles.Folder(root)).lintAll());
    }

    private String shown(String template) {
        return new TextReport(false).of(lint(template)).replace(root + "/", "");
    }

    @Test
    void showsTheLineThePlaceAndWhatToWriteInstead() {
        assertEquals(
                """
                t/template.yaml:7:20: error[forbidden-value]: /spec/template/spec/hostNetwork must be false, was true
                  |
                7 |       hostNetwork: true
                  |                    ^^^^
                  = help: write false, or leave the field out
                """,
                shown(TemplateText.LEAST.replace("      containers:", "      hostNetwork: true\n      containers:")));
    }

    /** @param before how many columns a terminal has before the place; T is a tab, which is as wide below as above */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "  labels: {a: x, b: yes}|20",
                "  labels: {a: 試験, b: yes}|23",
                "  labels: {a: e\u0301, b: yes}|20",
                "  labels: {a: \uff41, b: yes}|21",
                "  labels: {a: \ud83d\ude42, b: yes}|21",
                "  labels: {a: \"\tx\", b: yes}|15T7"
            })
    void theMarkIsUnderThePlaceWhateverStandsBefore(String line, String before) {
        String shown = shown(TemplateText.LEAST.replace("crucible", "crucible\n" + line));
        String blank = Arrays.stream(before.split("T"))
                .map(columns -> " ".repeat(Integer.parseInt(columns)))
                .collect(Collectors.joining("\t"));

        assertTrue(shown.contains("4 | " + line + "\n  | " + blank + "^^^\n"), shown);
    }

    @Test
    void aWideTextIsMarkedInItsWholeWidth() {
        String shown = shown(TemplateText.LEAST.replace("namespace: crucible", "namespace: 試験"));

        assertTrue(shown.contains("  |              ^^^^\n"), shown);
    }

    @Test
    void showsOfALongLineWhatIsAroundThePlace() {
        String shown = shown(TemplateText.LEAST.replace(
                "resources: {limits", "resources: {x: \"" + "y".repeat(5000) + "\", limits"));

        assertTrue(shown.lines().allMatch(line -> line.length() < 250), shown);
        assertTrue(shown.contains("…"), shown);
        assertTrue(shown.contains("^\n"), shown);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u001b[31m", "\u0007", "\u202e", "\u0000", "\u009b"})
    void aFilesOwnControlCharactersReachNoTerminal(String hostile) throws IOException {
        TemplateText.of(root, TemplateText.LEAST.replace("crucible", "\"x" + hostile + "y\""));
        Findings findings = new Findings(root, 1, new Linter(new TemplateFiles.Folder(root)).lintAll());
        String shown = new TextReport(false).of(findings);

        assertFalse(findings.all().isEmpty());
        assertTrue(shown.codePoints().noneMatch(c -> c != '\n' && Columns.acts(c)), shown);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: b: c\n",
                "a: [1\n",
                "\ta: 1\n",
                "a: \"x\n",
                "",
                "- 1\n",
                "a: 1\n---\nb: 2\n",
                "a: &x 1\n",
                "{",
                "\u0001",
                "a: |\n"
            })
    void ofABrokenFileThePlaceIsShownAndOtherFilesAreToldToo(String broken) throws IOException {
        TemplateText.of(root, broken);
        Files.createDirectories(root.resolve("u"));
        Files.writeString(root.resolve("u/template.yaml"), TemplateText.LEAST.replace("__CODE__", "pass"));
        Files.writeString(root.resolve("u/parameters.yaml"), "capture: \"log\"\n");
        Findings findings = new Findings(root, 2, new Linter(new TemplateFiles.Folder(root)).lintAll());
        String shown = new TextReport(false).of(findings).replace(root + "/", "");

        assertTrue(shown.contains("t/template.yaml:"), shown);
        assertTrue(shown.contains("u/template.yaml:1:1: error[no-code]"), shown);
        assertTrue(shown.contains("u/parameters.yaml:1:1: error[missing-key]: image is required"), shown);
    }

    @Test
    void coloursAreThereOnlyWhereTheyAreAskedFor() {
        Findings findings = lint(TemplateText.LEAST.replace("__CODE__", "pass"));

        assertFalse(new TextReport(false).of(findings).contains("\u001b"));
        assertTrue(new TextReport(true).of(findings).contains("\u001b[1;31merror[no-code]\u001b[0m"));
        assertEquals(
                new TextReport(false).of(findings),
                new TextReport(true).of(findings).replaceAll("\u001b\\[[0-9;]*m", ""));
    }

    @Test
    void aPlaceBehindTheEndOfALineOrFileIsShownAsFarAsItGoes() throws IOException {
        Files.createDirectories(root.resolve("t"));
        Files.writeString(root.resolve("t/template.yaml"), "a: 1");
        for (YamlNode.Mark mark :
                List.of(new YamlNode.Mark(1, 9, 5), new YamlNode.Mark(1, 4, 90), new YamlNode.Mark(7, 1))) {
            Diagnostic problem = new Diagnostic("t/template.yaml", mark, Check.YAML_SYNTAX, "x");
            String shown = new TextReport(false).of(new Findings(root, 1, List.of(problem)));

            assertEquals(mark.line() == 1, shown.contains("1 | a: 1\n"), shown);
            assertTrue(shown.endsWith("= help: " + Check.YAML_SYNTAX.advice() + "\n"), shown);
        }
    }

    @Test
    void jsonHoldsAllOfAFinding() {
        JsonNode json = JsonReport.of(lint(TemplateText.LEAST.replace(
                "          command:", "          imagePullPolcy: Always\n          command:")));

        assertEquals(1, json.path("templates").asInt());
        assertEquals(1, json.path("errors").asInt());
        assertEquals(0, json.path("warnings").asInt());
        assertEquals(
                JSON.createObjectNode()
                        .put("file", root.resolve("t/template.yaml").toString())
                        .put("line", 9)
                        .put("column", 11)
                        .put("length", 14)
                        .put("severity", "error")
                        .put("rule", "unknown-field")
                        .put(
                                "message",
                                "/spec/template/spec/containers/0/imagePullPolcy is no field of a Container in Kubernetes")
                        .put("help", "write imagePullPolicy"),
                json.path("findings").path(0));
    }

    /** The parts of SARIF 2.1.0 that are written, each with what the standard requires, and nothing that it does not name. */
    @Test
    void sarifIsAsTheStandardHasIt() throws IOException {
        JsonNode schema = JSON.readTree(Files.readString(Path.of("src/test/resources/sarif/parts.schema.json"), UTF_8));
        Findings findings = lint(TemplateText.LEAST.replace("__CODE__", "pass").replace("__CPU_LIMIT__", "__CPU__"));
        JsonNode sarif = new SarifReport(root, "https://cupel.example/docs", "1.2.3").of(findings);

        assertEquals(
                List.of(),
                SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
                        .getSchema(schema)
                        .validate(sarif));
        JsonNode run = sarif.path("runs").path(0);
        JsonNode result = run.path("results").path(1);
        JsonNode rule =
                run.at("/tool/driver/rules").path(result.path("ruleIndex").asInt());
        assertEquals("unknown-placeholder", result.path("ruleId").asText());
        assertEquals(result.path("ruleId"), rule.path("id"));
        assertEquals(
                "https://cupel.example/docs/lint.md#unknown-placeholder",
                rule.path("helpUri").asText());
        JsonNode place = result.at("/locations/0/physicalLocation");
        assertEquals("t/template.yaml", place.at("/artifactLocation/uri").asText());
        assertEquals(
                "{\"startLine\":10,\"startColumn\":63,\"endLine\":10,\"endColumn\":70}",
                place.path("region").toString());
        assertEquals(2, run.path("results").size());
    }

    @ParameterizedTest
    @CsvSource({
        "a b, a%20b/t/template.yaml",
        "a:b, ./a:b/t/template.yaml",
        "ä, %C3%A4/t/template.yaml",
        "., t/template.yaml"
    })
    void sarifNamesFilesByRelativeUris(String folder, String uri) {
        Diagnostic problem = new Diagnostic("t/template.yaml", new YamlNode.Mark(1, 1), Check.NO_CODE, "x");
        JsonNode sarif = new SarifReport(root, "https://cupel.example/docs", "1")
                .of(new Findings(root.resolve(folder), 1, List.of(problem)));

        assertEquals(
                uri,
                sarif.at("/runs/0/results/0/locations/0/physicalLocation/artifactLocation/uri")
                        .asText());
    }

    @Test
    void sarifNamesAFileOutsideTheWorkingFolderInFull() {
        Diagnostic problem = new Diagnostic("t/template.yaml", new YamlNode.Mark(1, 1), Check.NO_CODE, "x");
        JsonNode artifact = new SarifReport(root.resolve("here"), "https://cupel.example/docs", "1")
                .of(new Findings(root, 1, List.of(problem)))
                .at("/runs/0/results/0/locations/0/physicalLocation/artifactLocation");

        assertEquals(
                root.resolve("t/template.yaml").toUri().toString(),
                artifact.path("uri").asText());
        assertFalse(artifact.has("uriBaseId"));
    }
}
