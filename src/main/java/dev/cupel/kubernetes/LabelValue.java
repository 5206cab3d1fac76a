package dev.cupel.kubernetes;

import dev.cupel.json.Bytes;
import dev.cupel.json.Digest;
import java.util.regex.Pattern;

/** Makes any text a label's value (at most {@value #MAX_LENGTH} of {@code [A-Za-z0-9._-]}, alphanumeric at both ends). */
public final class LabelValue {
    public static final int MAX_LENGTH = 63;

    private static final int HASH = 8;

    /** Also of the part of a label's or annotation's key that follows its prefix. */
    public static final String FORM = "[A-Za-z0-9]([-A-Za-z0-9_.]{0," + (MAX_LENGTH - 2) + "}[A-Za-z0-9])?";

    private static final Pattern SAFE = Pattern.compile(FORM);
    private static final Pattern UNSAFE = Pattern.compile("[^A-Za-z0-9_.-]+");
    private static final Pattern UNSAFE_START = Pattern.compile("^[^A-Za-z0-9]+");

    private LabelValue() {}

    /** The text itself where it is a label's value already; else what is left of it, and a hash to tell it apart. */
    public static String of(String text) {
        if (SAFE.matcher(text).matches()) {
            return text;
        }
        String dashed = UNSAFE.matcher(text).replaceAll("-");
        String safe = UNSAFE_START.matcher(dashed).replaceAll("");
        String head = safe.substring(0, Math.min(safe.length(), MAX_LENGTH - HASH - 1));
        String hash = Digest.of(Bytes.utf8(text).toArray()).hex(HASH);
        return head.isEmpty() ? hash : head + "-" + hash;
    }
}
