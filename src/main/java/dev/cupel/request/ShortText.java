package dev.cupel.request;

import dev.cupel.rejection.InvalidValue;

/** Texts that stand in one line of a log: names and patterns. */
final class ShortText {
    private ShortText() {}

    /** @throws InvalidValue if it is not 1 to {@code max} code points long, or holds control characters */
    static void check(String text, int max) {
        int length = text.codePointCount(0, text.length());
        if (length < 1 || length > max) {
            throw new InvalidValue("must be 1 to " + max + " characters, has " + length);
        }
        if (text.codePoints().anyMatch(Character::isISOControl)) {
            throw new InvalidValue("must not hold control characters");
        }
    }
}
