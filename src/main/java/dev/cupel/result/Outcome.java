package dev.cupel.result;

import java.util.Locale;

/** How a run ended, in CDEvents' words; {@link Reason} says why. */
public enum Outcome {
    /** The program ran and exited with 0. */
    SUCCESS,
    /** The program ran and ended badly. */
    FAILURE,
    /** The program could not be run, or not to its end, through no fault of its own. */
    ERROR,
    /** Someone asked for it to stop. */
    CANCELLED;

    /** The word on the wire, as in {@code success}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
