package dev.cupel.template;

import java.util.stream.IntStream;

/** How far apart two names are, so that a message can say which one was meant. */
public final class Spelling {
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
}
