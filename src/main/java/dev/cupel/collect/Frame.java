package dev.cupel.collect;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.Optional;

/**
 * A line that has the shape of a frame, {@code @cupel1 SEQ KIND PAYLOAD SEAL}. Anyone can write one: only its seal,
 * checked with the right key, says whose it is.
 */
final class Frame {
    static final byte[] PREFIX = "@cupel1 ".getBytes(ISO_8859_1);
    static final int SEAL_LENGTH = 32;
    private static final int MAX_SEQ_DIGITS = 8;

    private final byte[] bytes;
    private final int start;
    private final int payload;
    private final int end;
    private final int seq;

    private Frame(byte[] bytes, int start, int payload, int end, int seq) {
        this.bytes = bytes;
        this.start = start;
        this.payload = payload;
        this.end = end;
        this.seq = seq;
    }

    /** Reads a line without its newline; the frame looks into the very bytes given. */
    static Optional<Frame> parse(byte[] bytes, int from, int to) {
        int sequence = from + PREFIX.length;
        int seal = to - SEAL_LENGTH;
        if (seal - sequence < 7 || !startsWithPrefix(bytes, from)) {
            return Optional.empty();
        }
        int at = sequence;
        int seq = 0;
        while (at - sequence < MAX_SEQ_DIGITS && bytes[at] >= '0' && bytes[at] <= '9') {
            seq = 10 * seq + bytes[at++] - '0';
        }
        boolean plainNumber = at > sequence && (bytes[sequence] != '0' || at == sequence + 1);
        int payload = at + 3;
        boolean spaced = payload < seal - 1 && bytes[at] == ' ' && bytes[at + 2] == ' ' && bytes[seal - 1] == ' ';
        return plainNumber && spaced ? Optional.of(new Frame(bytes, sequence, payload, to, seq)) : Optional.empty();
    }

    private static boolean startsWithPrefix(byte[] bytes, int from) {
        for (int index = 0; index < PREFIX.length; index++) {
            if (bytes[from + index] != PREFIX[index]) {
                return false;
            }
        }
        return true;
    }

    /** The same frame over bytes of its own, in a place that lasts. */
    Frame movedTo(byte[] place, int offset) {
        System.arraycopy(bytes, start, place, offset, length());
        int moved = offset - start;
        return new Frame(place, offset, payload + moved, end + moved, seq);
    }

    boolean isSameAs(Frame other) {
        return Arrays.equals(bytes, start, end, other.bytes, other.start, other.end);
    }

    int length() {
        return end - start;
    }

    int seq() {
        return seq;
    }

    char kind() {
        return (char) bytes[payload - 2];
    }

    byte[] bytes() {
        return bytes;
    }

    /** Where the sealed text begins: {@code SEQ KIND PAYLOAD}. */
    int start() {
        return start;
    }

    int payloadStart() {
        return payload;
    }

    /** Where the payload, and with it the sealed text, ends. */
    int payloadEnd() {
        return end - SEAL_LENGTH - 1;
    }

    int sealStart() {
        return end - SEAL_LENGTH;
    }
}
