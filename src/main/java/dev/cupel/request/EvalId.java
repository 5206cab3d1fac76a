package dev.cupel.request;

import dev.cupel.rejection.InvalidValue;

/** The asker's name for one run: 1 to 253 code points, no control characters. */
public record EvalId(String value) {
    /** @throws InvalidValue if it is not */
    public EvalId {
        int length = value.codePointCount(0, value.length());
        if (length < 1 || length > 253) {
            throw new InvalidValue("must be 1 to 253 characters, has " + length);
        }
        if (value.codePoints().anyMatch(Character::isISOControl)) {
            throw new InvalidValue("must not hold control characters");
        }
    }
}
