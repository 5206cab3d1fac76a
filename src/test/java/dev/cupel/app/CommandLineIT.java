package dev.cupel.app;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program as it was built, started as a user starts it. */
@Timeout(120)
class CommandLineIT {
    private static final Path JAR =
            Path.of("target/quarkus-app/quarkus-run.jar").toAbsolutePath();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;

    CommandLineIT(@TempDir Path folder) {
        this.folder = folder;
    }

    @BeforeEach
    void isBuilt() {
        assumeTrue(Files.exists(JAR), "skipped: the program is not built; mvn package builds it");
    }

    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Ended(int code, byte[] stdout, String stderr) {
        JsonNode event() throws IOException {
            return JSON.readTree(stdout);
        }
    }

    private Ended cupel(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", JAR.toString()));
        command.addAll(List.of(arguments));
        Path stderr = folder.resolve("stderr");
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectError(stderr.toFile());
        builder.environment().remove("KUBECONFIG");
        Process process = builder.start();
        process.getOutputStream().close();
        byte[] stdout = process.getInputStream().readAllBytes();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        return new Ended(process.exitValue(), stdout, Files.readString(stderr));
    }

    private String request(String code) throws IOException {
        ObjectNode request = JSON.createObjectNode().put("eval_id", "it-1 ü").put("code", code);
        return Files.write(folder.resolve("request.json"), JSON.writeValueAsBytes(request))
                .toString();
    }

    @Test
    void runPrintsTheFinishedEventAndNothingElse() throws IOException, InterruptedException {
        Ended ended = cupel("run", request("import json\nprint(json.dumps({'a': 1, 'b': None}))"));
        assertEquals(0, ended.code(), ended.stderr());
        JsonNode event = ended.event();
        assertEquals("1.0", event.path("specversion").asText());
        assertEquals("dev.cupel.job.finished.v1", event.path("type").asText());
        assertEquals("success", event.path("outcome").asText());
        assertEquals("it-1 ü", event.at("/data/eval_id").asText());
        assertEquals("{\"a\": 1, \"b\": null}\n", event.at("/data/stdout/text").asText());
        assertEquals("exact", event.at("/data/capture").asText());
        assertFalse(ended.stderr().contains("Exception"), ended.stderr());
        assertTrue(ended.stderr().contains("cupel: finished eval-it-1-"), ended.stderr());
    }

    @Test
    void runOfAProgramThatFailsExitsWithOne() throws IOException, InterruptedException {
        Ended ended = cupel("run", request("raise SystemExit(7)"));
        assertEquals(1, ended.code(), ended.stderr());
        assertEquals(7, ended.event().at("/data/exit_code").asInt());
    }

    @Test
    void runOfARequestThatIsRejectedExitsWithTwo() throws IOException, InterruptedException {
        Ended ended = cupel("run", request(""));
        assertEquals(2, ended.code(), ended.stderr());
        assertEquals("dev.cupel.job.rejected.v1", ended.event().path("type").asText());
        assertEquals("/code", ended.event().at("/data/field").asText());
        assertTrue(ended.stderr().contains("/code"), ended.stderr());
    }

    @Test
    void rawGivesTheProgramsOwnBytesAndItsCode() throws IOException, InterruptedException {
        Ended ended = cupel(
                "run",
                "--raw",
                request("import sys\nsys.stdout.buffer.write(b'a\\r\\n\\0\\xff')\n"
                        + "sys.stderr.buffer.write(b'e\\r')\nsys.exit(7)"));
        assertEquals(7, ended.code(), ended.stderr());
        assertArrayEquals(new byte[] {'a', '\r', '\n', 0, (byte) 0xFF}, ended.stdout());
        assertTrue(ended.stderr().contains("e\r"), ended.stderr());
    }

    @Test
    void rawGivesOutputThatNoEventHoldsWhole() throws IOException, InterruptedException {
        Ended ended = cupel("run", "--raw", request("print('x' * 300_000)"));
        assertEquals(0, ended.code(), ended.stderr());
        assertEquals(300_001, ended.stdout().length);
    }

    @Test
    void rawOfARejectedRequestPrintsNothing() throws IOException, InterruptedException {
        Ended ended = cupel("run", "--raw", request(""));
        assertEquals(2, ended.code(), ended.stderr());
        assertEquals(0, ended.stdout().length);
    }

    @Test
    void aMissingFileIsWrongAndToldInOneLine() throws IOException, InterruptedException {
        Ended ended = cupel("run", "none.json");
        assertEquals(2, ended.code(), ended.stderr());
        assertEquals(0, ended.stdout().length);
        assertTrue(ended.stderr().contains("none.json"), ended.stderr());
        assertFalse(ended.stderr().contains("\tat "), ended.stderr());
    }

    @Test
    void renderPrintsTheManifest() throws IOException, InterruptedException {
        Ended ended = cupel("render", request("print(1)"));
        assertEquals(0, ended.code(), ended.stderr());
        assertTrue(new String(ended.stdout(), StandardCharsets.UTF_8).startsWith("apiVersion: batch/v1\n"));
    }
}
