package dev.cupel.json;

/** Writes strings as RFC 8785 spells them, in UTF-8, to a {@link Sink}, a buffer at a time. */
final class CanonicalWriter {
    /** Takes each buffer. It must not keep the array, because the writer uses it again. */
    interface Sink {
        void write(byte[] bytes, int from, int length);
    }

    /** How many bytes one UTF-16 code unit takes at most: {@code \\u001f}. */
    private static final int LONGEST = 6;

    /** How many code units are written before the writer checks the room in the buffer again. */
    private static final int BLOCK = 1024;

    private final Sink sink;
    private final byte[] bytes = new byte[LONGEST * BLOCK];
    private int size;
    private long flushed;

    CanonicalWriter(Sink sink) {
        this.sink = sink;
    }

    /** Writes bytes that are canonical already. */
    void raw(byte[] written) {
        flush();
        sink.write(written, 0, written.length);
        flushed += written.length;
    }

    /** Writes a short text that needs no escape. */
    void ascii(String text) {
        reserve(text.length());
        for (int i = 0; i < text.length(); i++) {
            bytes[size++] = (byte) text.charAt(i);
        }
    }

    /** @throws IllegalArgumentException on an unpaired surrogate */
    void string(String text) {
        ascii("\"");
        for (int from = 0; from < text.length(); ) {
            from = block(text, from, Math.min(text.length(), from + BLOCK));
        }
        ascii("\"");
    }

    /** Writes the characters that begin before {@code to}. Returns where the next one begins. */
    private int block(String text, int from, int to) {
        reserve(LONGEST * (to - from));
        byte[] out = bytes;
        int at = size;
        int i = from;
        while (i < to) {
            char c = text.charAt(i++);
            if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
                out[at++] = (byte) c;
            } else if (c < 0x80) {
                at = escape(c, at);
            } else if (c < 0x800) {
                out[at++] = (byte) (0xC0 | (c >> 6));
                out[at++] = following(c);
            } else if (!Character.isSurrogate(c)) {
                out[at++] = (byte) (0xE0 | (c >> 12));
                out[at++] = following(c >> 6);
                out[at++] = following(c);
            } else {
                at = pair(codePoint(text, i - 1), at);
                i++;
            }
        }
        size = at;
        return i;
    }

    private static int codePoint(String text, int index) {
        int codePoint = text.codePointAt(index);
        if (!Character.isSupplementaryCodePoint(codePoint)) {
            throw new IllegalArgumentException("an unpaired surrogate");
        }
        return codePoint;
    }

    /** A continuation byte of UTF-8, from the lowest six bits. */
    private static byte following(int bits) {
        return (byte) (0x80 | (bits & 0x3F));
    }

    private int pair(int codePoint, int at) {
        bytes[at] = (byte) (0xF0 | (codePoint >> 18));
        bytes[at + 1] = following(codePoint >> 12);
        bytes[at + 2] = following(codePoint >> 6);
        bytes[at + 3] = following(codePoint);
        return at + 4;
    }

    private int escape(char c, int at) {
        byte[] out = bytes;
        out[at] = '\\';
        int letter = "\b\t\n\f\r\"\\".indexOf(c);
        if (letter >= 0) {
            out[at + 1] = (byte) "btnfr\"\\".charAt(letter);
            return at + 2;
        }
        out[at + 1] = 'u';
        out[at + 2] = '0';
        out[at + 3] = '0';
        out[at + 4] = (byte) (c < 0x10 ? '0' : '1');
        out[at + 5] = (byte) Character.forDigit(c & 15, 16);
        return at + 6;
    }

    private void reserve(int more) {
        if (size + more > bytes.length) {
            flush();
        }
    }

    private void flush() {
        sink.write(bytes, 0, size);
        flushed += size;
        size = 0;
    }

    /** Writes the rest. Returns how many bytes there were in all. */
    long finish() {
        flush();
        return flushed;
    }
}
