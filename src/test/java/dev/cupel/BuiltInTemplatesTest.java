package dev.cupel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cupel.kubernetes.ImagePattern;
import dev.cupel.request.TemplateName;
import dev.cupel.template.Declaration;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.Templates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The templates that come with Cupel: a folder each, and alike in all but what their languages need. */
class BuiltInTemplatesTest {
    private static final Path FOLDER = Path.of("templates");
    private static final Path NAMES = FOLDER.resolve("names.txt");
    private static final Path INSTALLATION = Path.of("knative/base/kustomization.yaml");
    private static final String FIRST_LINE = "apiVersion: batch/v1";
    private static final String OWN_ENV = "              value: __EVAL_ID__";
    private static final String OTHER_ENV = "            - __ENV__";

    private static final TemplateFiles FILES = new TemplateFiles.Folder(FOLDER);
    private static final Templates TEMPLATES = new Templates(FILES, Optional.empty());

    private static Stream<TemplateName> exact() {
        return FILES.names().stream()
                .filter(name -> TEMPLATES.get(name).declaration().capture() == Declaration.CaptureMode.EXACT);
    }

    private static void check(Path file, String made) throws IOException {
        if (Golden.isRewrite()) {
            Files.writeString(file, made);
        }
        assertEquals(made, Files.readString(file), file + ": rewrite with -Dcupel.golden=rewrite and read the diff");
    }

    /** The jar has the list, because nothing is scanned at start. */
    @Test
    void theListNamesEveryFolder() throws IOException {
        check(NAMES, FILES.names().stream().map(name -> name.value() + "\n").collect(Collectors.joining()));
    }

    /**
     * Whoever changes python's template changes all: here only the comment at the head and environment variables of its own
     * are another's. What a language needs stands in its parameters.yaml.
     */
    @TestFactory
    Stream<DynamicTest> anExactTemplateDiffersFromPythonsInNothingButItsHeadAndItsEnv() throws IOException {
        Text python = Text.read(new TemplateName("python"));
        return exact().map(name -> DynamicTest.dynamicTest(name.value(), () -> {
            Text own = Text.read(name);
            check(path(name), new Text(own.head(), python.start(), own.env(), python.rest()).whole());
        }));
    }

    private static Path path(TemplateName name) {
        return FOLDER.resolve(name.value()).resolve(TemplateFiles.TEMPLATE);
    }

    /** A template.yaml in four parts; {@code env} has the variables of its own. */
    private record Text(String head, String start, String env, String rest) {
        static Text read(TemplateName name) throws IOException {
            List<String> lines = Files.readAllLines(path(name));
            int first = lines.indexOf(FIRST_LINE);
            int env = lines.indexOf(OWN_ENV) + 1;
            int rest = lines.indexOf(OTHER_ENV);
            assertTrue(first > 0 && first < env && env <= rest, name.value() + " is laid out otherwise");
            return new Text(
                    join(lines.subList(0, first)),
                    join(lines.subList(first, env)),
                    join(lines.subList(env, rest)),
                    join(lines.subList(rest, lines.size())));
        }

        private static String join(List<String> lines) {
            return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
        }

        String whole() {
            return head + start + env + rest;
        }
    }

    /** What {@code LanguagesTest} runs: no template is only said to work. */
    @TestFactory
    Stream<DynamicTest> anExactTemplateHasTheSamplesThatShowIt() {
        return exact().map(name -> DynamicTest.dynamicTest(name.value(), () -> {
            boolean compiles = TEMPLATES
                    .get(name)
                    .declaration()
                    .execution()
                    .filter(execution -> !execution.compile().isEmpty())
                    .isPresent();
            Stream.of("hello", "stdin-args", compiles ? "compile-error" : "hello")
                    .flatMap(sample -> Stream.of(sample + ".request.json", sample + ".expect.json"))
                    .map(FOLDER.resolve(name.value()).resolve("samples")::resolve)
                    .forEach(file -> assertTrue(Files.isRegularFile(file), file + " is missing"));
        }));
    }

    /** An installation allows what the templates allow: each pattern of theirs that is not within another's. */
    @Test
    void theInstallationListsTheImagesOfTheTemplates() throws IOException {
        List<String> patterns = FILES.names().stream()
                .flatMap(name -> TEMPLATES.get(name).declaration().allowedImages().stream())
                .distinct()
                .sorted()
                .toList();
        String images = patterns.stream()
                .filter(pattern -> patterns.stream()
                        .noneMatch(other -> !other.equals(pattern) && new ImagePattern(other).matches(pattern)))
                .collect(Collectors.joining(",", "      - CUPEL_IMAGES=", "\n"));
        String text = Files.readString(INSTALLATION);
        String made = text.replaceFirst("(?m)^ +- CUPEL_IMAGES=.*\n", Matcher.quoteReplacement(images));
        assertTrue(made.contains(images), INSTALLATION + " is laid out otherwise");
        check(INSTALLATION, made);
    }

    @Test
    void thePageOfTemplatesHasARowOfEach() throws IOException {
        assertEquals(
                FILES.names().stream().map(TemplateName::value).toList(),
                Files.readAllLines(Path.of("docs/templates.md")).stream()
                        .filter(line -> line.matches("[|] \\[`.*/README.md\\) [|].*"))
                        .map(line -> line.replaceAll("[^`]*`([^`]*)`.*", "$1"))
                        .sorted()
                        .toList());
    }

    /** An installation's own image stands for Python's, and not for a language that is not in it. */
    @Test
    void anInstallationsOwnImageIsForTheDefaultTemplateAndThoseOfTheSameImage() {
        String own = "registry.example/python:3";
        Templates templates = new Templates(FILES, Optional.of(own));
        assertEquals(
                List.of("python", "seed"),
                templates.names().stream()
                        .filter(name ->
                                templates.get(name).declaration().image().equals(own))
                        .map(TemplateName::value)
                        .toList());
        assertTrue(templates.allowImage(own));
    }
}
