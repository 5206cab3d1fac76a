package dev.cupel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
    /** Escapes as they came, and what no text in UTF-8 can hold. */
    private static final String ALL = "ü\\u0000\\n\\ud800\\u00fc";

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
            Await.until("it answers", () -> status(port, "1", "eval-a", ALL) == 204);
            assertEquals(204, status(port, "1", "eval-a", "less"), "told again");
            assertEquals(204, status(port, "2", "eval-b", ALL));
            assertEquals(204, status(port, "3", "../../eval-c", ALL), "no name leads out of the folder");
        } finally {
            process.destroy();
            process.waitFor();
        }
        assertEquals(3, Files.readAllLines(log).size(), Files.readString(log));
        assertEquals(result("1", "eval-a", ALL), Files.readString(results.resolve("eval-a.json")));
        Process again = python.start();
        try {
            Await.until("it answers again", () -> status(port, "1", "eval-a", "less") == 204);
            assertEquals(204, status(port, "4", "eval-b", "more"), "another Job of the same name, later");
        } finally {
            again.destroy();
            again.waitFor();
        }
        assertEquals(1, Files.readAllLines(log).size(), "a process anew knows what was kept");
        assertEquals(result("1", "eval-a", ALL), Files.readString(results.resolve("eval-a.json")));
        assertEquals(result("4", "eval-b", "more"), Files.readString(results.resolve("eval-b.json")));
        try (Stream<Path> kept = Files.list(results)) {
            assertEquals(
                    List.of("eval-a.json", "eval-b.json", "eval-c.json"),
                    kept.map(file -> file.getFileName().toString()).sorted().toList());
        }
    }

    private static String result(String uid, String job, String text) {
        return "{\"job_name\": \"" + job + "\",  \"uid\": \"" + uid + "\", \"stdout\": {\"text\": \"" + text + "\"}}";
    }

    private static int status(int port, String uid, String job, String text) throws InterruptedException {
        HttpRequest event = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                .header("ce-source", "/cupel/collect")
                .header("ce-id", uid + "-finished")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(result(uid, job, text), UTF_8))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(event, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return 0; // Not there yet.
        }
    }
}
