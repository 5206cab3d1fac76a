package dev.cupel.batch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cupel.TestTags;
import dev.cupel.cli.Cupel;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ten thousand requests in a process whose heap holds neither them nor their results. */
@Tag(TestTags.SLOW)
@Timeout(300)
class LargeBatchTest {
    private static final int REQUESTS = 10_000;
    private static final String HEAP = "-Xmx40m";
    private static final String PADDING = "x".repeat(16 * 1024);
    private static final Pattern LINE = Pattern.compile("\"line\":([0-9]+),");

    private final Path folder;

    LargeBatchTest(@TempDir Path folder) {
        this.folder = folder;
    }

    /** With 160 MiB of requests and as much of results; every tenth call is "not now" at first, or breaks. */
    @Test
    void tenThousandInTenThousandOut() throws Exception {
        Path requests = folder.resolve("requests.jsonl");
        Path results = folder.resolve("results.jsonl");
        try (BufferedWriter out = Files.newBufferedWriter(requests)) {
            for (int i = 1; i <= REQUESTS; i++) {
                out.write("{\"eval_id\":\"e-" + i + "\",\"code\":\"" + PADDING + "\"}\n");
            }
        }
        AtomicInteger calls = new AtomicInteger();
        try (FakeServer server = new FakeServer((_, _, body) -> {
            int call = calls.incrementAndGet();
            if (call % 20 == 0) {
                return call % 40 == 0 ? FakeServer.Answer.BREAK : FakeServer.Answer.of(503, "{}");
            }
            String evalId = new String(body, 12, 20, UTF_8).replaceAll("\".*", "");
            return FakeServer.Answer.of(
                    200,
                    "{\"eval_id\":\"" + evalId + "\",\"outcome\":\"success\",\"reason\":\"Completed\","
                            + "\"stdout\":{\"text\":\"" + PADDING + "\"}}");
        })) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            HEAP,
                            "-cp",
                            System.getProperty("java.class.path"),
                            Cupel.class.getName(),
                            "batch",
                            requests.toString(),
                            "-o",
                            results.toString(),
                            "-j",
                            "16",
                            "--url",
                            server.url())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertTrue(process.waitFor(10, TimeUnit.SECONDS));
            assertEquals(0, process.exitValue(), said);
        }
        assertEquals(List.of(REQUESTS, REQUESTS), List.of(lines(results), distinct(results)));
    }

    private static int lines(Path results) throws IOException {
        try (var lines = Files.lines(results)) {
            return (int) lines.count();
        }
    }

    private static int distinct(Path results) throws IOException {
        BitSet seen = new BitSet();
        try (BufferedReader lines = Files.newBufferedReader(results)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Matcher number = LINE.matcher(line);
                assertTrue(number.find(), line.substring(0, 100));
                assertTrue(line.contains("\"eval_id\":\"e-" + number.group(1) + "\""), line.substring(0, 200));
                seen.set(Integer.parseInt(number.group(1)));
            }
        }
        return seen.cardinality();
    }
}
