package dev.cupel.collect.captured;

import dev.cupel.result.ProgramEnd;
import dev.cupel.result.Usage;
import java.time.Instant;
import java.util.Optional;

/**
 * How one run ended: what a {@code d} frame says of it, and of the only program the {@code r} frame.
 *
 * @param error why it could not be started, if so
 * @param isOutOfMemory whether the kernel took a process of the container's for its memory while it ran
 */
public record RunEnd(
        Ended ended,
        ProgramEnd end,
        Totals stdout,
        Totals stderr,
        Usage usage,
        Times times,
        Optional<String> error,
        boolean isOutOfMemory) {

    /** What made it end. */
    public enum Ended {
        EXITED,
        SIGNALLED,
        DEADLINE,
        /** Its processor time was up. */
        CPUTIME,
        /** The kubelet or a canceller sent SIGTERM. */
        STOPPED,
        NOTSTARTED,
        /** The compiler failed, so the program was never there. */
        NOTCOMPILED
    }

    /**
     * One stream.
     *
     * @param bytes all that the program wrote
     * @param sha256 of all of it
     * @param kept how much of its head is in frames
     * @param tail how much of its tail is
     */
    public record Totals(long bytes, String sha256, int kept, int tail) {}

    public record Times(Instant started, Instant finished) {}

    /** Whether it ended well by itself. */
    public boolean isSuccess() {
        return ended == Ended.EXITED && end.equals(ProgramEnd.exited(0));
    }
}
