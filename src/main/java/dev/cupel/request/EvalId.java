package dev.cupel.request;

import dev.cupel.rejection.InvalidValue;

/** The asker's name for one run: 1 to {@value #MAX_LENGTH} code points, no control characters. */
public record EvalId(String value) {
    public static final int MAX_LENGTH = 253;

    /** @throws InvalidValue if it is not */
    public EvalId {
        ShortText.check(value, MAX_LENGTH);
    }
}
