package dev.cupel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.cupel.result.Outcome;
import dev.cupel.result.ProgramEnd;
import dev.cupel.result.Reason;
import org.junit.jupiter.api.Test;

/** The codes of {@code run --raw}, as a shell and timeout(1) have them. */
class RawResultTest {
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
