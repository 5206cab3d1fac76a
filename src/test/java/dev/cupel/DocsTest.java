package dev.cupel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cupel.http.problem.HttpReason;
import dev.cupel.http.problem.ProblemStatus;
import dev.cupel.policy.Policy;
import dev.cupel.policy.Rule;
import dev.cupel.rejection.RejectionReason;
import dev.cupel.request.TemplateName;
import dev.cupel.template.Placeholder;
import dev.cupel.template.Template;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.Templates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documentation says is what the code does. */
class DocsTest {
    private static final Path DOCS = Path.of("docs");

    private static List<String> rows(Path page, String start) throws IOException {
        return Files.readAllLines(page).stream()
                .filter(line -> line.startsWith(start))
                .toList();
    }

    private static String row(String reason, int status, String sentence) {
        return "| <a id=\"" + reason + "\"></a>`" + reason + "` | " + status + " | " + sentence + " |";
    }

    @Test
    void rejectionsListExactlyTheReasonsWithStatusAndSentence() throws IOException {
        Stream<String> ofRequests = Arrays.stream(RejectionReason.values())
                .map(reason -> row(reason.wireName(), ProblemStatus.of(reason), reason.sentence()));
        Stream<String> ofHttp = Arrays.stream(HttpReason.values())
                .map(reason -> row(reason.wireName(), reason.status(), reason.sentence()));
        List<String> expected = Stream.concat(ofRequests, ofHttp).toList();

        assertEquals(
                expected,
                rows(DOCS.resolve("rejections.md"), "| <a id=").stream()
                        .map(row -> row.replaceAll("^((?:\\|[^|]*){3}\\|).*", "$1"))
                        .toList());
    }

    @Test
    void theTemplatePageListsExactlyTheFieldsThatTheHardeningNames() throws IOException {
        Map<String, String> expected = new TreeMap<>();
        collect(Policy.JOB, "", expected);
        Map<String, String> documented = rows(DOCS.resolve("templates.md"), "| `spec").stream()
                .map(row -> row.split(" *\\| *", -1))
                .collect(Collectors.toMap(
                        cells -> cells[1].replace("`", ""), cells -> cells[2], (a, b) -> a + b, TreeMap::new));

        assertEquals(expected, documented);
    }

    /** Those that are put in where they are missing, with what is put in; a container's fields by {@code containers[]}. */
    private static void collect(Rule rule, String at, Map<String, String> found) {
        switch (rule) {
            case Rule.Fields object ->
                object.fields().forEach((name, field) -> {
                    String path = at.isEmpty() ? name : at + "." + name;
                    boolean isValue = field.added()
                            .filter(value -> value.isValueNode() || !value.isEmpty())
                            .isPresent();
                    if (path.startsWith("spec") && isValue) {
                        found.put(path, "`" + field.added().get() + "`");
                    }
                    collect(field.rule(), path, found);
                });
            case Rule.ListOf list -> collect(list.item(), at + "[]", found);
            case Rule.Exactly _, Rule.OneOf _, Rule.Text _, Rule.Whole _, Rule.Amount _, Rule.MapOf _ -> {}
        }
    }

    @Test
    void everyTemplatesReadmeNamesItsPlaceholdersAndItsSamples() throws IOException {
        TemplateFiles.Folder folder = new TemplateFiles.Folder(Path.of("templates"));
        for (TemplateName name : folder.names()) {
            String readme = Files.readString(Path.of("templates", name.value(), "README.md"));
            Template template = new Templates(folder, java.util.Optional.empty()).get(name);
            Set<String> named = new TreeSet<>();
            Matcher matcher = Pattern.compile("`(__[A-Z_]+__)`").matcher(readme);
            while (matcher.find()) {
                named.add(matcher.group(1));
            }

            assertEquals(
                    template.placeholders().stream()
                            .map(Placeholder::token)
                            .collect(Collectors.toCollection(TreeSet::new)),
                    named,
                    name.value());
            try (Stream<Path> samples = Files.list(Path.of("templates", name.value(), "samples"))) {
                samples.map(file -> file.getFileName()
                                .toString()
                                .replaceAll("\\.(request\\.json|expect\\.json|job\\.yaml)$", ""))
                        .forEach(sample ->
                                assertTrue(readme.contains("`" + sample + "`"), name.value() + ": " + sample));
            }
        }
    }
}
