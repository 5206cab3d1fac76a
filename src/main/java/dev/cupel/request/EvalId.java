package dev.cupel.request;

import dev.cupel.rejection.InvalidValue;

/** The asker's name for one run: 1 to {@value #MAX_LENGTH} code points, no control characters. */
public record EvalId(String value) {
    public static final int MAX_LENGTH = 253;

    /** @throws InvalidValue if it is not */
    public EvalId {
        int length = value.codePointCount(0, value.length());
        if (length < 1 || length > MAX_LENGTH) {
            throw new InvalidValue("must be 1 to " + MAX_LENGTH + " characters, has " + length);
        }
        if (value.codePoints().anyMatch(Character::isISOControl)) {
            throw new InvalidValue("must not hold control characters");
        }
    }
}
