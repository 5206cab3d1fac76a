package dev.cupel.collect.verdict;

import static dev.cupel.collect.Fixtures.active;
import static dev.cupel.collect.Fixtures.annotated;
import static dev.cupel.collect.Fixtures.container;
import static dev.cupel.collect.Fixtures.failed;
import static dev.cupel.collect.Fixtures.job;
import static dev.cupel.collect.Fixtures.pod;
import static dev.cupel.collect.Fixtures.terminated;
import static java.nio.charset.StandardCharsets.UTF_8;
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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Nothing is held against a program that was never started, and whatever only a program can do is held against it. */
class WhoseFaultTest {
    private static final String JOBS_DEADLINE = """
            {failed: 1, conditions: [{type: 'Failed', status: 'True', reason: 'DeadlineExceeded',
              message: 'Job was active longer than specified deadline'}]}""";

    /** What there was, and the result's reason. */
    record Row(String about, Observed seen, Optional<InputStream> log, String reason, String says) {
        @Override
        public String toString() {
            return about;
        }
    }

    static Stream<Row> neverStarted() {
        return Stream.of(noContainer(), failedContainers(), silentContainers(), endedByCupel())
                .flatMap(rows -> rows);
    }

    private static Stream<Row> noContainer() {
        String noNode = """
                {phase: 'Pending', conditions: [{type: 'PodScheduled', status: 'False', reason: 'Unschedulable',
                  message: '0/1 nodes are available'}]}""";
        String lost =
                "{phase: 'Pending', conditions: [{type: 'DisruptionTarget', status: 'True', reason: '%s', message: 'gone'}]}";
        return Stream.of(
                row("Job's deadline, no Pod", ofJob(JOBS_DEADLINE), null, "StartFailed", "before the Job's deadline"),
                row("Job's deadline, no node", with(JOBS_DEADLINE, deleted(pod(noNode))), null, "Unschedulable", "0/1"),
                row(
                        "Job's deadline, Pod still going",
                        with(JOBS_DEADLINE, deleted(pod("{phase: 'Pending'}"))),
                        null,
                        "StartFailed",
                        "It did not start before its deadline."),
                row(
                        "Job's deadline, quota",
                        ofJob(JOBS_DEADLINE).withCreateFailure("exceeded quota: q"),
                        null,
                        "QuotaExceeded",
                        "exceeded quota"),
                row(
                        "Job's deadline, admission",
                        ofJob(JOBS_DEADLINE).withCreateFailure("violates PodSecurity \"restricted\""),
                        null,
                        "InvalidConfig",
                        "violates"),
                row(
                        "preempted before its start",
                        failed(pod(lost.formatted("PreemptionByScheduler"))),
                        null,
                        "Evicted",
                        "gone"),
                row(
                        "node lost before its start",
                        failed(pod(lost.formatted("DeletionByTaintManager"))),
                        null,
                        "NodeLost",
                        "gone"),
                row(
                        "node under pressure at its admission",
                        failed(
                                pod(
                                        "{phase: 'Failed', reason: 'Evicted', message: 'The node had condition: [DiskPressure]. '}")),
                        null,
                        "Evicted",
                        "DiskPressure"),
                row(
                        "no room on the node after all",
                        failed(pod(
                                "{phase: 'Failed', reason: 'OutOfephemeral-storage', message: 'did not have enough'}")),
                        null,
                        "Unschedulable",
                        "did not have enough"),
                row(
                        "refused by the kubelet",
                        failed(pod("{phase: 'Failed', reason: 'SysctlForbidden', message: 'forbidden'}")),
                        null,
                        "StartFailed",
                        "\"SysctlForbidden: forbidden\""),
                row("deleted before its start", ofJob("{}").withoutJob(), null, "JobDeleted", ""));
    }

