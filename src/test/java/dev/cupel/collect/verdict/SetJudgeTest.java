package dev.cupel.collect.verdict;

import static dev.cupel.collect.Fixtures.annotated;
import static dev.cupel.collect.Fixtures.failed;
import static dev.cupel.collect.Fixtures.job;
import static dev.cupel.collect.Fixtures.pod;
import static dev.cupel.collect.Fixtures.terminated;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.collect.Links;
import dev.cupel.collect.ResultBuilder;
import dev.cupel.collect.frames.FrameWriter;
import dev.cupel.collect.observed.Observed;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Of each way in which a set of three cases can end: the whole, and each case. */
class SetJudgeTest {
    private static final String DEADLINE = """
            {failed: 1, conditions: [{type: 'Failed', status: 'True', reason: 'DeadlineExceeded'}]}""";

    /**
     * What there was, and what is told.
     *
     * @param whole outcome, reason and capture
     * @param cases of each: outcome, reason and capture
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Row(String about, Observed seen, byte @Nullable [] log, String whole, String cases) {
        @Override
        public String toString() {
            return about;
        }
    }

    static Stream<Row> rows() {
        return Stream.of(ended(), compiled(), cutShort(), untold()).flatMap(rows -> rows);
    }

    private static Stream<Row> ended() {
        return Stream.of(
                row("all well", exit(0), set("0", "0", "0").end(0), "success Completed exact", "S S S"),
                row(
                        "the first that is not decides",
                        exit(1),
                        set("0", "SIGSEGV", "3").end(1),
                        "failure Signalled exact",
                        "S failure/Signalled/exact failure/NonZeroExit/exact"),
                row(
                        "stopped at the first",
                        exit(1),
                        set("0", "9").end(1),
                        "failure NonZeroExit exact",
                        "S failure/NonZeroExit/exact -"),
                row(
                        "one took its processor time",
                        exit(1),
                        set("0", "cputime", "0").end(1),
                        "failure CpuTimeExceeded exact",
                        "S failure/CpuTimeExceeded/exact S"),
                row(
                        "its own time was up, and the set went on",
                        exit(1),
                        set("deadline", "0", "0").end(1),
                        "failure DeadlineExceeded exact",
                        "failure/DeadlineExceeded/exact S S"),
                row(
                        "the time of the set was up",
                        exit(124),
                        set("0", "deadline").ends("deadline"),
                        "failure DeadlineExceeded exact",
                        "S failure/DeadlineExceeded/exact -"),
                row(
                        "and one before had failed",
                        exit(124),
                        set("7", "deadline").ends("deadline"),
                        "failure NonZeroExit exact",
                        "failure/NonZeroExit/exact failure/DeadlineExceeded/exact -"),
                row(
                        "between two",
                        exit(124),
                        set("0", "0").ends("deadline"),
                        "failure DeadlineExceeded exact",
                        "S S -"),
                row(
                        "cancelled",
                        asked(exit(143)),
                        set("0", "stopped").ends("stopped"),
                        "cancelled Cancelled exact",
                        "S cancelled/Cancelled/exact -"),
                row(
                        "stopped by nobody",
                        exit(143),
                        set("0", "stopped").ends("stopped"),
                        "failure Signalled exact",
                        "S failure/Signalled/exact -"),
                row(
                        "drained",
                        named(
                                failed(
                                        pod(
                                                "{reason: 'Evicted', message: 'full',"
                                                        + " containerStatuses: [{name: 'evaluation', state: {terminated: {exitCode: 143, reason: 'Error'}}}]}"))),
                        set("0", "stopped").ends("stopped"),
                        "error Evicted exact",
                        "S error/Evicted/exact -"),
                row(
                        "the kernel took one, as its end says",
                        exit(1, "OOMKilled"),
                        set("SIGKILL", "SIGKILL,oom", "0").end(1),
                        "failure Signalled exact",
                        "failure/Signalled/exact failure/OOMKilled/exact S"),
                row(
                        "the kernel took one, as the container says",
                        exit(1, "OOMKilled"),
                        set("0", "SIGKILL", "SIGKILL").end(1),
                        "failure OOMKilled exact",
                        "S failure/OOMKilled/exact failure/Signalled/exact"),
                row(
                        "the kernel took a child, and the case did well",
                        exit(0, "OOMKilled"),
                        set("0", "0", "0").end(0),
                        "success Completed exact",
                        "S S S"),
                row(
                        "one could not be exec'ed",
                        exit(1),
                        set("notstarted", "0", "0").end(1),
                        "error StartFailed exact",
                        "error/StartFailed/none S S"),
                row(
                        "what one left could not be taken away",
                        exit(1),
                        set("0").end(1),
                        "failure SupervisorBroken exact",
                        "S - -"));
    }

    private static Stream<Row> compiled() {
        return Stream.of(
                row(
                        "could not be compiled",
                        exit(122),
                        new Set().run("c", "1").ends("notcompiled"),
                        "failure CompileFailed exact",
                        "- - -"),
                row(
                        "the compiler took too much memory",
                        exit(122, "OOMKilled"),
                        new Set().run("c", "SIGKILL,oom").ends("notcompiled"),
                        "failure CompileFailed exact",
                        "- - -"),
                row(
                        "there is no such compiler",
                        exit(125),
                        new Set().run("c", "notstarted").ends("notstarted"),
                        "error StartFailed none",
                        "- - -"),
                row(
                        "the compiler made nothing",
                        exit(1),
                        new Set().run("c", "0").run("0", "notstarted").end(1),
                        "failure CompileFailed exact",
                        "failure/CompileFailed/none - -"),
                row(
                        "compiled",
                        exit(0),
                        new Set()
                                .run("c", "0")
                                .run("0", "0")
                                .run("1", "0")
                                .run("2", "0")
                                .end(0),
                        "success Completed exact",
                        "S S S"),
                row(
                        "killed while compiling",
                        compiling(exit(137, "OOMKilled")),
                        new Set().begin("c").log(),
                        "failure OOMKilled none",
                        "- - -"));
    }

    private static Stream<Row> cutShort() {
        return Stream.of(
                row(
                        "all killed for memory",
                        exit(137, "OOMKilled"),
                        set("0", "0").begin("2").log(),
                        "failure OOMKilled partial",
                        "S S failure/OOMKilled/partial"),
                row(
                        "one that had printed nothing",
                        exit(137, "OOMKilled"),
                        set("4").checked().log(),
                        "failure NonZeroExit partial",
                        "failure/NonZeroExit/exact failure/OOMKilled/partial -"),
                row(
                        "the first",
                        exit(137, "OOMKilled"),
                        new Set().log(),
                        "failure OOMKilled partial",
                        "failure/OOMKilled/partial - -"),
                row(
                        "two at once",
                        exit(137, "Error"),
                        set("0").begin("2").log(),
                        "failure Signalled partial",
                        "S failure/Signalled/partial failure/Signalled/partial"),
                row(
                        "ended, but before its checkpoint",
                        exit(137, "Error"),
                        set("0").unchecked("1").log(),
                        "failure Signalled partial",
                        "S failure/Signalled/partial -"),
                row(
                        "cancelled, and killed",
                        asked(exit(137, "Error")),
                        set("0").begin("1").log(),
                        "cancelled Cancelled partial",
                        "S cancelled/Cancelled/partial -"),
                row(
                        "node lost",
                        named(failed(pod("{reason: 'NodeLost', containerStatuses: [{name: 'evaluation',"
                                + " state: {terminated: {exitCode: 137, reason: 'Error'}}}]}"))),
                        set("0").begin("1").log(),
                        "error NodeLost partial",
                        "S error/NodeLost/partial -"),
                // It had a way into its log, and time to have it rotated: whose ends these are, nobody knows.
                row(
                        "killed in a sandbox",
                        sandboxed(exit(137, "Error")),
                        set("0", "0").begin("2").log(),
                        "failure Signalled partial",
                        "failure/Signalled/partial failure/Signalled/partial failure/Signalled/partial"),
                row(
                        "killed in a sandbox, at once",
                        inSandbox(exit(137, "Error")),
                        set("0").begin("1").log(),
                        "failure Signalled partial",
                        "S failure/Signalled/partial -"));
    }

    private static Stream<Row> untold() {
        return Stream.of(
                row(
                        "never started",
                        named(Observed.of(job(DEADLINE), List.of())),
                        null,
                        "error StartFailed none",
                        "- - -"),
                row(
                        "cancelled before",
                        asked(named(Observed.of(job("{}"), List.of()))),
                        null,
                        "cancelled Cancelled none",
                        "- - -"),
                row(
                        "no interpreter",
                        exit(127),
                        "no such file\n".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        "error StartFailed none",
                        "- - -"),
                row(
                        "log gone, the disk was full",
                        named(
                                failed(
                                        pod(
                                                "{phase: 'Failed', reason: 'Evicted', message: 'Usage of EmptyDir volume \"tmp\"',"
                                                        + " containerStatuses: [{name: 'evaluation', state: {terminated: {exitCode: 137, reason: 'Error'}}}]}"))),
                        null,
                        "failure DiskExceeded lost",
                        "error/Unknown/lost error/Unknown/lost error/Unknown/lost"),
                row(
                        "log gone, the last word in the message",
                        message(exit(1), set("0", "1").endWriter(1).terminationMessage()),
                        null,
                        "error Unknown lost",
                        "error/Unknown/lost error/Unknown/lost -"),
                row(
                        "the beginning is gone",
                        exit(1),
                        set("0", "0", "1").endsWithout(4, 1),
                        "error Unknown lost",
                        "error/Unknown/lost error/Unknown/lost failure/NonZeroExit/exact"),
                row(
                        "the beginning is gone, in a sandbox",
                        sandboxed(exit(1)),
                        set("0", "0", "1").endsWithout(4, 1),
                        "failure SupervisorBroken lost",
                        "failure/SupervisorBroken/lost failure/SupervisorBroken/lost failure/NonZeroExit/exact"),
                row(
                        "the beginning is gone, and all did well",
                        exit(0),
                        set("0", "0", "0").endsWithout(4, 0),
                        "success Completed lost",
                        "success/Completed/lost success/Completed/lost S"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void saysHowTheWholeEndedAndEachCase(Row row) throws IOException {
        JsonNode result = result(row.seen(), row.log());

        assertEquals(
                row.whole(),
                result.path("outcome").asText()
                        + " " + result.path("reason").asText() + " "
                        + result.path("capture").asText(),
                result::toPrettyString);
        assertEquals(row.cases(), cases(result), result::toPrettyString);
        assertTrue(result.path("stdout").isNull() && result.path("exit_code").isNull(), result::toPrettyString);
    }

    private static String cases(JsonNode result) {
        return StreamSupport.stream(result.path("cases").spliterator(), false)
                .map(one -> {
                    String words = Stream.of("outcome", "reason", "capture")
                            .map(name -> one.path(name).asText())
                            .collect(Collectors.joining("/"));
                    return words.equals("success/Completed/exact")
                            ? "S"
                            : words.equals("not_run/null/none") ? "-" : words;
                })
                .collect(Collectors.joining(" "));
    }

    @Test
    void tellsEachCaseAsTheContractDoes() throws IOException {
        JsonNode result = result(exit(1), set("0", "3").end(1));

        assertEquals(
                "{\"name\":\"1\",\"outcome\":\"failure\",\"reason\":\"NonZeroExit\",\"exit_code\":3,\"signal\":null,"
                        + "\"stdout\":{\"bytes\":5,\"sha256\":\""
                        + FrameWriter.hex(FrameWriter.sha256("out 1".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                        + "\",\"truncated\":false,\"text\":\"out 1\"},\"stderr\":{\"bytes\":0,\"sha256\":\""
                        + FrameWriter.hex(FrameWriter.sha256(new byte[0]))
                        + "\",\"truncated\":false,\"text\":\"\"},\"capture\":\"exact\","
                        + "\"usage\":{\"wall_seconds\":0.25,\"cpu_seconds\":0.125,\"max_rss_bytes\":13737984}}",
                result.at("/cases/1").toString());
        assertEquals(
                "Case \"1\": The program exited with code 3.",
                result.path("message").asText());
        assertFalse(result.has("files") || result.has("compile"), result::toString);
    }

    @Test
    void namesTheCasesAsTheirJobDoes() throws IOException {
        ObjectNode job = annotated(job(DEADLINE), "cupel.dev/cases", "[\"a b\",\"ü\"]");

        JsonNode result = result(Observed.of(job, List.of()), null);

        assertEquals("a b", result.at("/cases/0/name").asText());
        assertEquals("ü", result.at("/cases/1/name").asText());
        assertEquals(2, result.path("cases").size());
        for (String none : List.of("", "0", "-1", "{}", "x", "1e9")) {
            annotated(job, "cupel.dev/cases", none);
            assertFalse(result(Observed.of(job, List.of()), null).has("cases"), none);
        }
    }

    @Test
    void tellsWhatACompilerPrintedAndHowItEnded() throws IOException {
        JsonNode result = result(exit(122), new Set().run("c", "1").ends("notcompiled"));

        assertEquals("out c", result.at("/compile/stdout/text").asText());
        assertEquals(1, result.at("/compile/exit_code").asInt());
        assertEquals(
                "The program could not be compiled. The compiler exited with code 1.",
                result.path("message").asText());
        assertTrue(result.at("/compile/usage/wall_seconds").isNumber());
        assertFalse(result.path("compile").has("capture"));
    }

    private static JsonNode result(Observed seen, byte @Nullable [] log) throws IOException {
        return ResultBuilder.collect(seen, Optional.<byte[]>ofNullable(log).<InputStream>map(ByteArrayInputStream::new))
                .build(Instant.parse("2026-11-24T10:00:05Z"), ResultBuilder.WHOLE, Links.NONE)
                .toJson();
    }

    private static Row row(String about, Observed seen, byte @Nullable [] log, String whole, String cases) {
        return new Row(about, seen, log, whole, cases);
    }

    private static Observed exit(int code) {
        return exit(code, code == 0 ? "Completed" : "Error");
    }

    private static Observed exit(int code, String reason) {
        return named(failed(terminated(code, reason)));
    }

    private static Observed named(Observed seen) {
        return Observed.of(annotated(seen.job().deepCopy(), "cupel.dev/cases", "3"), seen.pods());
    }

    private static Observed asked(Observed seen) {
        return Observed.of(
                annotated(seen.job().deepCopy(), "cupel.dev/cancelled", "2026-11-24T10:00:02Z"), seen.pods());
    }

    private static Observed compiling(Observed seen) {
        ObjectNode job = seen.job().deepCopy();
        job.withObject("/spec/template/spec")
                .putArray("containers")
                .addObject()
                .putArray("args")
                .add("compile=cc");
        return Observed.of(job, seen.pods());
    }

    private static Observed inSandbox(Observed seen) {
        ObjectNode pod = seen.pods().getFirst().deepCopy();
        pod.withObjectProperty("spec").put("runtimeClassName", "gvisor");
        return Observed.of(seen.job(), List.of(pod));
    }

    /** For long enough. */
    private static Observed sandboxed(Observed seen) {
        ObjectNode pod = (ObjectNode) inSandbox(seen).pods().getFirst();
        ((ObjectNode) pod.at("/status/containerStatuses/0/state/terminated")).put("finishedAt", "2026-11-24T10:00:17Z");
        return Observed.of(seen.job(), List.of(pod));
    }

