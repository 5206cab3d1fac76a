package dev.cupel.http.door;

import dev.cupel.rejection.Quoted;
import org.jspecify.annotations.Nullable;

/** One {@code name=value} of a line of the log. */
public final class LogField {
    private static final int MAX = 80;

    private LogField() {}

    /** With a space before it; a value that is not plain is quoted and cut. Nothing for no value. */
    public static String field(String name, @Nullable String value) {
        if (value == null || value.isEmpty()) {
            return "";
        }
        boolean plain =
                value.chars().allMatch(c -> c > ' ' && c < 0x7F && c != '"' && c != '=') && value.length() <= MAX;
        return " " + name + "=" + (plain ? value : Quoted.of(value));
    }
}