    private static Stream<Row> failedContainers() {
        String late = """
                {phase: 'Failed', reason: 'DeadlineExceeded', containerStatuses: [{name: 'evaluation',
                  state: {waiting: {reason: '%s', message: 'no such'}}}]}""";
        return Stream.of(
                row(
                        "not pulled",
                        active(container("{waiting: {reason: 'ErrImagePull'}}")).withoutJob(),
                        null,
                        "ImagePullFailed",
                        ""),
                row(
                        "not pulled by the Pod's deadline",
                        failed(pod(late.formatted("ImagePullBackOff"))),
                        null,
                        "ImagePullFailed",
                        "no such"),
                row(
                        "starting at the Pod's deadline",
                        failed(pod(late.formatted("ContainerCreating"))),
                        null,
                        "StartFailed",
                        "deadline"),
                row(
                        "bad signature",
                        failed(pod(late.formatted("SignatureValidationFailed"))),
                        null,
                        "ImagePullFailed",
                        ""),
                row(
                        "no such config",
                        failed(pod(late.formatted("CreateContainerConfigError"))),
                        null,
                        "InvalidConfig",
                        ""),
                row(
                        "not run by the runtime",
                        failed(pod(late.formatted("RunContainerError"))),
                        null,
                        "StartFailed",
                        ""),
                row(
                        "no python3 (containerd)",
                        failed(
                                container(
                                        "{terminated: {exitCode: 128, reason: 'StartError', message: 'exec: python3: not found'}}")),
                        new byte[0],
                        "StartFailed",
                        "python3: not found"),
                row("no python3 (docker)", failed(terminated(127, "ContainerCannotRun")), null, "StartFailed", ""));
    }

    /** The container ran, the supervisor did not. */
    private static Stream<Row> silentContainers() {
        String linker =
                "python3: error while loading shared libraries: libpython3.11.so.1.0: cannot open shared object file";
        String traceback = """
                Traceback (most recent call last):
                  File "<string>", line 1, in <module>
                AttributeError: module '_signal' has no attribute 'valid_signals'
                """;
        return Stream.concat(
                Stream.of(0, 1, 2, 3, 9, 120, 121, 123, 124, 125, 126, 127, 132, 134, 137, 139, 143, 255)
                        .flatMap(code -> Stream.of(
                                row(
                                        "code %d, %s".formatted(code, "a word"),
                                        failed(terminated(code, "Error")),
                                        log(linker),
                                        "StartFailed",
                                        linker),
                                row(
                                        "code " + code + ", nothing",
                                        failed(terminated(code, "Error")),
                                        log(""),
                                        "StartFailed",
                                        "code " + code))),
                Stream.of(
                        row(
                                "old Python",
                                failed(terminated(121, "Error")),
                                log(traceback),
                                "StartFailed",
                                "\"AttributeError: module '_signal'"),
                        row(
                                "old Python in a sandbox",
                                inSandbox(terminated(121, "Error")),
                                log(traceback),
                                "StartFailed",
                                "AttributeError"),
                        row(
                                "127 in a sandbox, late",
                                inSandbox(longRun(127, "Error")),
                                log(linker),
                                "StartFailed",
                                linker),
                        row(
                                "bubblewrap",
                                failed(terminated(1, "Error")),
                                log("bwrap: execvp /v/bin/python3: No such file or directory\n"),
                                "StartFailed",
                                "\"bwrap: execvp"),
                        row(
                                "no option -I",
                                failed(terminated(2, "Error")),
                                log("\n\r\nUnknown option: -I\nusage: python3 [option]\n"),
                                "StartFailed",
                                "\"Unknown option: -I\""),
                        row(
                                "what a terminal would act on",
                                failed(terminated(1, "Error")),
                                log("a\u001b[31mb\u202e"),
                                "StartFailed",
                                "\"a\\u{1b}[31mb\\u{202e}\""),
                        row(
                                "no UTF-8",
                                failed(terminated(1, "Error")),
                                new byte[] {'x', (byte) 0xff, 'y'},
                                "StartFailed",
                                "\"x\ufffdy\""),
                        row(
                                "too little memory for Python",
                                failed(terminated(137, "OOMKilled")),
                                log(""),
                                "StartFailed",
                                "137 (OOMKilled)"),
                        row(
                                "hangs in its interpreter",
                                failed(late(longRun(137, "Error"))),
                                log(""),
                                "StartFailed",
                                ""),
                        row(
                                "a forged last word without a first",
                                forged(failed(terminated(137, "Error"))),
                                log(""),
                                "StartFailed",
                                "")));
    }

    private static Stream<Row> endedByCupel() {
        ObjectNode noted = annotated(
                annotated(job(JOBS_DEADLINE), "cupel.dev/cause", "ImagePullFailed: \"no such\""),
                "cupel.dev/not-started",
                "2026-11-24T10:00:02Z");
        return Stream.of(
                row("collect's own note", Observed.of(noted, List.of()), null, "ImagePullFailed", "no such"),
                row(
                        "collect's own note, then the interpreter failed",
                        Observed.of(noted, List.of(terminated(127, "Error"))),
                        log("not found"),
                        "StartFailed",
                        "not found"));
    }

