package dev.cupel.lint.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.WrittenFile;
import dev.cupel.kubernetes.DryRun;
import dev.cupel.lint.ClusterLint;
import dev.cupel.lint.Linter;
import dev.cupel.lint.Place;
import dev.cupel.policy.Installation;
import dev.cupel.template.Check;
import dev.cupel.template.Diagnostic;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.TemplateText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code docs/lint.md}: each rule, with what lint says of an example. */
class LintPageTest {
    private static final Path PAGE = Path.of("docs/lint.md");
    private static final String RULES = "## The rules\n";

    @TempDir
    private Path root = Path.of("");

    /** What is told of a template that breaks one rule; its folder is named as a user would. */
    private String example(Check check) throws IOException {
        TemplateText text = TemplateText.of(root, TemplateText.LEAST);
        breakIt(check, text);
        List<Diagnostic> found = found(check, text.files()).stream()
                .filter(problem -> problem.check() == check)
                .toList();
        assertFalse(found.isEmpty(), () -> check.id() + " finds nothing in its example");
        return new TextReport(false)
                .of(new Findings(root, 1, found.subList(0, 1)))
                .replace(root.toString(), "templates")
                .replace("templates/t/", "templates/mine/");
    }

    private static List<Diagnostic> found(Check check, TemplateFiles files) {
        Optional<String> namespace = check == Check.INSTALLATION ? Optional.of("evaluations") : Optional.empty();
        if (check == Check.REFUSED_BY_CLUSTER || check == Check.CLUSTER_WARNING) {
            return new ClusterLint(files, Optional.empty(), Installation.none(), new Refusing())
                    .lint(TemplateText.NAME);
        }
        return new Linter(files, new Place(namespace, Optional.empty())).lintAll();
    }

    /** Says of a Job and a Pod what API servers say. */
    private static final class Refusing implements DryRun {
        @Override
        public Answer ask(ObjectNode manifest) {
            boolean isJob = manifest.path("kind").asText().equals("Job");
            return new Answer(
                    isJob
                            ? List.of()
                            : List.of(new Fault(
                                    Optional.of("spec.containers[0].image"),
                                    "Invalid value: \"x/python:3\": this cluster pulls from registry.example only")),
                    isJob
                            ? List.of("spec.template.spec.containers[0].image: its tag is one that can change")
                            : List.of());
        }

        @Override
        public void close() {}
    }

    private void breakIt(Check check, TemplateText text) throws IOException {
        switch (check) {
            case MISSING_FILE -> Files.delete(root.resolve("t/parameters.yaml"));
            case FOLDER_NAME -> {
                Files.createDirectories(root.resolve("My_Template"));
                Files.writeString(root.resolve("My_Template/template.yaml"), TemplateText.LEAST);
            }
            case STRAY_FILE -> text.write("supervisor.py", "pass\n");
            case YAML_SYNTAX -> template(text, "  namespace: crucible", "   namespace: crucible");
            case AMBIGUOUS_YAML -> template(text, "crucible\n", "crucible\n  labels: {debug: yes}\n");
            case DUPLICATE_KEY -> template(text, "crucible\n", "crucible\n  namespace: crucible\n");
            case UNKNOWN_PLACEHOLDER -> template(text, "__MEMORY_LIMIT__", "__MEMORY__");
            case MISPLACED_PLACEHOLDER -> template(text, "\"__CODE__\"", "\"x = __ENV__; __CODE__\"");
            case UNKNOWN_KEY -> parameters(text, "timeout:", "time_out:");
            case MISSING_KEY -> parameters(text, "description: \"for a test\"\n", "");
            case USELESS_KEY -> parameters(text, "timeout:", "main: \"main.py\"\ntimeout:");
            case INVALID_VALUE -> parameters(text, "\"256Mi\"", "\"256m\"");
            case CAPTURE -> text.write("parameters.yaml", TemplateText.EXACT);
            case NO_CODE -> template(text, "__CODE__", "print(1)");
            case UNKNOWN_FIELD ->
                template(text, "          command:", "          imagePullPolcy: Always\n          command:");
            case WRONG_TYPE -> template(text, "spec:\n  template", "spec:\n  backoffLimit: \"0\"\n  template");
            case FORBIDDEN_FIELD ->
                template(text, "      containers:", "      serviceAccountName: admin\n      containers:");
            case MISSING_FIELD -> template(text, ", cpu: __CPU_LIMIT__", "");
            case FORBIDDEN_VALUE -> template(text, "      containers:", "      hostNetwork: true\n      containers:");
            case INSTALLATION, REFUSED_BY_CLUSTER, CLUSTER_WARNING -> {}
        }
    }

    private static void template(TemplateText text, String part, String other) {
        text.write("template.yaml", TemplateText.LEAST.replace(part, other));
    }

    private static void parameters(TemplateText text, String part, String other) {
        text.write("parameters.yaml", TemplateText.PARAMETERS.replace(part, other));
    }

    @ParameterizedTest
    @EnumSource
    void theExampleOfARuleBreaksItAndNoOther(Check check) throws IOException {
        TemplateText text = TemplateText.of(root, TemplateText.LEAST);
        breakIt(check, text);

        List<Check> broken = found(check, text.files()).stream()
                .map(Diagnostic::check)
                .filter(other -> other != Check.REFUSED_BY_CLUSTER || check != Check.CLUSTER_WARNING)
                .filter(other -> other != Check.CLUSTER_WARNING || check != Check.REFUSED_BY_CLUSTER)
                .distinct()
                .toList();

        assertEquals(List.of(check), broken);
    }

    @Test
    void hasEveryRuleWithWhatLintSaysOfItsExample() throws IOException {
        StringBuilder rules = new StringBuilder(RULES);
        for (Check check : Check.values()) {
            rules.append("\n### ").append(check.id()).append("\n\n");
            rules.append(wrapped(check.sentence()))
                    .append("\n\n```text\n")
                    .append(example(check))
                    .append("```\n");
            clean();
        }
        String page = Files.readString(PAGE);
        int start = page.indexOf(RULES);

        WrittenFile.check(PAGE, page.substring(0, start < 0 ? page.length() : start) + rules);
    }

    @Test
    void beginsWithWhatLintSaysOfAMisspeltField() throws IOException {
        String example = example(Check.UNKNOWN_FIELD);

        assertTrue(Files.readString(PAGE).contains("at once:\n\n```text\n" + example + "```\n"), example);
    }

    private void clean() throws IOException {
        for (String file : List.of("My_Template/template.yaml", "My_Template", "t/supervisor.py")) {
            Files.deleteIfExists(root.resolve(file));
        }
    }

    private static String wrapped(String sentence) {
        StringBuilder lines = new StringBuilder();
        int length = 0;
        for (String word : Arrays.asList(sentence.split(" "))) {
            boolean fits = length + word.length() + 1 <= 120;
            lines.append(length == 0 ? "" : fits ? " " : "\n").append(word);
            length = fits && length > 0 ? length + 1 + word.length() : word.length();
        }
        return lines.toString();
    }
}
