package dev.cupel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cupel.Await;
import dev.cupel.app.BuiltProgram;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Batches of real programs, and the commands that call a server, by the program as it was built. */
@Timeout(300)
class BatchIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;

    BatchIT(@TempDir Path folder) {
        this.folder = folder;
    }

    @BeforeEach
    void isBuilt() {
        BuiltProgram.assumeThere();
    }

    private record Ended(int code, String stdout, String stderr) {}

    private ProcessBuilder command(String... arguments) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m"));
        command.addAll(List.of("-jar", BuiltProgram.JAR.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        BuiltProgram.forgetSettings(builder);
        builder.environment().put("LC_ALL", "C.UTF-8");
        return builder;
    }

    private Ended cupel(String... arguments) throws IOException, InterruptedException {
        Path stderr = folder.resolve("stderr");
        Process process = command(arguments).redirectError(stderr.toFile()).start();
        process.getOutputStream().close();
        byte[] stdout = process.getInputStream().readAllBytes();
        assertTrue(process.waitFor(10, TimeUnit.SECONDS));
        return new Ended(process.exitValue(), new String(stdout, StandardCharsets.UTF_8), Files.readString(stderr));
    }

    private void requests(List<String> programs) throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < programs.size(); i++) {
            lines.add(JSON.createObjectNode()
                    .put("eval_id", "b-" + i)
                    .put("code", programs.get(i))
                    .toString());
        }
        Files.write(folder.resolve("requests.jsonl"), lines);
    }

    /** By the line of the request. */
    private Map<Integer, JsonNode> results() throws IOException {
        Map<Integer, JsonNode> results = new TreeMap<>();
        List<String> lines = Files.readAllLines(folder.resolve("results.jsonl"));
        for (String line : lines) {
            JsonNode result = JSON.readTree(line);
            results.put(result.at("/request/line").asInt(), result);
        }
        assertEquals(lines.size(), results.size(), "one line a request");
        return results;
    }

    @Test
    void eachProgramHasItsOwnEnd() throws IOException, InterruptedException {
        requests(List.of(
                "print('ü')", "raise SystemExit(3)", "import os; os.kill(os.getpid(), 9)", "", "print('x' * 300_000)"));
        Ended ended = cupel("batch", "requests.jsonl", "-o", "results.jsonl", "-j", "2");
        assertEquals(1, ended.code(), ended.stderr());
        assertEquals("", ended.stdout());
        Map<Integer, JsonNode> results = results();
        assertEquals(
                List.of("Completed", "NonZeroExit", "Signalled", "InvalidField", "Completed"),
                results.values().stream()
                        .map(result -> result.path("reason").asText())
                        .toList());
        List<JsonNode> inOrder = List.copyOf(results.values());
        assertEquals("ü\n", inOrder.get(0).at("/stdout/text").asText());
        assertEquals("rejected", inOrder.get(3).path("outcome").asText());
        assertEquals(300_001, inOrder.get(4).at("/stdout/text").asText().length());
        assertTrue(ended.stderr().contains("rejected    InvalidField                  1"), ended.stderr());

        Ended again = cupel("batch", "requests.jsonl", "-o", "results.jsonl");
        assertEquals(2, again.code(), again.stderr());
        assertTrue(again.stderr().contains("--resume"), again.stderr());
        Ended resumed = cupel("batch", "requests.jsonl", "-o", "results.jsonl", "--resume");
        assertEquals(1, resumed.code(), resumed.stderr());
        assertEquals(results, results());
    }

    /** The signal of a terminal's Ctrl-C, while programs run. */
    @Test
    void whatASignalEndedIsResumed() throws IOException, InterruptedException {
        requests(IntStream.range(0, 24)
                .mapToObj(i -> "import time\ntime.sleep(0.2)\nprint(" + i + ")")
                .toList());
        Path stderr = folder.resolve("interrupted");
        ProcessBuilder batch = command("batch", "requests.jsonl", "-o", "results.jsonl", "-j", "2");
        // In the background of a shell's script these tests run with the signal ignored, which Java then leaves so.
        batch.command().addAll(0, List.of("env", "--default-signal=INT"));
        Process process = batch.redirectError(stderr.toFile()).start();
        Path results = folder.resolve("results.jsonl");
        Await.until(
                "some results",
                () -> Files.exists(results) && Files.readAllLines(results).size() >= 4);
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        String said = Files.readString(stderr);
        assertEquals(130, process.exitValue(), said);
        assertTrue(said.contains("the same command with --resume goes on"), said);
        int first = results().size();
        assertTrue(first < 24, "it was ended in the middle");
        results()
                .values()
                .forEach(
                        result -> assertEquals("success", result.path("outcome").asText(), said));

        Ended resumed = cupel("batch", "requests.jsonl", "-o", "results.jsonl", "--resume");
        assertEquals(0, resumed.code(), resumed.stderr());
        results()
                .forEach((line, result) -> assertEquals(
                        (line - 1) + "\n", result.at("/stdout/text").asText(), result.toString()));
        assertEquals(24, results().size());
    }

    @Test
    void aServerDoesTheSame() throws IOException, InterruptedException {
        ProcessBuilder serve = command("serve", "--local", "--port", "0").redirectErrorStream(true);
        serve.environment().put("CUPEL_RESULTS", "kept");
        Process server = serve.start();
        try {
            // Read to its end by another thread, and closed by that end: to close it here would wait for that thread.
            BufferedReader lines = server.inputReader();
            String line = lines.lines()
                    .filter(some -> some.contains("serving api on"))
                    .findFirst()
                    .orElseThrow();
            String url = "http://127.0.0.1:" + line.replaceAll(".* port ([0-9]+).*", "$1");
            Thread.ofVirtual().start(() -> lines.lines().forEach(_ -> {}));
            calls(url);
        } finally {
            server.destroy();
            assertTrue(server.waitFor(30, TimeUnit.SECONDS));
        }
        Ended away = cupel("batch", "requests.jsonl", "-o", "more.jsonl", "--url", "http://127.0.0.1:9");
        assertEquals(3, away.code(), away.stderr());
        assertTrue(away.stderr().contains("cannot be reached"), away.stderr());
        assertEquals(3, cupel("get", "--url", "http://127.0.0.1:9").code());
    }

    private void calls(String url) throws IOException, InterruptedException {
        requests(IntStream.range(0, 12).mapToObj(i -> "print(" + i + ")").toList());
        Ended ended = cupel("batch", "requests.jsonl", "-o", "results.jsonl", "--url", url, "-j", "6");
        assertEquals(0, ended.code(), ended.stderr());
        results()
                .forEach((line, result) -> assertEquals(
                        (line - 1) + "\n", result.at("/stdout/text").asText(), result.toString()));

        Files.writeString(
                folder.resolve("one.json"),
                "{\"eval_id\": \"one\", \"code\": \"print('in')\\nimport time\\n"
                        + "print('out', end='')\\ntime.sleep(0.5)\"}");
        Ended waited = cupel("submit", "one.json", "--url", url, "--wait");
        assertEquals(0, waited.code(), waited.stderr());
        assertEquals(
                "in\nout", JSON.readTree(waited.stdout()).at("/stdout/text").asText());
        Ended text = cupel("submit", "one.json", "--url", url, "--wait", "--output", "text");
        assertEquals("in\nout", text.stdout(), text.stderr());
        Ended submitted = cupel("submit", "one.json", "--url", url, "--key", "k-1");
        assertEquals(0, submitted.code(), submitted.stderr());
        String name = submitted.stdout().strip();
        assertEquals(
                submitted.stdout(),
                cupel("submit", "one.json", "--url", url, "--key", "k-1").stdout());
        Await.until(
                "it has ended", () -> cupel("get", name, "--url", url).stdout().contains("\"outcome\""));
        Path kept = folder.resolve("kept").resolve(name + ".json");
        Await.until("it is kept", () -> Files.exists(kept));
        assertEquals("in\nout", JSON.readTree(kept.toFile()).at("/stdout/text").asText());
        assertEquals("in\nout", cupel("logs", name, "--url", url).stdout());
        assertEquals("", cupel("logs", name, "--stderr", "--url", url).stdout());
        assertEquals(0, cupel("cancel", name, "--url", url).code());
        String listed = cupel("get", "--eval-id", "one", "--url", url).stdout();
        assertEquals(3, listed.lines().count(), listed);
        assertTrue(listed.contains(name), listed);
        assertEquals(
                3,
                JSON.readTree(cupel("get", "--eval-id", "one", "--output", "json", "--url", url)
                                .stdout())
                        .path("items")
                        .size());
        String one = cupel("get", name, "--output", "text", "--url", url).stdout();
        assertTrue(one.contains("\noutcome        success\n"), one);
        assertFalse(listed.contains("b-1"), listed);

        Ended missing = cupel("get", "eval-none", "--url", url);
        assertEquals(1, missing.code());
        assertTrue(missing.stderr().startsWith("cupel: NotFound"), missing.stderr());
        Files.writeString(folder.resolve("bad.json"), "{\"eval_id\": \"x\", \"code\": \"\"}");
        assertEquals(2, cupel("submit", "bad.json", "--url", url).code());
        assertEquals(2, cupel("submit", "bad.json").code(), "no server was named");
    }
}
