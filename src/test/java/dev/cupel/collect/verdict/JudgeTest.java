package dev.cupel.collect.verdict;

import static dev.cupel.collect.Fixtures.active;
import static dev.cupel.collect.Fixtures.annotated;
import static dev.cupel.collect.Fixtures.container;
import static dev.cupel.collect.Fixtures.failed;
import static dev.cupel.collect.Fixtures.job;
import static dev.cupel.collect.Fixtures.pod;
import static dev.cupel.collect.Fixtures.terminated;
import static dev.cupel.collect.Fixtures.withoutSupervisor;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.collect.Fixtures;
import dev.cupel.collect.captured.Captured;
import dev.cupel.collect.captured.LastFrame;
import dev.cupel.collect.captured.LogCounts;
import dev.cupel.collect.captured.LogEvidence;
import dev.cupel.collect.frames.FrameParser;
import dev.cupel.collect.frames.FrameWriter;
import dev.cupel.collect.frames.LastFrameReader;
import dev.cupel.collect.frames.Payload;
import dev.cupel.collect.observed.Observed;
import dev.cupel.result.Capture;
import dev.cupel.result.ProgramEnd;
import dev.cupel.result.Reason;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JudgeTest {
    private static final String CANCELLED = "cupel.dev/cancelled";

    /** What was observed, and what it means. */
    record Row(String about, Observed seen, Optional<LastFrame> last, Reason reason, ProgramEnd end) {
        @Override
        public String toString() {
            return about;
        }
    }

    static Stream<Row> rows() {
        return Stream.of(supervised(), unsupervised(), clusters(), cancelled(), gone())
                .flatMap(s -> s);
    }

    private static Stream<Row> supervised() {
        return Stream.of(
                row(
                        "never started before the Pod's deadline",
                        neverStarted(),
                        null,
                        Reason.START_FAILED,
                        ProgramEnd.NOT_KNOWN),
                row("altered in the cluster", altered(), exited(0), Reason.INVALID_CONFIG, ProgramEnd.NOT_KNOWN),
                row("exit 0", failed(terminated(0, "Completed")), exited(0), Reason.COMPLETED, ProgramEnd.exited(0)),
                row("exit 9", failed(terminated(9, "Error")), exited(9), Reason.NON_ZERO_EXIT, ProgramEnd.exited(9)),
                row(
                        "SIGSEGV",
                        failed(terminated(139, "Error")),
                        signalled("SIGSEGV"),
                        Reason.SIGNALLED,
                        ProgramEnd.signalled("SIGSEGV")),
                row(
                        "own deadline",
                        failed(terminated(124, "Error")),
                        ended(null, "SIGKILL", "deadline"),
                        Reason.DEADLINE_EXCEEDED,
                        ProgramEnd.signalled("SIGKILL")),
                row(
                        "own processor time",
                        failed(terminated(124, "Error")),
                        ended(null, "SIGKILL", "cputime"),
                        Reason.CPU_TIME_EXCEEDED,
                        ProgramEnd.signalled("SIGKILL")),
                row(
                        "not compiled",
                        failed(terminated(122, "Error")),
                        ended(null, null, "notcompiled"),
                        Reason.COMPILE_FAILED,
                        ProgramEnd.NOT_KNOWN),
                row(
                        "not started",
                        failed(terminated(125, "Error")),
                        ended(null, null, "notstarted"),
                        Reason.START_FAILED,
                        ProgramEnd.NOT_KNOWN),
                row(
                        "OOM, exit 0",
                        failed(terminated(0, "OOMKilled")),
                        exited(0),
                        Reason.OOM_KILLED,
                        ProgramEnd.exited(0)),
                row(
                        "OOM, all dead",
                        failed(terminated(137, "OOMKilled")),
                        null,
                        Reason.OOM_KILLED,
                        ProgramEnd.signalled("SIGKILL")),
                row(
                        "OOM, the child alone",
                        failed(terminated(123, "OOMKilled")),
                        signalled("SIGKILL"),
                        Reason.OOM_KILLED,
                        ProgramEnd.signalled("SIGKILL")),
                row(
                        "killed supervisor",
                        failed(terminated(137, "Error")),
                        null,
                        Reason.SIGNALLED,
                        ProgramEnd.signalled("SIGKILL")),
                row(
                        "exit 0, no last frame",
                        failed(terminated(0, "Completed")),
                        null,
                        Reason.UNKNOWN,
                        ProgramEnd.NOT_KNOWN),
                row(
                        "supervisor failed",
                        failed(terminated(121, "Error")),
                        null,
                        Reason.SUPERVISOR_BROKEN,
                        ProgramEnd.NOT_KNOWN),
                row(
                        "stopped, no cause",
                        failed(terminated(143, "Error")),
                        ended(0, null, "stopped"),
                        Reason.SIGNALLED,
                        ProgramEnd.signalled("SIGTERM")));
    }

    private static Stream<Row> unsupervised() {
        return Stream.of(
                row(
                        "plain 0",
                        withoutSupervisor(failed(terminated(0, "Completed"))),
                        null,
                        Reason.COMPLETED,
                        ProgramEnd.exited(0)),
                row(
                        "plain 139",
                        withoutSupervisor(failed(terminated(139, "Error"))),
                        null,
                        Reason.NON_ZERO_EXIT,
                        ProgramEnd.exited(139)),
                row(
                        "plain 137",
                        withoutSupervisor(failed(terminated(137, "Error"))),
                        null,
                        Reason.SIGNALLED,
                        ProgramEnd.signalled("SIGKILL")),
                row(
                        "plain signal",
                        withoutSupervisor(failed(container("{terminated: {exitCode: 139, signal: 11}}"))),
                        null,
                        Reason.SIGNALLED,
                        ProgramEnd.signalled("SIGSEGV")),
                row(
                        "plain, Pod gone",
                        Observed.of(
                                Fixtures.plain(job("{succeeded: 1, conditions: [{type: 'Complete', status: 'True'}]}")),
                                List.of()),
                        null,
                        Reason.COMPLETED,
                        ProgramEnd.exited(0)));
    }

    private static Stream<Row> clusters() {
        String state =
                "containerStatuses: [{name: 'evaluation', state: {terminated: {exitCode: 137, reason: 'Error'}}}]";
        return Stream.of(
                row(
                        "Pod's deadline",
                        failed(pod("{reason: 'DeadlineExceeded', " + state + "}")),
                        null,
                        Reason.DEADLINE_EXCEEDED,
                        ProgramEnd.signalled("SIGKILL")),
                row(
                        "Pod's deadline, stopped",
                        failed(pod("{reason: 'DeadlineExceeded', " + state + "}")),
                        ended(null, "SIGTERM", "stopped"),
                        Reason.DEADLINE_EXCEEDED,
                        ProgramEnd.signalled("SIGTERM")),
                row(
                        "Job's deadline",
                        Observed.of(
                                job(
                                        "{failed: 1, conditions: [{type: 'Failed', status: 'True', reason: 'DeadlineExceeded'}]}"),
                                List.of()),
                        null,
                        Reason.START_FAILED,
                        ProgramEnd.NOT_KNOWN),
                row(
                        "Evicted for its own disk",
                        failed(
                                pod(
                                        "{reason: 'Evicted', message: 'Usage of EmptyDir volume \"tmp\" exceeds the limit \"1Mi\". '}")),
                        null,
                        Reason.DISK_EXCEEDED,
                        ProgramEnd.NOT_KNOWN),
                row(
                        "Evicted",
                        failed(pod("{reason: 'Evicted', message: 'full', " + state + "}")),
                        null,
                        Reason.EVICTED,
                        ProgramEnd.NOT_KNOWN),
                row("drained", failed(disrupted("EvictionByEvictionAPI")), null, Reason.EVICTED, ProgramEnd.NOT_KNOWN),
                row(
                        "tainted",
                        failed(disrupted("DeletionByTaintManager")),
                        null,
                        Reason.NODE_LOST,
                        ProgramEnd.NOT_KNOWN),
                row(
                        "node shut down",
                        failed(pod("{reason: 'Terminated', " + state + "}")),
                        null,
                        Reason.NODE_LOST,
                        ProgramEnd.NOT_KNOWN),
                row(
                        "container unknown",
                        failed(terminated(137, "ContainerStatusUnknown")),
                        null,
                        Reason.NODE_LOST,
                        ProgramEnd.NOT_KNOWN),
                waiting("ErrImagePull", Reason.IMAGE_PULL_FAILED),
                waiting("ImagePullBackOff", Reason.IMAGE_PULL_FAILED),
                waiting("InvalidImageName", Reason.IMAGE_PULL_FAILED),
                waiting("ErrImageNeverPull", Reason.IMAGE_PULL_FAILED),
                waiting("CreateContainerConfigError", Reason.INVALID_CONFIG),
                waiting("CreateContainerError", Reason.INVALID_CONFIG),
                waiting("RunContainerError", Reason.START_FAILED),
                row(
                        "pulling at the deadline",
                        failed(
                                pod(
                                        "{reason: 'DeadlineExceeded', containerStatuses: [{name: 'evaluation', state: {waiting: {reason: 'ErrImagePull'}}}]}")),
                        null,
                        Reason.IMAGE_PULL_FAILED,
                        ProgramEnd.NOT_KNOWN),
                row(
                        "StartError",
                        failed(terminated(128, "StartError")),
                        null,
                        Reason.START_FAILED,
                        ProgramEnd.NOT_KNOWN),
                row(
                        "ContainerCannotRun",
                        failed(terminated(128, "ContainerCannotRun")),
                        null,
                        Reason.START_FAILED,
                        ProgramEnd.NOT_KNOWN),
                row(
                        "no node",
                        active(pod("{conditions: [{type: 'PodScheduled', status: 'False', reason: 'Unschedulable'}]}")),
                        null,
                        Reason.UNSCHEDULABLE,
                        ProgramEnd.NOT_KNOWN),
                row(
                        "no quota",
                        Observed.of(job("{}"), List.of())
                                .withCreateFailure("pods \"x\" is forbidden: exceeded quota: q"),
                        null,
                        Reason.QUOTA_EXCEEDED,
                        ProgramEnd.NOT_KNOWN),
                row(
                        "refused",
                        Observed.of(job("{}"), List.of()).withCreateFailure("violates PodSecurity \"restricted\""),
                        null,
                        Reason.INVALID_CONFIG,
                        ProgramEnd.NOT_KNOWN));
    }

    /** As a kubelet of 1.35 tells it: terminated with 137, though there never was a container. */
    private static Observed neverStarted() {
        return failed(pod("""
                {phase: 'Failed', reason: 'DeadlineExceeded', containerStatuses: [{name: 'evaluation', started: false,
                  state: {terminated: {exitCode: 137, reason: 'ContainerStatusUnknown', startedAt: null, finishedAt: null}}}]}"""));
    }

    /** Whatever it did, it was not the Job that was sent. */
    private static Observed altered() {
        return Observed.of(
                annotated(job("{succeeded: 1}"), "cupel.dev/altered", "/spec/x was added"),
                List.of(terminated(0, "Completed")));
    }

    private static Stream<Row> cancelled() {
        Observed late = failed(terminated(3, "Error"));
        Observed killed = failed(terminated(137, "Error"));
        return Stream.of(
                row(
                        "cancelled",
                        asked(killed, "2026-11-24T10:00:03.9Z"),
                        null,
                        Reason.CANCELLED,
                        ProgramEnd.signalled("SIGKILL")),
                row(
                        "cancelled, stopped",
                        asked(killed, "2026-11-24T10:00:09Z"),
                        ended(0, null, "stopped"),
                        Reason.CANCELLED,
                        ProgramEnd.exited(0)),
                row(
                        "cancelled before start",
                        asked(Observed.of(job("{}"), List.of()), "2026-11-24T10:00:09Z"),
                        null,
                        Reason.CANCELLED,
                        ProgramEnd.NOT_KNOWN),
                row(
                        "cancelled too late",
                        asked(late, "2026-11-24T10:00:04Z"),
                        null,
                        Reason.NON_ZERO_EXIT,
                        ProgramEnd.exited(3)),
                row(
                        "cancelled as it ended",
                        asked(late, "2026-11-24T10:00:01Z"),
                        exited(3),
                        Reason.NON_ZERO_EXIT,
                        ProgramEnd.exited(3)));
    }

    private static Stream<Row> gone() {
        Observed running = active(container("{running: {startedAt: '2026-11-24T10:00:02Z'}}"));
        return Stream.of(
                row("Job deleted", running.withoutJob(), null, Reason.JOB_DELETED, ProgramEnd.NOT_KNOWN),
                row(
                        "Job and Pod deleted",
                        Observed.of(job("{active: 1}"), List.of()).withoutJob(),
                        null,
                        Reason.JOB_DELETED,
                        ProgramEnd.NOT_KNOWN),
                row(
                        "Pod deleted",
                        failed(deleted()),
                        ended(null, "SIGTERM", "stopped"),
                        Reason.JOB_DELETED,
                        ProgramEnd.NOT_KNOWN),
                row(
                        "deleted after its end",
                        failed(terminated(3, "Error")).withoutJob(),
                        null,
                        Reason.NON_ZERO_EXIT,
                        ProgramEnd.exited(3)),
                row(
                        "failed, Pod gone",
                        Observed.of(job("{failed: 1, conditions: [{type: 'Failed', status: 'True'}]}"), List.of()),
                        null,
                        Reason.JOB_DELETED,
                        ProgramEnd.NOT_KNOWN),
                // So a deleted Pod's Job is for a moment (1.35): the Pod is let go before it is counted.
                row(
                        "about to fail, Pod gone and not yet counted",
                        Observed.of(
                                job("{ready: 0, terminating: 0, uncountedTerminatedPods: {failed: ['p-1']},"
                                        + " conditions: [{type: 'FailureTarget', status: 'True'}]}"),
                                List.of()),
                        null,
                        Reason.JOB_DELETED,
                        ProgramEnd.NOT_KNOWN),
                row("still running", running, null, Reason.UNKNOWN, ProgramEnd.NOT_KNOWN));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void saysWhy(Row row) {
        Verdict verdict = Judge.judge(row.seen(), captured(row.last()));

        assertEquals(row.reason(), verdict.reason());
        assertEquals(row.end(), verdict.end());
        assertEquals(row.reason() != Reason.COMPLETED, verdict.message().isPresent());
    }

    @Test
    void hasARowForEveryReason() {
        Set<Reason> tried =
                rows().map(Row::reason).collect(Collectors.toCollection(() -> EnumSet.noneOf(Reason.class)));

        assertEquals(EnumSet.allOf(Reason.class), tried);
    }

    @Test
    void quotesAndCutsWhatTheClusterSays() {
        Observed seen =
                active(container("{waiting: {reason: 'ErrImagePull', message: '%s'}}".formatted("x".repeat(5000))));

        String message = Judge.judge(seen, captured(Optional.empty())).message().orElseThrow();

        assertTrue(message.startsWith("The image could not be had. \"ErrImagePull: xxx"), message);
        assertTrue(message.length() < 400, message);
    }

    @Test
    void judgesTheLastPod() {
        var first = annotatedTime(terminated(137, "Error"), "2026-11-24T09:00:00Z");

        Verdict verdict =
                Judge.judge(Observed.of(job("{}"), List.of(terminated(3, "Error"), first)), captured(Optional.empty()));

        assertEquals(ProgramEnd.exited(3), verdict.end());
    }

    /** With a log that begins as it should. */
    private static Captured captured(Optional<LastFrame> last) {
        return Captured.nothing(Capture.PARTIAL, last, LogCounts.NONE)
                .with(new LogEvidence(true, true, false, 0, Optional.empty()));
    }

    private static ObjectNode annotatedTime(ObjectNode pod, String time) {
        ((ObjectNode) pod.path("metadata")).put("creationTimestamp", time);
        return pod;
    }

    private static Row row(String about, Observed seen, @Nullable FrameWriter last, Reason reason, ProgramEnd end) {
        return new Row(about, seen, Optional.ofNullable(last).map(JudgeTest::lastFrame), reason, end);
    }

    private static Row waiting(String reason, Reason expected) {
        return row(
                reason,
                active(container("{waiting: {reason: '%s'}}".formatted(reason))),
                null,
                expected,
                ProgramEnd.NOT_KNOWN);
    }

    private static Observed asked(Observed seen, String time) {
        return Observed.of(annotated(seen.job().deepCopy(), CANCELLED, time), seen.pods());
    }

    private static ObjectNode disrupted(String reason) {
        return pod("{conditions: [{type: 'DisruptionTarget', status: 'True', reason: '%s'}]}".formatted(reason));
    }

    private static ObjectNode deleted() {
        return annotatedDeletion(terminated(143, "Error"));
    }

    private static ObjectNode annotatedDeletion(ObjectNode pod) {
        ((ObjectNode) pod.path("metadata")).put("deletionTimestamp", "2026-11-24T10:00:33Z");
        return pod;
    }

    private static FrameWriter exited(int code) {
        return ended(code, null, "exited");
    }

    private static FrameWriter signalled(String signal) {
        return ended(null, signal, "signalled");
    }

    private static FrameWriter ended(@Nullable Integer exit, @Nullable String signal, String how) {
        return new FrameWriter(new Random(1), 0).ends(exit, signal, how);
    }

    private static LastFrame lastFrame(FrameWriter writer) {
        byte[] line = writer.terminationMessage().getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        try (Payload payload = new Payload()) {
            return new FrameParser()
                    .parse(line, 0, line.length)
                    .flatMap(frame -> LastFrameReader.read(frame, payload))
                    .orElseThrow();
        }
    }
}
