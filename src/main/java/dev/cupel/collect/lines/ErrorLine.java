package dev.cupel.collect.lines;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;

/**
 * Looks in a log for the line that says why nothing started. It is the first line that is not blank or, after a Python
 * traceback, the line with the exception.
 */
public final class ErrorLine {
    private static final int LONGEST = 1200;
    private static final String TRACEBACK = "Traceback (most recent call last):";

    private Optional<String> first = Optional.empty();
    private Optional<String> telling = Optional.empty();

    /** Takes a line that is no frame. */
    public void take(byte[] line, int from, int to) {
        if (telling.isPresent()) {
            return;
        }
        String text = new String(line, from, Math.min(to - from, LONGEST), UTF_8);
        if (text.isBlank()) {
            return;
        }
        first = first.or(() -> Optional.of(text));
        telling = Optional.of(text).filter(some -> !some.startsWith(TRACEBACK) && !some.startsWith(" "));
    }

    public Optional<String> text() {
        return telling.or(() -> first);
    }
}
