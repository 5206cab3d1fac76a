package dev.cupel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cupel.render.Python;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code knative/receiver}, the example of a consumer's own store, told of results as a broker tells them. */
@Tag(TestTags.SLOW)
@Timeout(60)
class ReceiverTest {
    private final Path folder;

    ReceiverTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void keepsEachResultOnceWholeAndInItsFolder() throws Exception {
        assumeTrue(Python.has("http.server"), "no python3: knative/receiver/receiver.py does not run");
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Path log = folder.resolve("log");
        Path results = Files.createDirectory(folder.resolve("results"));
        ProcessBuilder python = new ProcessBuilder("python3", "knative/receiver/receiver.py")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        python.environment().put("RESULTS", results.toString());
        python.environment().put("PORT", Integer.toString(port));
        python.environment().put("PYTHONUTF8", "1");
        Process process = python.start();
        try {
            Await.until("it answers", () -> status(port, "1", "eval-a") == 204);
            assertEquals(204, status(port, "1", "eval-a"), "told again");
            assertEquals(204, status(port, "2", "eval-b"));
            assertEquals(204, status(port, "3", "../../eval-c"), "no name leads out of the folder");
        } finally {
            process.destroy();
            process.waitFor();
        }
        assertEquals(3, Files.readAllLines(log).size(), Files.readString(log));
        try (Stream<Path> kept = Files.list(results)) {
            assertEquals(
                    List.of("eval-a.json", "eval-b.json", "eval-c.json"),
                    kept.map(file -> file.getFileName().toString()).sorted().toList());
        }
        assertTrue(Files.readString(results.resolve("eval-a.json")).contains("ü\\u0000\\n"));
    }

    private static int status(int port, String id, String job) throws InterruptedException {
        HttpRequest event = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                .header("ce-source", "/cupel/collect")
                .header("ce-id", id)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"job_name\": \"" + job + "\", \"stdout\": {\"text\": \"ü\\u0000\\n\"}}", UTF_8))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(event, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return 0; // Not there yet.
        }
    }
}