    @ParameterizedTest
    @MethodSource("neverStarted")
    void whatWasNeverStartedIsAnError(Row row) throws IOException {
        JsonNode result = result(row);

        assertEquals("error", result.path("outcome").asText(), result::toString);
        assertEquals(row.reason(), result.path("reason").asText(), result::toString);
        assertTrue(result.path("message").asText().contains(row.says()), result::toString);
        assertTrue(result.path("exit_code").isNull(), result::toString);
        assertTrue(result.path("signal").isNull(), result::toString);
        assertEquals("none", result.path("capture").asText(), result::toString);
        assertTrue(result.path("stdout").isNull(), result::toString);
        assertTrue(result.at("/timings/started_at").isNull(), result::toString);
        assertTrue(result.path("message").asText().length() < 500, result::toString);
    }

    static Stream<Row> onlyTheProgramsDoing() {
        byte[] begun = writer().log();
        byte[] none = log("");
        return Stream.of(
                row("exit 1", failed(terminated(1, "Error")), writer().exits(1).log(), "NonZeroExit", ""),
                row(
                        "exit 125",
                        failed(terminated(125, "Error")),
                        writer().exits(125).log(),
                        "NonZeroExit",
                        ""),
                row(
                        "a signal",
                        failed(terminated(139, "Error")),
                        writer().signalled("SIGSEGV").log(),
                        "Signalled",
                        ""),
                row(
                        "no time left",
                        failed(terminated(124, "Error")),
                        writer().ends(null, "SIGKILL", "deadline").log(),
                        "DeadlineExceeded",
                        ""),
                row("out of memory", failed(terminated(137, "OOMKilled")), begun, "OOMKilled", ""),
                row("its supervisor killed", failed(terminated(137, "Error")), begun, "Signalled", "SIGKILL"),
                row("its supervisor made to fail", failed(terminated(121, "Error")), begun, "SupervisorBroken", ""),
                row(
                        "a SIGTERM of its own",
                        failed(terminated(143, "Error")),
                        writer().ends(0, null, "stopped").log(),
                        "Signalled",
                        "SIGTERM"),
                row("Pod's deadline", failed(late(longRun(137, "Error"))), begun, "DeadlineExceeded", ""),
                row(
                        "Pod's deadline, supervisor stopped and log rotated away",
                        inSandbox(late(longRun(137, "Error"))),
                        none,
                        "DeadlineExceeded",
                        ""),
                row(
                        "another last word than the log's",
                        forged(failed(terminated(125, "Error"))),
                        writer().exits(125).log(),
                        "SupervisorBroken",
                        ""),
                row(
                        "another last word, exit 0",
                        forged(failed(terminated(0, "Completed"))),
                        writer().exits(0).log(),
                        "SupervisorBroken",
                        ""),
                row(
                        "rubbish for a last word, and no last frame",
                        message(failed(terminated(124, "Error")), "rubbish"),
                        begun,
                        "SupervisorBroken",
                        ""),
                row("log rotated away, PID 1 killed", inSandbox(longRun(137, "Error")), none, "Signalled", "SIGKILL"),
                row(
                        "log rotated away, PID 1 made to fail",
                        inSandbox(longRun(121, "Error")),
                        log("python3: not found"),
                        "SupervisorBroken",
                        ""),
                row(
                        "log rotated away, no times",
                        inSandbox(container("{terminated: {exitCode: 137, reason: 'Error'}}")),
                        none,
                        "Signalled",
                        ""),
                row(
                        "log flooded",
                        failed(terminated(137, "Error")),
                        log("x".repeat(99).concat("\n").repeat(20_000)),
                        "Signalled",
                        ""),
                row(
                        "log flooded in one line",
                        failed(terminated(121, "Error")),
                        log("x".repeat(2_000_000)),
                        "SupervisorBroken",
                        ""),
                row("a torn frame", failed(terminated(137, "Error")), log("@cupel1 7 o bAAA"), "Signalled", ""),
                row(
                        "a last frame alone, killed",
                        failed(terminated(137, "Error")),
                        writer().exits(0).frames().getLast(),
                        "Signalled",
                        ""),
                row(
                        "its /tmp",
                        failed(evicted("Usage of EmptyDir volume \"tmp\" exceeds the limit \"100Mi\". ")),
                        null,
                        "DiskExceeded",
                        "EmptyDir volume"),
                row(
                        "its own layer",
                        failed(evicted("Container evaluation exceeded its local ephemeral storage limit \"1Gi\". ")),
                        null,
                        "DiskExceeded",
                        ""),
                row(
                        "all its disk",
                        failed(evicted(
                                "Pod ephemeral local storage usage exceeds the total limit of containers 1Gi. ")),
                        null,
                        "DiskExceeded",
                        ""),
                row(
                        "its /tmp, told to stop",
                        failed(evicted("Usage of EmptyDir volume \"tmp\" exceeds the limit \"100Mi\". ")),
                        log("unable to retrieve container logs for containerd://12"),
                        "DiskExceeded",
                        ""));
    }

