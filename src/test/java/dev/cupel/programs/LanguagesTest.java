package dev.cupel.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.TestTags;
import dev.cupel.json.StrictJson;
import dev.cupel.local.LocalJobApi;
import dev.cupel.local.Node;
import dev.cupel.local.Run;
import dev.cupel.local.sandbox.Executables;
import dev.cupel.local.sandbox.NotStarted;
import dev.cupel.local.sandbox.Sandbox;
import dev.cupel.local.sandbox.SystemFolders;
import dev.cupel.request.TemplateName;
import dev.cupel.template.Declaration;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.Templates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Every sample of every exact template on this machine, held against what is said to come of it. A new template is tested as
 * soon as its folder is there; where its tool is not installed, a line says so. {@code -Dcupel.program=TEXT} runs those with
 * that in their name.
 */
@Tag(TestTags.SLOW)
@Execution(ExecutionMode.SAME_THREAD)
class LanguagesTest {
    private static final Path FOLDER = Path.of("templates");
    private static final String REQUEST = ".request.json";
    private static final Templates TEMPLATES = new Templates(new TemplateFiles.Folder(FOLDER), Optional.empty());

    /** The JDK that runs this test comes first. */
    private static final String PATH = Path.of(System.getProperty("java.home"), "bin") + ":" + SystemFolders.path();

    private final Sandbox sandbox = Sandbox.detect();
    private final Executables executables = new Executables(PATH, sandbox, SystemFolders.homes());
    private final LocalJobApi jobs =
            new LocalJobApi("crucible", 2, _ -> {}, _ -> {}, Node.of(sandbox, PATH, SystemFolders.homes()));

    @AfterEach
    void endsAll() {
        jobs.close();
    }

    @TestFactory
    Stream<DynamicContainer> aSampleGivesWhatIsSaidOfIt() {
        return TEMPLATES.names().stream()
                .filter(name -> TEMPLATES.get(name).declaration().execution().isPresent())
                .map(name -> dynamicContainer(name.value(), samples(name)));
    }

    private Stream<DynamicTest> samples(TemplateName template) {
        Path folder = FOLDER.resolve(template.value()).resolve("samples");
        String only = System.getProperty("cupel.program", "");
        try (Stream<Path> files = Files.list(folder)) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(REQUEST))
                    .map(file -> file.substring(0, file.length() - REQUEST.length()))
                    .filter(name -> Files.isRegularFile(folder.resolve(name + ".expect.json")))
                    .filter(name -> (template.value() + "/" + name).contains(only))
                    .sorted()
                    .map(name -> dynamicTest(name, () -> check(template, folder, name)))
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void check(TemplateName template, Path folder, String sample) throws Exception {
        ObjectNode request = read(folder.resolve(sample + REQUEST));
        Optional<String> missing = missing(template, request);
        missing.ifPresent(why -> System.out.println("Template " + template.value() + " is not run here: " + why));
        assumeTrue(missing.isEmpty(), () -> "skipped: " + missing.orElse(""));
        JsonNode result = Run.start(jobs, request, TEMPLATES).result();
        Expectation.check(read(folder.resolve(sample + ".expect.json")), result);
    }

    private static ObjectNode read(Path file) throws IOException {
        return (ObjectNode) StrictJson.parse(Files.readAllBytes(file));
    }

    /** Which tool of the template is not installed here. */
    private Optional<String> missing(TemplateName template, JsonNode request) throws Exception {
        Declaration.Execution execution =
                TEMPLATES.get(template).declaration().execution().orElseThrow();
        List<String> run = new ArrayList<>(execution.run());
        if (run.isEmpty()) {
            request.path("args").forEach(word -> run.add(word.asText()));
        }
        for (List<String> command : List.of(execution.compile(), run)) {
            if (!command.isEmpty() && !command.getFirst().contains("/")) {
                try {
                    executables.find(command.getFirst());
                } catch (NotStarted e) {
                    return Optional.of(e.text());
                }
            }
        }
        return module(run);
    }

    /** Of a tool that is a module of Python: whether that is there. */
    private Optional<String> module(List<String> run) throws Exception {
        if (run.indexOf("-m") != 1) {
            return Optional.empty();
        }
        Process process = new ProcessBuilder(
                        executables.find(run.getFirst()).path().toString(), "-m", run.get(2), "--version")
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? Optional.empty() : Optional.of(said.strip());
    }

    /** A template that runs something else than its code fails: of each hello, what it prints is no other language's. */
    @TestFactory
    Stream<DynamicTest> aTemplateThatRunsAnotherLanguageFails() {
        return TEMPLATES.names().stream()
                .filter(name -> TEMPLATES.get(name).declaration().execution().isPresent())
                .filter(name -> !List.of("python", "generic").contains(name.value()))
                .map(name -> dynamicTest(name.value(), () -> {
                    Path folder = FOLDER.resolve(name.value()).resolve("samples");
                    ObjectNode request = read(folder.resolve("hello" + REQUEST)).put("template", "python");
                    JsonNode result = Run.start(jobs, request, TEMPLATES).result();
                    assertEquals(
                            false,
                            Expectation.isMet(read(folder.resolve("hello.expect.json")), result),
                            () -> "Python does all that it asks for: " + result);
                }));
    }
}
