package dev.cupel.request;

import dev.cupel.rejection.Rejected;

/** The asker's name for one run: 1 to 253 code points, no control characters. */
public record EvalId(String value) {
    /** @throws Rejected {@code InvalidField} at {@code /eval_id} */
    public EvalId {
        int length = value.codePointCount(0, value.length());
        if (length < 1 || length > 253) {
            throw Rejected.invalid("/eval_id", "must be 1 to 253 characters, has " + length);
        }
        if (value.codePoints().anyMatch(Character::isISOControl)) {
            throw Rejected.invalid("/eval_id", "must not hold control characters");
        }
    }
}