    @ParameterizedTest
    @MethodSource("onlyTheProgramsDoing")
    void whatOnlyTheProgramCanDoIsAFailure(Row row) throws IOException {
        JsonNode result = result(row);

        assertEquals("failure", result.path("outcome").asText(), result::toString);
        assertEquals(row.reason(), result.path("reason").asText(), result::toString);
        assertTrue(result.path("message").asText().contains(row.says()), result::toString);
        assertFalse(result.path("exit_code").asInt(1) == 0, result::toString);
    }

    /** Where the log cannot be had, nothing is claimed that nothing shows. */
    static Stream<Row> logGone() {
        byte[] notice = log("unable to retrieve container logs for containerd://1234");
        return Stream.of(
                row(
                        "code 3",
                        failed(terminated(3, "Error")),
                        null,
                        "Unknown",
                        "Nothing says whether its program had started."),
                row(
                        "code 3, the kubelet's notice",
                        failed(terminated(3, "Error")),
                        notice,
                        "Unknown",
                        "may have printed"),
                row("code 121", failed(terminated(121, "Error")), null, "Unknown", "Nothing says"),
                row("killed", failed(terminated(137, "Error")), null, "Unknown", "Nothing says"),
                row("OOM", failed(terminated(137, "OOMKilled")), null, "Unknown", "Nothing says"),
                row(
                        "Evicted",
                        failed(evicted("The node was low on resource: ephemeral-storage. Usage of EmptyDir volume")),
                        null,
                        "Evicted",
                        "low on resource"));
    }

    @ParameterizedTest
    @MethodSource("logGone")
    void nothingIsClaimedWhereTheLogIsGone(Row row) throws IOException {
        JsonNode result = result(row);

        assertEquals("error", result.path("outcome").asText(), result::toString);
        assertEquals(row.reason(), result.path("reason").asText(), result::toString);
        assertTrue(result.path("message").asText().contains(row.says()), result::toString);
        assertTrue(result.path("exit_code").isNull(), result::toString);
        assertEquals("lost", result.path("capture").asText(), result::toString);
    }

    @Test
    void aLastFrameInTheTerminationMessageProvesTheStart() throws IOException {
        FrameWriter writer = writer().exits(3);

        JsonNode result =
                result(row("", message(failed(terminated(3, "Error")), writer.terminationMessage()), null, "", ""));

        assertEquals("Unknown", result.path("reason").asText());
        assertEquals(3, result.path("exit_code").asInt());
        assertEquals(
                "The program ran to its end. Its log is gone, and with it what it printed.",
                result.path("message").asText());
    }

    /** It started between collect's second look and its patch. */
    @Test
    void aProgramThatCollectStoppedAsItStartedIsNobodysFault() throws IOException {
        ObjectNode job = annotated(job(JOBS_DEADLINE), "cupel.dev/cause", "ImagePullFailed: \"no such\"");
        byte[] log = writer().stdout("so far".getBytes(UTF_8))
                .ends(0, null, "stopped")
                .log();

        JsonNode result = result(row("", Observed.of(job, List.of(deleted(terminated(143, "Error")))), log, "", ""));

        assertEquals("error", result.path("outcome").asText());
        assertEquals("ImagePullFailed", result.path("reason").asText());
        assertEquals(
                "The image could not be had. \"no such\" Its program had just started, and was stopped for this.",
                result.path("message").asText());
        assertEquals("so far", result.at("/stdout/text").asText());
        assertEquals("exact", result.path("capture").asText());
    }

