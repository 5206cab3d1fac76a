package dev.cupel.json;

/** Finds the first and last whole UTF-8 character in bytes that were cut anywhere. */
public final class Utf8Cut {
    private static final int LONGEST = 4;

    private Utf8Cut() {}

    /** The offset of the first whole character at or after {@code from}; {@code from} itself if none is near. */
    public static int firstWhole(byte[] bytes, int from) {
        int at = from;
        while (at < bytes.length && isContinuation(bytes[at])) {
            at++;
        }
        return at - from < LONGEST ? at : from;
    }

    /** The end of the last whole character before {@code to}; {@code to} itself if nothing is cut there. */
    public static int lastWhole(byte[] bytes, int to) {
        int limit = Math.max(0, to - LONGEST);
        for (int at = to - 1; at >= limit; at--) {
            if (!isContinuation(bytes[at])) {
                return at + length(bytes[at]) > to ? at : to;
            }
        }
        return to;
    }

    private static boolean isContinuation(byte one) {
        return (one & 0xC0) == 0x80;
    }

    private static int length(byte first) {
        if ((first & 0x80) == 0) {
            return 1;
        }
        if ((first & 0xE0) == 0xC0) {
            return 2;
        }
        return (first & 0xF0) == 0xE0 ? 3 : LONGEST;
    }
}
