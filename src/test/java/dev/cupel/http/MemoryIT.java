package dev.cupel.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cupel.Await;
import dev.cupel.app.BuiltProgram;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Loads the built program with as many calls as its Service lets in, on the heap that {@code knative/base} gives it.
 */
@Timeout(300)
class MemoryIT {

    /** The {@code containerConcurrency} of {@code api}. */
    private static final int AT_ONCE = 100;

    private final Path folder;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private Process server = new ProcessBuilder("true").start();
    private int port;

    MemoryIT(@TempDir Path folder) throws IOException {
        this.folder = folder;
    }

    @BeforeEach
    void start() throws Exception {
        BuiltProgram.assumeThere();
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-Dquarkus.http.port=" + port,
                        "-jar",
                        BuiltProgram.JAR.toString(),
                        "serve",
                        "--local")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile());
        builder.environment().remove("KUBECONFIG");
        builder.environment().put("LC_ALL", "C.UTF-8"); // Local mode refuses a locale that is not UTF-8.
        server = builder.start();
        Await.until("the server is up", this::isUp);
    }

    private boolean isUp() throws InterruptedException {
        try {
            return get("/q/health/live").statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    @AfterEach
    void stop() throws InterruptedException {
        client.close();
        server.destroyForcibly().waitFor();
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private String run(String code) throws Exception {
        String body = new ObjectMapper()
                .createObjectNode()
                .put("eval_id", "large")
                .put("code", code)
                .put("output_limit", 4 << 20)
                .toString();
        String name = new ObjectMapper()
                .readTree(post("/execute", body).body())
                .path("job_name")
                .asText();
        Await.until(name + " has ended", () -> get("/jobs/" + name + "/stdout").statusCode() == 200);
        return name;
    }

    /** The sizes of all answers with 200. All others must be 503 and have a {@code Retry-After}. */
    private List<Long> getAll(String path) {
        List<CompletableFuture<HttpResponse<InputStream>>> asked = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            asked.add(client.sendAsync(
                    HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofInputStream()));
        }
        List<CompletableFuture<Long>> read =
                asked.stream().map(one -> one.thenApplyAsync(MemoryIT::length)).toList();
        return read.stream()
                .map(one -> one.orTimeout(240, TimeUnit.SECONDS).join())
                .filter(length -> length >= 0)
                .toList();
    }

    private static long length(HttpResponse<InputStream> answer) {
        try (InputStream body = answer.body()) {
            if (answer.statusCode() == 503) {
                assertTrue(answer.headers().firstValue("Retry-After").isPresent());
                return -1;
            }
            assertEquals(200, answer.statusCode());
            long length = 0;
            byte[] buffer = new byte[65536];
            for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
                length += count;
            }
            return length;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void assertWhole(List<Long> lengths, long atLeast) throws Exception {
        assertTrue(lengths.size() >= 5, () -> lengths.size() + " were answered");
        lengths.forEach(length -> assertTrue(length >= atLeast, () -> length + " bytes"));
        assertEquals(200, get("/q/health/live").statusCode());
        String log = Files.readString(folder.resolve("log"));
        assertTrue(!log.contains("OutOfMemory") && !log.contains("ERROR"), log);
    }

    @Test
    void asManyResultsOfTheLargestSizeAsMayBeAskedForAtOnce() throws Exception {
        String code = "import sys\nfor s in sys.stdout, sys.stderr: s.write('%s' * (4 << 20)); s.flush()";
        String plain = run(code.formatted("x"));
        assertWhole(getAll("/jobs/" + plain), 8L << 20);
        assertWhole(getAll("/jobs/" + plain + "/stdout"), 4L << 20);
        String control = run(code.formatted("\\x01"));
        assertWhole(getAll("/jobs/" + control), 48L << 20);
    }

    @Test
    void manyLargeEvents() throws Exception {
        String data = "{\"eval_id\":\"x\",\"code\":\"" + "\\u0078".repeat((7 << 20) / 6) + "\"}";
        for (int i = 0; i < 30; i++) {
            HttpResponse<String> answer = post(
                    "/broker",
                    data,
                    "ce-specversion",
                    "1.0",
                    "ce-id",
                    "large-" + i,
                    "ce-source",
                    "/test",
                    "ce-type",
                    "dev.cupel.job.requested.v1");
            assertEquals(202, answer.statusCode(), answer.body());
        }
        assertEquals(200, get("/templates").statusCode());
        assertTrue(!Files.readString(folder.resolve("log")).contains("OutOfMemory"));
    }
}
