package dev.cupel.collect.captured;

import dev.cupel.collect.frames.ContainerEnd;
import dev.cupel.result.ProgramEnd;
import dev.cupel.result.Usage;
import java.time.Instant;
import java.util.Optional;

/**
 * What an {@code r} frame says. A program can write one of its own that fits itself: {@link ContainerEnd} tells whether
 * it is the supervisor's.
 *
 * @param seq its own number, which is how many frames came before it
 * @param key the revealed key, 64 hexadecimal digits
 * @param error why the program could not be started, if so
 */
public record LastFrame(
        int seq,
        String key,
        Ended ended,
        ProgramEnd end,
        Totals stdout,
        Totals stderr,
        Usage usage,
        Instant started,
        Instant finished,
        Optional<String> error) {

    /** What made the program end. */
    public enum Ended {
        EXITED,
        SIGNALLED,
        DEADLINE,
        /** The kubelet or a canceller sent SIGTERM. */
        STOPPED,
        NOTSTARTED
    }

    /**
     * One stream.
     *
     * @param bytes all that the program wrote
     * @param sha256 of all of it
     * @param kept how much of its head is in frames
     */
    public record Totals(long bytes, String sha256, int kept) {
        /** How many bytes of tail there must be: none where everything was kept. */
        public int tail() {
            return kept == bytes ? 0 : (int) Math.min(CapturedStream.TAIL_BYTES, bytes);
        }
    }

    private static final int UNHEARD_OF = -1;

    /** What the supervisor exits with after writing this; below zero if it writes no such thing. */
    public int supervisorExitCode() {
        return switch (ended) {
            case EXITED -> end.exitCode().orElse(UNHEARD_OF);
            case SIGNALLED -> end.signal().map(LastFrame::codeFor).orElse(UNHEARD_OF);
            case DEADLINE -> SupervisorCode.DEADLINE;
            case STOPPED -> SupervisorCode.STOPPED;
            case NOTSTARTED -> SupervisorCode.NOT_STARTED;
        };
    }

    private static int codeFor(String signal) {
        int number = SignalNames.numberOf(signal).orElse(UNHEARD_OF);
        return number == UNHEARD_OF ? UNHEARD_OF : 128 + number;
    }
}
