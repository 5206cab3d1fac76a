package dev.cupel.cli.run;

import static dev.cupel.collect.Fixtures.failed;
import static dev.cupel.collect.Fixtures.terminated;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.cupel.collect.Links;
import dev.cupel.collect.ResultBuilder;
import dev.cupel.collect.frames.FrameWriter;
import dev.cupel.result.JobFinished;
import dev.cupel.result.Outcome;
import dev.cupel.result.ProgramEnd;
import dev.cupel.result.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The codes of {@code run --raw}, as a shell and timeout(1) have them. */
class RawResultTest {
    private static final String LINE = System.lineSeparator();
    private static final String WORD =
            "cupel: stdout is cut at its output_limit: it was 10 bytes; how it ended: Completed" + LINE;

    @Test
    void aProgramsOwnCodeIsGivenOn() {
        assertEquals(0, RawResult.code(Reason.COMPLETED, ProgramEnd.exited(0)));
        assertEquals(7, RawResult.code(Reason.NON_ZERO_EXIT, ProgramEnd.exited(7)));
    }

    @Test
    void aSignalIs128AndItsNumber() {
        assertEquals(128 + 11, RawResult.code(Reason.SIGNALLED, ProgramEnd.signalled("SIGSEGV")));
        assertEquals(128 + 34, RawResult.code(Reason.SIGNALLED, ProgramEnd.signalled("SIGRTMIN")));
        assertEquals(128 + 9, RawResult.code(Reason.OOM_KILLED, ProgramEnd.NOT_KNOWN));
    }

    @Test
    void aDeadlineIs124WhateverTheProgramMadeOfIt() {
        assertEquals(124, RawResult.code(Reason.DEADLINE_EXCEEDED, ProgramEnd.exited(0)));
        assertEquals(124, RawResult.code(Reason.DEADLINE_EXCEEDED, ProgramEnd.signalled("SIGTERM")));
    }

    /** Cupel's own word stands on a line of its own, after what was written there and nothing else. */
    @Test
    void aWordOfOursBeginsALineAfterWhatIsOnStderr() throws IOException {
        assertEquals("mid-line" + LINE + WORD, stderr("warning\n", "mid-line"));
        assertEquals("line\n" + WORD, stderr("warning", "line\n"));
        assertEquals(WORD, stderr("warning", ""));
    }

    /** Somebody at a terminal would see nothing at all. Elsewhere standard error is the program's alone. */
    @Test
    void aTerminalIsToldOfALimit() throws IOException {
        assertEquals(
                LINE + "cupel: The program was still running when its time was up." + LINE,
                stderr(soFar().ends(null, "SIGKILL", "deadline"), 124, true));
        assertEquals("", stderr(soFar().ends(null, "SIGKILL", "deadline"), 124, false));
        assertEquals("", stderr(soFar().exits(1), 1, true));
    }

    /** Of a program that was compiled, and printed more than is kept. */
    private static String stderr(String compilers, String programs) throws IOException {
        FrameWriter writer = new FrameWriter(new Random(1), 9).run("c", "", compilers, "0");
        writer.stdout("0123456789".getBytes(UTF_8))
                .stderr(programs.getBytes(UTF_8))
                .exits(0);
        return stderr(writer, 0, false);
    }

    private static FrameWriter soFar() {
        return new FrameWriter(new Random(1), 9).stdout("so far".getBytes(UTF_8));
    }

    private static String stderr(FrameWriter writer, int code, boolean isTerminal) throws IOException {
        ResultBuilder kept = ResultBuilder.collect(
                failed(terminated(code, code == 0 ? "Completed" : "Error")),
                Optional.of(new ByteArrayInputStream(writer.log())));
        JobFinished result = kept.build(Instant.EPOCH, ResultBuilder.WHOLE, Links.NONE);
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        new RawResult(result, kept, isTerminal)
                .write(new PrintStream(new ByteArrayOutputStream()), new PrintStream(err, false, UTF_8));
        return err.toString(UTF_8);
    }

    @Test
    void nothingButSuccessIsZero() {
        for (Reason reason : Reason.values()) {
            for (ProgramEnd end : java.util.List.of(ProgramEnd.NOT_KNOWN, ProgramEnd.exited(0))) {
                int code = RawResult.code(reason, end);
                if (reason.outcome() == Outcome.SUCCESS) {
                    assertEquals(0, code);
                } else {
                    assertNotEquals(0, code, reason.wireName());
                }
            }
        }
    }
}
