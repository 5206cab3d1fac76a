package dev.cupel;

import java.util.Random;
import java.util.function.Consumer;

/** Property tests: many random inputs from one seed ({@code -Dcupel.seed}, else the clock); a failure says how to repeat it. */
public final class Seeded {
    /** What is read in many ways: YAML's, JSON's, Kubernetes', the shell's and the template's own signs. */
    private static final String[] TRICKS = {
        "\n",
        "\r\n",
        "\t",
        "\0",
        "\"",
        "'",
        "\\",
        "$",
        "$$",
        "$(HOME)",
        "${X}",
        "%",
        "%41",
        "#",
        ": ",
        "- ",
        "--- ",
        "...",
        "&a",
        "*a",
        "!!str",
        "<<: ",
        "{}",
        "[",
        "|",
        ">",
        "~",
        "null",
        "yes",
        "0755",
        "1e3",
        "\u0085",
        "\u2028",
        "\uFEFF",
        "\uFFFD",
        "é",
        "漢",
        "😀",
        "\u200B",
        "__CODE__",
        "__EVAL_ID__",
        "__PROGRAM__",
        "__NO",
        " ",
        "  ",
        "spec: {}",
        "/",
        "~1",
        "\u007F",
        "\u001B[31m"
    };

    private Seeded() {}

    /** Runs {@code property} {@code rounds} times. */
    public static void check(int rounds, Consumer<Random> property) {
        long seed = Long.getLong("cupel.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < rounds; round++) {
            try {
                property.accept(random);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("round " + round + "; repeat with -Dcupel.seed=" + seed, e);
            }
        }
    }

    /** Well-formed text of up to so many pieces, tricks among them. */
    public static String text(Random random, int pieces) {
        StringBuilder out = new StringBuilder();
        for (int i = random.nextInt(pieces + 1); i > 0; i--) {
            switch (random.nextInt(4)) {
                case 0 -> out.append(TRICKS[random.nextInt(TRICKS.length)]);
                case 1 -> out.append((char) (' ' + random.nextInt(95)));
                case 2 -> out.append((char) ('a' + random.nextInt(26)));
                default -> out.appendCodePoint(codePoint(random));
            }
        }
        return out.toString();
    }

    /** As {@link #text}, without control characters and not empty. */
    public static String line(Random random, int pieces) {
        String text = text(random, pieces).replaceAll("\\p{Cc}", "");
        return text.isEmpty() ? "x" : text;
    }

    private static int codePoint(Random random) {
        int any = random.nextInt(Character.MAX_CODE_POINT + 1);
        return any >= Character.MIN_SURROGATE && any <= Character.MAX_SURROGATE ? 'x' : any;
    }
}
