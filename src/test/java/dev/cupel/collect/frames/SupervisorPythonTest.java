package dev.cupel.collect.frames;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.TestTags;
import dev.cupel.json.StrictJson;
import dev.cupel.render.Python;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The supervisor's own tests, which are Python's, one by one, so that {@code mvn verify} runs all there are. */
@Tag(TestTags.SLOW)
class SupervisorPythonTest {
    @TestFactory
    Stream<DynamicTest> aTestOfTheSupervisorPasses(@TempDir Path folder) throws IOException {
        assumeTrue(Python.has("unittest"), "no python3: src/test/python/test_supervisor.py does not run");
        Path stderr = folder.resolve("stderr");
        Process python = new ProcessBuilder("python3", "src/test/python/tell_each.py")
                .redirectError(stderr.toFile())
                .start();
        python.getOutputStream().close();

        DynamicTest last = DynamicTest.dynamicTest(
                "all of them were run", () -> assertEquals(0, python.waitFor(), () -> read(stderr)));
        return Stream.concat(python.inputReader(UTF_8).lines().map(SupervisorPythonTest::test), Stream.of(last))
                .onClose(python::destroy);
    }

    /** A test that was run just now, as its line tells. */
    private static DynamicTest test(String line) {
        JsonNode told = StrictJson.parse(line.getBytes(UTF_8));
        return DynamicTest.dynamicTest(told.path("test").textValue(), () -> {
            assertEquals("", told.path("trouble").asText(""));
            assumeTrue(told.path("skipped").isNull(), () -> told.path("skipped").asText());
        });
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
