package dev.cupel.kubernetes;

import java.util.regex.Pattern;

/** Which images are meant: {@code *} stands for anything but a slash. */
public record ImagePattern(String text) {
    /** What a pattern is taken for: an {@link ImageReference} with asterisks. */
    public static final Pattern FORM = Pattern.compile("[a-z0-9*][A-Za-z0-9._/:@*-]*");

    public boolean matches(String image) {
        return Pattern.matches(Pattern.quote(text).replace("*", "\\E[^/]*\\Q"), image);
    }
}
