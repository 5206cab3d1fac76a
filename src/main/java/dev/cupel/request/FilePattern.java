package dev.cupel.request;

import dev.cupel.rejection.InvalidValue;
import dev.cupel.rejection.Quoted;

/**
 * Which files come back: a path below the working folder, in whose parts {@code *}, {@code ?} and {@code […]} stand for
 * what they do in a shell, and {@code **} for any number of folders.
 */
public record FilePattern(String text) {
    /** How many a request or a template may name. */
    public static final int MAX_COUNT = 64;

    private static final int MAX_LENGTH = 255;

    /** @throws InvalidValue if no file of the working folder can be meant */
    public FilePattern {
        int length = text.codePointCount(0, text.length());
        if (length < 1 || length > MAX_LENGTH) {
            throw new InvalidValue("must be 1 to " + MAX_LENGTH + " characters long, has " + length);
        }
        if (text.codePoints().anyMatch(Character::isISOControl)) {
            throw new InvalidValue("must not hold control characters");
        }
        for (String part : text.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                throw new InvalidValue("must be relative to the working folder, without empty parts, \".\" or \"..\","
                        + " was " + Quoted.of(text));
            }
        }
    }
}
