package dev.cupel.programs;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.TestTags;
import dev.cupel.local.LocalJobApi;
import dev.cupel.local.Node;
import dev.cupel.local.Run;
import dev.cupel.local.sandbox.Executables;
import dev.cupel.local.sandbox.NotStarted;
import dev.cupel.local.sandbox.Sandbox;
import dev.cupel.local.sandbox.SystemFolders;
import dev.cupel.request.TemplateName;
import dev.cupel.template.Declaration;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Every sample of every exact template on this machine, held against what is said to come of it. A new template is tested as
 * soon as its folder is there; where its tool is not installed, a line says so. {@code -Dcupel.program=TEXT} runs those with
 * that in their name.
 */
@Tag(TestTags.SLOW)
class LanguagesTest {
    /** Python runs itself, and the code of the generic template may be anything. */
    private static final Set<String> PYTHON_TOO = Set.of("python", "generic");

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
        return Sample.templates()
                .map(template -> dynamicContainer(
                        template.value(),
                        Sample.of(template).map(sample -> dynamicTest(sample.name(), () -> check(sample)))));
    }

    private void check(Sample sample) throws Exception {
        ObjectNode request = sample.request();
        Optional<String> missing = missing(Sample.execution(sample.template()), request);
        missing.ifPresent(why -> System.out.println("Sample " + sample.title() + " is not run here: " + why));
        assumeTrue(missing.isEmpty(), () -> "skipped: " + missing.orElse(""));
        sample.check(Run.start(jobs, request, Sample.TEMPLATES).result());
    }

    /** Which tool of the template is not installed here. */
    private Optional<String> missing(Declaration.Execution execution, JsonNode request) throws Exception {
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
        return run.indexOf("-m") == 1 ? missingModule(run.getFirst(), run.get(2)) : Optional.empty();
    }

    /** Of a tool that is a module of Python. */
    private Optional<String> missingModule(String python, String module) throws Exception {
        Process process = new ProcessBuilder(executables.find(python).path().toString(), "-m", module, "--version")
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? Optional.empty() : Optional.of(said.strip());
    }

    /** What the hello of a language prints, Python does not: so a template that runs Python instead fails above. */
    @TestFactory
    Stream<DynamicTest> noHelloIsPythonsToo() {
        return Sample.templates()
                .filter(template -> !PYTHON_TOO.contains(template.value()))
                .map(template -> dynamicTest(template.value(), () -> notPython(template)));
    }

    private void notPython(TemplateName template) throws Exception {
        Sample hello = new Sample(template, "hello");
        ObjectNode request = hello.request().put("template", "python");
        JsonNode result = Run.start(jobs, request, Sample.TEMPLATES).result();
        assertFalse(Expectation.isMet(hello.expected(), result), () -> "Python does all that it asks for: " + result);
    }
}
