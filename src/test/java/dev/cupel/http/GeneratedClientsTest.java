package dev.cupel.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cupel.TestTags;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Clients that other people's generators make of the OpenAPI document: they run a job, and the checkers of their languages
 * find the types of its result. The tools come from their registries and stay in {@code target/clients}.
 */
@Tag(TestTags.SLOW)
@QuarkusTest
class GeneratedClientsTest {
    private static final Path SOURCES = Path.of("src/test/clients");
    private static final Path FOLDER = Path.of("target/clients");
    private static final long LIMIT_MINUTES = 10;

    /** How a command ended; 127 as in a shell if there is no such program, and 124 if it took too long. */
    private record Ended(int code, String told) {
        String lastLine() {
            return told.strip().lines().reduce("", (_, last) -> last);
        }
    }

    private static String url() {
        return RestAssured.baseURI + ":" + RestAssured.port;
    }

    private static Ended run(Path folder, List<String> command) throws IOException, InterruptedException {
        Path told = Files.createTempFile("client", ".log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(told.toFile());
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                return new Ended(124, command + " took too long");
            }
            return new Ended(process.exitValue(), Files.readString(told, UTF_8));
        } catch (IOException e) {
            return new Ended(127, String.valueOf(e.getMessage()));
        } finally {
            Files.delete(told);
        }
    }

    /** What must work if the tools are there. */
    private static void must(Path folder, String... command) throws IOException, InterruptedException {
        Ended ended = run(folder, List.of(command));
        assertEquals(0, ended.code(), () -> List.of(command) + ": " + ended.told());
    }

    /** What can be missing on a machine, or out of its reach. */
    private static void assume(Path folder, String... command) throws IOException, InterruptedException {
        Ended ended = run(folder, List.of(command));
        assumeTrue(ended.code() == 0, () -> "left out, as " + command[0] + " cannot serve here: " + ended.lastLine());
    }

    /** A folder with the sources of a client, and the document. */
    private static Path prepared(String language) throws IOException {
        Path folder = Files.createDirectories(FOLDER.resolve(language)).toAbsolutePath();
        try (Stream<Path> sources = Files.list(SOURCES.resolve(language))) {
            for (Path source : sources.toList()) {
                Files.copy(source, folder.resolve(source.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        OpenApi document = DescribedAnswers.read(URI.create(url() + "/q/openapi"));
        Files.writeString(folder.resolve("openapi.json"), document.document().toString());
        return folder;
    }

    @Test
    void aGeneratedPythonClientRunsAJob() throws IOException, InterruptedException {
        Path folder = prepared("python");
        String bin = folder.resolve("env/bin").toString();
        assume(folder, "python3", "-c", "import sys, venv; sys.exit(sys.version_info < (3, 11))");
        assume(folder, "python3", "-m", "venv", "env");
        assume(folder, bin + "/pip", "install", "-q", "--disable-pip-version-check", "-r", "requirements.txt");

        must(
                folder,
                (bin + "/openapi-python-client generate --path openapi.json --config config.yaml --meta none"
                                + " --output-path cupel_client --overwrite --fail-on-warning")
                        .split(" ", -1));
        must(folder, bin + "/mypy", "--strict", "run.py");
        must(folder, bin + "/python", "run.py", url());
    }

    @Test
    void aGeneratedTypeScriptClientRunsAJob() throws IOException, InterruptedException {
        Path folder = prepared("typescript");
        assume(folder, "node", "-e", "process.exit(+process.versions.node.split('.')[0] < 20 ? 1 : 0)");
        assume(folder, "npm", "install", "--no-audit", "--no-fund", "--silent");

        String bin = folder.resolve("node_modules/.bin").toString();
        must(folder, bin + "/openapi-typescript", "openapi.json", "--output", "cupel.d.ts");
        must(folder, bin + "/tsc", "--project", "tsconfig.json");
        must(folder, "node", "run.js", url());
    }
}
