package dev.cupel.collect.captured;

import dev.cupel.collect.captured.RunEnd.Ended;
import dev.cupel.collect.frames.ContainerEnd;
import dev.cupel.result.ProgramEnd;
import java.util.Optional;

/**
 * What an {@code r} frame says. A program can write one of its own that fits itself: {@link ContainerEnd} tells whether
 * it is the supervisor's.
 *
 * @param seq its own number, which is how many frames came before it
 * @param key the revealed key, 64 hexadecimal digits
 * @param run of the only program, or of the set of cases
 */
public record LastFrame(int seq, String key, RunEnd run, Counts counts) {

    /**
     * What there is besides.
     *
     * @param cases how many of them ended; absent where there are none
     * @param files how many were collected; absent where none were asked for
     * @param filesOmitted how many were not even told
     * @param seals the SHA-256 of the seals of all frames before it
     */
    public record Counts(Optional<Integer> cases, Optional<Integer> files, int filesOmitted, Optional<String> seals) {}

    private static final int UNHEARD_OF = -1;

    public Ended ended() {
        return run.ended();
    }

    public ProgramEnd end() {
        return run.end();
    }

    /** What the supervisor exits with after writing this; below zero if it writes no such thing. */
    public int supervisorExitCode() {
        return switch (ended()) {
            case EXITED -> end().exitCode().orElse(UNHEARD_OF);
            case SIGNALLED -> end().signal().map(LastFrame::codeFor).orElse(UNHEARD_OF);
            case DEADLINE, CPUTIME -> SupervisorCode.DEADLINE;
            case STOPPED -> SupervisorCode.STOPPED;
            case NOTSTARTED -> SupervisorCode.NOT_STARTED;
            case NOTCOMPILED -> SupervisorCode.NOT_COMPILED;
        };
    }

    private static int codeFor(String signal) {
        int number = SignalNames.numberOf(signal).orElse(UNHEARD_OF);
        return number == UNHEARD_OF ? UNHEARD_OF : 128 + number;
    }
}
