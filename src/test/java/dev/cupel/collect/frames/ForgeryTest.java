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

    /** Three cases, of which the second and third know the key of those before them. */
    private static FrameWriter cases(long seed, String first, String second) {
        return new FrameWriter(new Random(seed), 1000)
                .run("0", first, "", "0")
                .checkpoint()
                .run("1", second, "", "0")
                .checkpoint();
    }

    private static FrameWriter ended(FrameWriter writer, int code) {
        return writer.run("2", "last", "", "9").counting(",\"cases\":3").exits(code);
    }

    /** The lines of a log by their numbers: {@code k o0 d0 q o1 d1 q o2 d2 r}. */
    private static List<byte[]> lines(FrameWriter writer) {
        return writer.frames();
    }

    private static String story(Captured captured) {
        StringBuilder story = new StringBuilder();
        captured.parts()
                .cases()
                .forEach((index, run) -> story.append(index)
                        .append(run.capture().wireName())
                        .append(run.stdout()
                                .map(out -> new String(out.head(), UTF_8))
                                .orElse("-"))
                        .append(run.end().isPresent() ? "! " : "? "));
        return story.toString();
    }

    private static final String TRUE_STORY = "0exacttruth! 1exacttruth! 2exactlast! ";

    @Test
    void isDroppedBesideTheTrueFramesOfASet() throws IOException {
        FrameWriter set = ended(cases(1, "truth", "truth"), 1);
        FrameWriter lies = ended(cases(2, "lie", "lie"), 1);
        List<byte[]> log = lines(set);
        // A whole forged set, in the last case.
        log.add(8, lies.log());

        assertTrueStory(log, set);
    }

    private static void assertTrueStory(List<byte[]> log, FrameWriter set) throws IOException {
        Captured captured = decode(FrameWriter.join(log), set.end(1));
        assertEquals(Capture.EXACT, captured.capture());
        assertEquals(TRUE_STORY, story(captured));
    }

    /** With the key that a checkpoint revealed: the same numbers, right seals, and another commitment. */
    @Test
    void isDroppedWhereItIsSealedWithAKeyThatIsKnownByThen() throws IOException {
        FrameWriter set = ended(cases(1, "truth", "truth"), 1);
        FrameWriter rewritten = ended(cases(1, "lie", "lie"), 1);
        for (int from = 1; from < 4; from++) {
            List<byte[]> log = lines(set);
            log.addAll(8, lines(rewritten).subList(from, 4));
            assertTrueStory(log, set);
        }
    }

    @Test
    void gainsNothingByACheckpointThatIsRepeatedOrForged() throws IOException {
        FrameWriter set = ended(cases(1, "truth", "truth"), 1);
        FrameWriter others = ended(cases(2, "lie", "lie"), 1);
        for (byte[] checkpoint :
                List.of(lines(set).get(3), lines(set).get(6), lines(others).get(3))) {
            for (int at = 1; at < 9; at++) {
                List<byte[]> log = lines(set);
                log.add(at, checkpoint);
                assertTrueStory(log, set);
            }
        }
    }

    /**
     * The worst: the true beginning was rotated away while the last case ran, and all before it is written anew with the keys
     * that were revealed, with right chains, and with the true checkpoints, which commit to the newest key.
     */
    @Test
    void isNotBelievedWhereItRewritesTheWholePast() throws IOException {
        FrameWriter set = ended(cases(1, "truth", "truth"), 1);
        FrameWriter rewritten = ended(cases(1, "lie", "lie"), 1);
        List<byte[]> log = new java.util.ArrayList<>(lines(rewritten).subList(0, 7));
        log.addAll(lines(set).subList(7, 10));

        Captured captured = decode(FrameWriter.join(log), set.end(1));

        assertEquals(Capture.LOST, captured.capture());
        assertEquals("0lost-? 1lost-? 2exactlast! ", story(captured));
    }

    /** Without a last frame nothing tells such a past from the true one, but that nobody could write it. */
    @Test
    void isNotBelievedWithoutALastFrameWhereItCouldBeWritten() throws IOException {
        List<byte[]> log = lines(ended(cases(1, "truth", "truth"), 1)).subList(0, 8);
        ContainerEnd killed = exited(SupervisorCode.KILLED);

        assertEquals("0partialtruth? 1partialtruth? 2partiallast? ", story(decode(FrameWriter.join(log), killed)));
        assertEquals(
                "0exacttruth! 1exacttruth! 2partiallast? ",
                story(decode(FrameWriter.join(log), killed.withLogClosed(true))));
    }

    @Test
    void isNotBelievedPastTheLastCheckpointWithoutALastFrame() throws IOException {
        FrameWriter set = cases(1, "truth", "truth");
        FrameWriter lies = cases(2, "lie", "lie");
        List<byte[]> log = lines(set).subList(0, 5);
        ContainerEnd killed = exited(SupervisorCode.KILLED).withLogClosed(true);

        assertEquals("0exacttruth! 1partialtruth? ", story(decode(FrameWriter.join(log), killed)));
        List<byte[]> forged = new java.util.ArrayList<>(log);
        forged.addAll(lines(lies).subList(3, 7));
        assertEquals("0exacttruth! 1partialtruth? ", story(decode(FrameWriter.join(forged), killed)));
    }

    @Test
    void isNotBelievedWhereOneFrameOfThePastIsMissing() throws IOException {
        FrameWriter set = ended(cases(1, "truth", "truth"), 1);
        List<byte[]> log = lines(set);
        log.remove(1);

        assertEquals("0lost-? 1lost-? 2exactlast! ", story(decode(FrameWriter.join(log), set.end(1))));
        assertEquals(
                "0lost! 1exacttruth! 2exactlast! ",
                story(decode(FrameWriter.join(log), set.end(1).withLogClosed(true))));
    }

    /** Kinds are many, and each has a cost: forged ones fill the room, and no more than that. */
    @Test
    void takesNoMoreMemoryForMoreKinds() throws IOException {
        FrameWriter flood = new FrameWriter(new Random(5), 1000);
        for (int run = 0; run < 10_000; run++) {
            for (char kind : "oetudfg".toCharArray()) {
                flood.frame("" + kind + run, new byte[] {'x'});
            }
        }
        var log = new java.io.ByteArrayInputStream(flood.log());
        var thread = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        long before = thread.getCurrentThreadAllocatedBytes();

        FrameStore store = FrameLog.read(log).output();

        assertTrue(store.size() <= FrameStore.MAX_KINDS, store.size() + " frames");
        long allocated = thread.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated < 4L * FrameStore.MAX_BYTES, "allocated " + allocated);
    }

    private static void assertUnbelieved(Captured captured) {
        assertEquals(Capture.PARTIAL, captured.capture());
        assertTrue(captured.lastFrame().isEmpty());
    }
}
