package dev.cupel.terminal;

import java.util.Arrays;
import java.util.Map;

/** Colours for words that a person looks for. There are none but on a terminal, unless the environment wants them. */
public record Colours(boolean areOn) {
    public static final Colours NONE = new Colours(false);

    private static final String GREEN = "32";
    private static final String RED = "31";
    private static final String YELLOW = "33";

    /** Those of text that goes to all of these. */
    public static Colours of(StandardStream... streams) {
        return of(System.getenv(), Arrays.stream(streams).allMatch(StandardStream::isTerminal));
    }

    /** {@code NO_COLOR} and {@code CLICOLOR_FORCE} as most programs read them; the first one wins. */
    static Colours of(Map<String, String> environment, boolean isTerminal) {
        if (!environment.getOrDefault("NO_COLOR", "").isEmpty()) {
            return NONE;
        }
        String force = environment.getOrDefault("CLICOLOR_FORCE", "");
        boolean isForced = !force.isEmpty() && !force.equals("0");
        return new Colours(isForced || (isTerminal && !isDumb(environment)));
    }

    /** Whether a terminal can only print one line after the other. */
    public static boolean isDumb(Map<String, String> environment) {
        return environment.getOrDefault("TERM", "").equals("dumb");
    }

    /** The word for an outcome; any other word as it is. */
    public String outcome(String word) {
        return switch (word) {
            case "success" -> paint(word, GREEN);
            case "failure" -> paint(word, RED);
            case "error", "rejected", "cancelled" -> paint(word, YELLOW);
            default -> word;
        };
    }

    private String paint(String word, String colour) {
        return areOn ? "\033[" + colour + "m" + word + "\033[0m" : word;
    }
}
