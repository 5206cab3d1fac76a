package dev.cupel.template;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.IntStream;

/** How far apart two names are, so that a message can say which one was meant. */
public final class Spelling {
    /** With fewer letters too much begins alike. */
    private static final int SHORT = 4;

    private Spelling() {}

    /** Levenshtein's distance: how many letters to change, add or leave out. */
    public static int distance(String a, String b) {
        int[] row = IntStream.rangeClosed(0, b.length()).toArray();
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0]++;
            for (int j = 1; j <= b.length(); j++) {
                int replace = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replace, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }

    /**
     * The name that was most likely meant: the nearest one, if no more than a third of its letters are others, or it
     * begins so. Capitals do not count.
     */
    public static Optional<String> meant(String name, Collection<String> known) {
        if (name.length() > 100) {
            return Optional.empty();
        }
        String plain = plain(name);
        return known.stream()
                .min(Comparator.<String>comparingInt(other -> apart(plain, plain(other)))
                        .thenComparing(Comparator.naturalOrder()))
                .filter(other -> apart(plain, plain(other)) <= Math.max(1, Math.min(other.length(), 12) / 3));
    }

    private static int apart(String name, String known) {
        return name.length() >= SHORT && known.startsWith(name) ? 1 : distance(name, known);
    }

    private static String plain(String name) {
        return name.toLowerCase(java.util.Locale.ROOT).replace("_", "").replace("-", "");
    }
}