    private static Observed message(Observed seen, String message) {
        ObjectNode pod = seen.pods().getFirst().deepCopy();
        ((ObjectNode) pod.at("/status/containerStatuses/0/state/terminated")).put("message", message);
        return Observed.of(seen.job(), List.of(pod));
    }

    private static Set set(String... ends) {
        Set set = new Set();
        for (String end : ends) {
            set.run(Integer.toString(set.cases), end);
        }
        return set;
    }

    /** A log of a set of cases. */
    private static final class Set {
        private final FrameWriter writer = new FrameWriter(new Random(1), 1000);
        private int cases;

        Set run(String run, String how) {
            if (cases > 0) {
                writer.checkpoint();
            }
            String[] parts = how.split(",", -1);
            writer.begin(run, parts[0].equals("notstarted") ? "" : "out " + run, "", 1000)
                    .end(parts[0], parts.length > 1 ? ",\"oom\":true" : "");
            cases += run.equals("c") ? 0 : 1;
            return this;
        }

        Set checked() {
            writer.checkpoint();
            return this;
        }

        /** A run that goes on; after a checkpoint, as before any. */
        Set begin(String run) {
            if (cases > 0) {
                writer.checkpoint();
            }
            writer.begin(run, "so far", "", 1000);
            return this;
        }

        Set unchecked(String run) {
            return run(run, "0");
        }

        byte[] end(int code) {
            return endWriter(code).log();
        }

        FrameWriter endWriter(int code) {
            return writer.counting(",\"cases\":" + cases).exits(code);
        }

        byte[] ends(String how) {
            return writer.counting(",\"cases\":" + cases).ends(null, null, how).log();
        }

        byte[] endsWithout(int frames, int code) {
            List<byte[]> all = endWriter(code).frames();
            return FrameWriter.join(all.subList(frames, all.size()));
        }

        /** Of a supervisor that was killed. */
        byte[] log() {
            return writer.log();
        }
    }
}
