package dev.cupel.batch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.json.Digest;
import dev.cupel.json.StrictJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Batches whose programs are run by the test itself. */
class BatchTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path requests;
    private final Path results;
    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
    private final List<String> keys = Collections.synchronizedList(new ArrayList<>());

    BatchTest(@TempDir Path folder) {
        requests = folder.resolve("requests.jsonl");
        results = folder.resolve("results.jsonl");
    }

    private static String request(int number) {
        return "{\"eval_id\":\"e-" + number + "\",\"code\":\"print(" + number + ")\"}";
    }

    private static String lines(int count) {
        return String.join(
                        "\n",
                        IntStream.range(0, count).mapToObj(BatchTest::request).toList()) + "\n";
    }

    private Batch open(boolean resumes) throws Batch.CannotBegin {
        return Batch.open(requests, results, resumes, new Screen(new PrintStream(screen, true, UTF_8), false));
    }

    /** Answers with what the request says, as if that had been printed. */
    private ObjectNode echo(BatchRequest request, String key) {
        keys.add(key);
        JsonNode json = StrictJson.parse(request.json());
        ObjectNode result = JSON.createObjectNode()
                .put("eval_id", json.path("eval_id").asText())
                .put("outcome", "success")
                .put("reason", "Completed");
        result.putObject("stdout").put("text", json.path("code").asText());
        return result;
    }

    private int run(boolean resumes) throws Batch.CannotBegin {
        return run(resumes, this::echo);
    }

    private int run(boolean resumes, Place place) throws Batch.CannotBegin {
        return open(resumes).run(place, 3);
    }

    private List<JsonNode> told() throws IOException {
        List<JsonNode> told = new ArrayList<>();
        for (String line : Files.readAllLines(results)) {
            told.add(StrictJson.parse(line.getBytes(UTF_8)));
        }
        return told;
    }

    private List<Long> toldLines() throws IOException {
        return told().stream()
                .map(line -> line.at("/request/line").asLong())
                .sorted()
                .toList();
    }

    private String screen() {
        return screen.toString(UTF_8);
    }

    @Test
    void everyRequestHasALineThatSaysWhoseItIs() throws Exception {
        Files.writeString(requests, request(1) + "\n\n  \r\n" + request(2) + "\r\n" + request(3));
        assertEquals(Batch.ALL_TOLD, run(false));
        assertEquals(List.of(1L, 4L, 5L), toldLines());
        for (JsonNode line : told()) {
            int number = Math.max(1, line.at("/request/line").asInt() - 2);
            assertEquals("request", line.fieldNames().next());
            assertEquals(
                    Digest.of(request(number).getBytes(UTF_8)).value(),
                    line.at("/request/digest").asText());
            assertEquals("e-" + number, line.path("eval_id").asText());
            assertEquals("print(" + number + ")", line.at("/stdout/text").asText());
        }
        assertTrue(screen().contains("success     Completed                     3"), screen());
    }

    @Test
    void whatIsNoRequestIsALineToo() throws Exception {
        Files.writeString(requests, request(1) + "\n{\"eval_id\":\n" + request(2));
        assertEquals(Batch.SOME_REJECTED, run(false));
        JsonNode rejected = told().stream()
                .filter(line -> line.at("/request/line").asInt() == 2)
                .findFirst()
                .orElseThrow();
        assertEquals("rejected", rejected.path("outcome").asText());
        assertEquals("MalformedJson", rejected.path("reason").asText());
        assertTrue(screen().contains("rejected    MalformedJson                 1"), screen());
    }

    @Test
    void aLineThatIsLongerThanAnyRequestIsRejectedUnsent() throws Exception {
        byte[] line = new byte[StrictJson.MAX_BYTES + 1_000];
        Arrays.fill(line, (byte) 'x');
        Files.write(requests, line);
        Files.writeString(requests, "\n" + request(1), StandardOpenOption.APPEND);
        assertEquals(Batch.SOME_REJECTED, run(false));
        assertEquals(1, keys.size());
        assertTrue(screen().contains("TooLarge"), screen());
    }

    @Test
    void soManyRunAtOnceAndNoMore() throws Exception {
        Files.writeString(requests, lines(60));
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch three = new CountDownLatch(3);
        run(false, (request, key) -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            three.countDown();
            three.await();
            Thread.sleep(1);
            running.decrementAndGet();
            return echo(request, key);
        });
        assertEquals(3, most.get());
        assertEquals(60, told().size());
    }

    @Test
    void whatWasInterruptedIsResumedAndNothingRunsTwice() throws Exception {
        Files.writeString(requests, lines(40));
        Batch batch = open(false);
        AtomicInteger count = new AtomicInteger();
        int code = batch.run(
                (request, key) -> {
                    if (count.incrementAndGet() == 20) {
                        batch.interrupt();
                    }
                    return echo(request, key);
                },
                3);
        assertEquals(Batch.NOT_ALL, code);
        int first = told().size();
        assertTrue(first >= 17 && first < 20, "results that come after it are not written: " + first);
        assertTrue(screen().contains("--resume goes on"), screen());
        List<String> before = List.copyOf(keys);
        keys.clear();

        assertEquals(Batch.ALL_TOLD, run(true));
        assertEquals(IntStream.rangeClosed(1, 40).mapToObj(Long::valueOf).toList(), toldLines());
        assertEquals(40 - first, keys.size());
        assertEquals(
                before.size() - first,
                keys.stream().filter(before::contains).count(),
                "who is asked again knows the key");
        assertTrue(screen().contains("all                                      40"), screen());
    }

    @Test
    void aLineThatWasTornAnywhereIsWrittenAnew() throws Exception {
        Files.writeString(requests, lines(3));
        assertEquals(Batch.ALL_TOLD, run(false));
        byte[] whole = Files.readAllBytes(results);
        int last = new String(whole, UTF_8).lastIndexOf('\n', whole.length - 2) + 1;
        for (int length = last; length <= whole.length; length++) {
            Files.write(results, Arrays.copyOf(whole, length));
            keys.clear();
            assertEquals(Batch.ALL_TOLD, run(true), "cut at " + length);
            assertEquals(List.of(1L, 2L, 3L), toldLines(), "cut at " + length);
            assertEquals(length >= whole.length - 1 ? 0 : 1, keys.size(), "cut at " + length);
        }
    }

    @Test
    void equalNamesAndEvenEqualLinesAreKeptApart() throws Exception {
        String same = request(1);
        String other = same.replace("print(1)", "print(2)");
        Files.writeString(requests, String.join("\n", same, other, same, same));
        run(false);
        List<String> all = Files.readAllLines(results);
        assertEquals(4, all.size());
        assertEquals(4, keys.stream().distinct().count());
        for (String left : all) {
            keys.clear();
            Files.writeString(results, left + "\n");
            assertEquals(Batch.ALL_TOLD, run(true));
            assertEquals(List.of(1L, 2L, 3L, 4L), toldLines());
            assertEquals(3, keys.size());
        }
    }

    @Test
    void linesThatMovedAreKnownByTheirDigest() throws Exception {
        Files.writeString(requests, lines(3));
        run(false);
        keys.clear();
        Files.writeString(requests, request(7) + "\n" + request(2) + "\n" + request(0) + "\n");
        assertEquals(Batch.ALL_TOLD, run(true));
        assertEquals(1, keys.size(), "only the new one");
        assertTrue(screen().contains("1 of the results belong to no request"), screen());
    }

    @Test
    void aFileThatIsThereIsNotWrittenOver() throws Exception {
        Files.writeString(requests, lines(2));
        Files.writeString(results, "precious");
        for (boolean resumes : new boolean[] {false, true}) {
            assertThrows(Batch.CannotBegin.class, () -> open(resumes));
            assertEquals("precious", Files.readString(results));
        }
        Files.writeString(results, lines(2));
        assertThrows(Batch.CannotBegin.class, () -> open(true));
        assertEquals(lines(2), Files.readString(results));
    }

    @Test
    void theRequestsAreNoPlaceForTheResults() throws Exception {
        Files.writeString(requests, lines(2));
        assertThrows(
                Batch.CannotBegin.class,
                () -> Batch.open(requests, requests, true, new Screen(new PrintStream(screen), false)));
        assertEquals(lines(2), Files.readString(requests));
    }

    @Test
    void oneFileIsWrittenByOneBatch() throws Exception {
        Files.writeString(requests, lines(2));
        try (Batch _ = open(false)) {
            assertThrows(Batch.CannotBegin.class, () -> open(true));
        }
        assertEquals(Batch.ALL_TOLD, run(true));
    }

    @Test
    void missingRequestsMakeNoFileOfResults() {
        Batch.CannotBegin missing = assertThrows(Batch.CannotBegin.class, () -> open(false));
        assertTrue(String.valueOf(missing.getMessage()).contains("no such file"), missing.getMessage());
        assertFalse(Files.exists(results));
    }

    @Test
    void oneThatHasNoResultHasNoLine() throws Exception {
        Files.writeString(requests, lines(5));
        int code = run(false, (request, key) -> {
            if (request.line() == 2) {
                throw NotTold.one("it is gone");
            }
            return echo(request, key);
        });
        assertEquals(Batch.NOT_ALL, code);
        assertEquals(List.of(1L, 3L, 4L, 5L), toldLines());
        assertTrue(screen().contains("line 2: it is gone"), screen());
        assertEquals(Batch.ALL_TOLD, run(true));
    }

    @Test
    void whereNothingCanBeRunTheOthersAreNotTried() throws Exception {
        Files.writeString(requests, lines(100));
        AtomicInteger tried = new AtomicInteger();
        int code = run(false, (_, _) -> {
            tried.incrementAndGet();
            throw NotTold.all("away");
        });
        assertEquals(Batch.NOT_ALL, code);
        assertTrue(tried.get() <= 6, "tried " + tried.get());
        assertEquals(1, screen().lines().filter(line -> line.contains("away")).count(), screen());
    }

    @Test
    void timeLeftIsSaidInWords() {
        assertEquals("59 s", Progress.words(java.time.Duration.ofSeconds(59)));
        assertEquals("3 min 20 s", Progress.words(java.time.Duration.ofSeconds(200)));
        assertEquals("2 h 5 min", Progress.words(java.time.Duration.ofMinutes(125)));
    }

    @Test
    void progressHasRateAndTimeLeft() {
        Tally tally = new Tally();
        for (int i = 0; i < 10; i++) {
            tally.add("success", "Completed");
        }
        try (Progress progress = Progress.start(new Screen(new PrintStream(screen), false), 100, 5, tally)) {
            String line = progress.line(System.nanoTime() + 1_000_000_000L);
            assertTrue(line.matches("10 of 100, [45]\\.\\d/s, (18|19|2\\d) s left: 10 success"), line);
        }
    }

    @Test
    void onATerminalTheLineIsWrittenAnew() {
        Screen terminal = new Screen(new PrintStream(screen, true, UTF_8), true);
        terminal.status("1 of 2");
        terminal.status("2 of 2");
        terminal.end("all\n");
        terminal.status("late");
        assertEquals("1 of 2\r\033[K2 of 2\r\033[Kall\n", screen());
    }
}
