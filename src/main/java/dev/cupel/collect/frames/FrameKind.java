package dev.cupel.collect.frames;

import java.util.Optional;

/**
 * What a frame holds: a letter and, where there are several runs or files, which one it is of. Those of the only program
 * are shared, so that a log with nothing else makes none.
 */
record FrameKind(char letter, int of) {
    /** Of the only program, or of the log as a whole. */
    static final int ONLY = -2;

    static final int COMPILER = -1;

    private static final int MAX_DIGITS = 4;
    private static final FrameKind[] SHARED = new FrameKind['z' - 'a' + 1];

    static {
        for (char letter = 'a'; letter <= 'z'; letter++) {
            SHARED[letter - 'a'] = new FrameKind(letter, ONLY);
        }
    }

    /** The longest that can be written. */
    static final int MAX_LENGTH = 1 + MAX_DIGITS;

    static FrameKind only(char letter) {
        return SHARED[letter - 'a'];
    }

    /** Reads a letter and, optionally, {@code c} or a number without leading zeros. */
    static Optional<FrameKind> parse(byte[] bytes, int from, int to) {
        byte letter = bytes[from];
        if (letter < 'a' || letter > 'z') {
            return Optional.empty();
        }
        if (to == from + 1) {
            return Optional.of(only((char) letter));
        }
        if (to == from + 2 && bytes[from + 1] == 'c') {
            return Optional.of(new FrameKind((char) letter, COMPILER));
        }
        int number = 0;
        for (int at = from + 1; at < to; at++) {
            if (bytes[at] < '0' || bytes[at] > '9') {
                return Optional.empty();
            }
            number = 10 * number + bytes[at] - '0';
        }
        boolean isPlain = bytes[from + 1] != '0' || to == from + 2;
        return isPlain ? Optional.of(new FrameKind((char) letter, number)) : Optional.empty();
    }

    boolean isOnly() {
        return of == ONLY;
    }

    /** As it is written. */
    @Override
    public String toString() {
        return switch (of) {
            case ONLY -> String.valueOf(letter);
            case COMPILER -> letter + "c";
            default -> letter + Integer.toString(of);
        };
    }
}
