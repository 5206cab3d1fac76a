package dev.cupel.rejection;

/** Text from outside, made fit for a message: cut, and with nothing that a log or terminal would act on. */
public final class Quoted {
    private static final int MAX = 80;
    private static final int MAX_MESSAGE = 500;

    private Quoted() {}

    /** In double quotes. */
    public static String of(String text) {
        return '"' + visible(text) + '"';
    }

    /** A sentence of somebody else's, such as a server's or an exception's: without quotes, cut later. */
    public static String message(String text) {
        return visible(text, MAX_MESSAGE);
    }

    public static String visible(String text) {
        return visible(text, MAX);
    }

    private static String visible(String text, int max) {
        if (isPlain(text, max)) {
            return text;
        }
        StringBuilder out = new StringBuilder();
        int[] codePoints = text.codePoints().limit(max + 1L).toArray();
        for (int i = 0; i < Math.min(codePoints.length, max); i++) {
            append(out, codePoints[i]);
        }
        return codePoints.length > max ? out.append('…').toString() : out.toString();
    }

    /** Whether it is to be said as it is: most that is quoted are names. */
    private static boolean isPlain(String text, int max) {
        if (text.length() > max) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
                return false;
            }
        }
        return true;
    }

    private static void append(StringBuilder out, int codePoint) {
        boolean acts = switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
        if (acts) {
            out.append("\\u{").append(Integer.toHexString(codePoint)).append('}');
            return;
        }
        out.appendCodePoint(codePoint);
    }
}