    @Test
    void aProgramThatEndedByItselfBeforeCollectsDeadlineKeepsItsEnd() throws IOException {
        ObjectNode job = annotated(job(JOBS_DEADLINE), "cupel.dev/cause", "ImagePullFailed: x");

        JsonNode result = result(row("", Observed.of(job, List.of(terminated(5, "Error"))), writer().log(), "", ""));

        assertEquals("NonZeroExit", result.path("reason").asText());
    }

    @Test
    void aJobsDeadlineIsHeldAgainstAProgramThatWasSeenToRun() throws IOException {
        ObjectNode job = job(JOBS_DEADLINE);
        job.withObjectProperty("status").put("ready", 1);

        assertEquals(
                "DeadlineExceeded",
                result(row("", Observed.of(job, List.of()), null, "", ""))
                        .path("reason")
                        .asText());
        assertEquals(
                "DeadlineExceeded",
                result(row("", with(JOBS_DEADLINE, deleted(longRun(143, "Error"))), null, "", ""))
                        .path("reason")
                        .asText());
    }

    @Test
    void aSecondPodIsToldOf() throws IOException {
        ObjectNode first = terminated(137, "Error");
        first.withObjectProperty("metadata").put("name", "first").put("creationTimestamp", "2026-11-24T09:00:00Z");
        ObjectNode second =
                pod("{phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory. '}");

        JsonNode result = result(row("", Observed.of(job(JOBS_DEADLINE), List.of(first, second)), null, "", ""));

        assertEquals("Evicted", result.path("reason").asText());
        assertTrue(result.path("message").asText().contains("An earlier Pod of the Job ran as well"), result::toString);
    }

    private static JsonNode result(Row row) throws IOException {
        return ResultBuilder.collect(row.seen(), row.log())
                .build(Instant.parse("2026-11-24T10:00:05Z"), ResultBuilder.WHOLE, Links.NONE)
                .toJson();
    }

    /** @param log null where it could not be had */
    private static Row row(String about, Observed seen, byte @Nullable [] log, String reason, String says) {
        return new Row(about, seen, Optional.ofNullable(log).map(ByteArrayInputStream::new), reason, says);
    }

    private static byte[] log(String text) {
        return text.getBytes(UTF_8);
    }

    private static FrameWriter writer() {
        return new FrameWriter(new Random(1), 1000);
    }

    private static Observed ofJob(String status) {
        return Observed.of(job(status), List.of());
    }

    private static Observed with(String status, ObjectNode pod) {
        return Observed.of(job(status), List.of(pod));
    }

    private static ObjectNode deleted(ObjectNode pod) {
        pod.withObjectProperty("metadata").put("deletionTimestamp", "2026-11-24T10:00:33Z");
        return pod;
    }

    private static ObjectNode evicted(String message) {
        ObjectNode pod = pod("""
                {phase: 'Failed', reason: 'Evicted', containerStatuses: [{name: 'evaluation',
                  state: {terminated: {exitCode: 137, reason: 'Error'}}}]}""");
        pod.withObjectProperty("status").put("message", message);
        return pod;
    }

    /** Ended by the Pod's own deadline. */
    private static ObjectNode late(ObjectNode pod) {
        pod.withObjectProperty("status").put("reason", "DeadlineExceeded");
        return pod;
    }

    private static ObjectNode longRun(int code, String reason) {
        return container("""
                {terminated: {exitCode: %d, reason: '%s',
                  startedAt: '2026-11-24T10:00:02Z', finishedAt: '2026-11-24T10:00:17Z'}}""".formatted(code, reason));
    }

    private static Observed inSandbox(ObjectNode pod) {
        pod.withObjectProperty("spec").put("runtimeClassName", "gvisor");
        return failed(pod);
    }

    /** With a last frame of the program's own making in the termination message. */
    private static Observed forged(Observed seen) {
        int code = seen.container().exitCode().orElseThrow();
        return message(seen, new FrameWriter(new Random(2), 1000).exits(code).terminationMessage());
    }

    private static Observed message(Observed seen, String message) {
        ObjectNode pod = seen.pods().getFirst().deepCopy();
        ((ObjectNode) pod.at("/status/containerStatuses/0/state/terminated")).put("message", message);
        return Observed.of(seen.job(), List.of(pod));
    }
}
