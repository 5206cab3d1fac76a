package dev.cupel.collect.frames;

import static dev.cupel.collect.frames.FrameDecoderTest.decode;
import static dev.cupel.collect.frames.FrameDecoderTest.exited;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cupel.collect.captured.Captured;
import dev.cupel.collect.captured.SupervisorCode;
import dev.cupel.result.Capture;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A program that writes a whole set of frames of its own, as it can under gVisor, and what else it does to be believed. */
class ForgeryTest {
    private static final byte[] TRUTH = "truth".getBytes(UTF_8);
    private static final byte[] LIE = "lie".getBytes(UTF_8);

    private final FrameWriter honest = new FrameWriter(new Random(1), 1000);
    private final FrameWriter forger = new FrameWriter(new Random(2), 1000).stdout(LIE);

    @Test
    void isDroppedBesideTheTrueFrames() throws IOException {
        honest.stdout(TRUTH);
        List<byte[]> log = honest.frames();
        log.add(forger.exits(0).log());
        log.add(honest.exits(9).frames().getLast());

        Captured captured = decode(FrameWriter.join(log), honest.end(9));

        assertEquals(Capture.EXACT, captured.capture());
        assertArrayEquals(TRUTH, captured.stdout().orElseThrow().head());
    }

    @Test
    void isNotBelievedWhereTheTrueCommitmentWasRotatedAway() throws IOException {
        honest.stdout(TRUTH).exits(9);
        List<byte[]> log = List.of(
                forger.exits(9).log(), honest.frames().get(1), honest.frames().get(2));

        Captured captured = decode(FrameWriter.join(log), honest.end(9));

        assertEquals(Capture.LOST, captured.capture());
        assertArrayEquals(TRUTH, captured.stdout().orElseThrow().head());
    }

    @Test
    void isNotBelievedAfterKillingTheSupervisor() throws IOException {
        forger.exits(0);

        // Rotated, killed, and the termination message written by the forger: all that is left is its own.
        assertUnbelieved(decode(forger.log(), forger.end(SupervisorCode.KILLED)));
        assertUnbelieved(decode(forger.log(), exited(SupervisorCode.KILLED)));
    }

    @Test
    void isNotBelievedWhenItSaysThatItWasKilled() throws IOException {
        assertUnbelieved(decode(forger.signalled("SIGKILL").log(), forger.end(SupervisorCode.KILLED)));

        FrameWriter another = new FrameWriter(new Random(3), 1000).stdout(LIE).exits(SupervisorCode.KILLED);
        assertUnbelieved(decode(another.log(), another.end(SupervisorCode.KILLED)));
    }

    @Test
    void isNotBelievedAfterMakingTheSupervisorFail() throws IOException {
        forger.exits(SupervisorCode.FAILED);

        assertUnbelieved(decode(forger.log(), forger.end(SupervisorCode.FAILED)));
    }

    @Test
    void isNotBelievedWithATerminationMessageAlone() throws IOException {
        honest.stdout(TRUTH);
        forger.exits(1);

        Captured captured = decode(honest.log(), forger.end(1));

        assertEquals(Capture.PARTIAL, captured.capture());
        assertTrue(captured.lastFrame().isEmpty());
    }

    @Test
    void isNotBelievedWhereOnlyTheTerminationMessageCouldBeForged() throws IOException {
        honest.stdout(TRUTH).exits(9);
        forger.exits(9);

        assertNotEquals(Capture.EXACT, decode(honest.log(), forger.end(9)).capture());
        assertNotEquals(
                Capture.EXACT,
                decode(FrameWriter.join(List.of(forger.log(), honest.log())), forger.end(9))
                        .capture());
    }

    @Test
    void leavesAProgramThatKillsItselfItsExactOutput() throws IOException {
        honest.stdout(TRUTH).signalled("SIGKILL");

        assertEquals(
                Capture.EXACT,
                decode(honest.log(), honest.end(SupervisorCode.STAND_IN)).capture());
    }

    private static void assertUnbelieved(Captured captured) {
        assertEquals(Capture.PARTIAL, captured.capture());
        assertTrue(captured.lastFrame().isEmpty());
    }
}
