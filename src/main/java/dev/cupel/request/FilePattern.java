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
        ShortText.check(text, MAX_LENGTH);
        if (!RelativePath.staysBelow(text)) {
            throw new InvalidValue("must be relative to the working folder, without empty parts, \".\" or \"..\","
                    + " was " + Quoted.of(text));
        }
    }
}
