package dev.cupel.collect.frames;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** Finds frames, {@code @cupel1 SEQ KIND PAYLOAD SEAL}. All frames of a log share its working arrays. */
public final class FrameParser {
    private static final String MARK = "@cupel1 ";

    private static final byte[] PREFIX = MARK.getBytes(ISO_8859_1);
    private static final int SEAL_DIGITS = 32;
    private static final int MAX_SEQ_DIGITS = 8;

    private byte[] base64 = new byte[0];
    private byte[] decoded = new byte[0];

    /** Reads a line without its newline. The frame's payload is valid until the next line is read. */
    public Optional<Frame> parse(byte[] bytes, int from, int to) {
        int sequence = from + PREFIX.length;
        int seal = to - SEAL_DIGITS;
        if (seal - sequence < 7 || !hasPrefix(bytes, from, to)) {
            return Optional.empty();
        }
        int at = sequence;
        int seq = 0;
        while (at - sequence < MAX_SEQ_DIGITS && bytes[at] >= '0' && bytes[at] <= '9') {
            seq = 10 * seq + bytes[at++] - '0';
        }
        boolean plainNumber = at > sequence && (bytes[sequence] != '0' || at == sequence + 1);
        int kind = at + 1;
        int afterKind = kind + 1;
        while (bytes[afterKind] != ' ' && afterKind < kind + FrameKind.MAX_LENGTH) {
            afterKind++;
        }
        int payload = afterKind + 1;
        boolean spaced = payload < seal - 1 && bytes[at] == ' ' && bytes[afterKind] == ' ' && bytes[seal - 1] == ' ';
        if (!plainNumber || !spaced) {
            return Optional.empty();
        }
        Optional<FrameKind> read = FrameKind.parse(bytes, kind, afterKind);
        if (read.isEmpty()) {
            return Optional.empty();
        }
        try {
            ByteBuffer opened = decode(bytes, payload + 1, seal - 1);
            byte[] digits = Arrays.copyOfRange(bytes, seal, to);
            return Optional.of(new Frame(seq, read.get(), (char) bytes[payload], opened, digits, to - from));
        } catch (IllegalArgumentException noBase64) {
            return Optional.empty();
        }
    }

    /** Whether a supervisor has begun to write here: its commitment comes before anything else. */
    public static boolean holdsFirstFrame(String log) {
        return log.contains(MARK + "0 k ");
    }

    /** Whether a line begins as a frame does. */
    static boolean hasPrefix(byte[] bytes, int from, int to) {
        return to - from >= PREFIX.length && Arrays.equals(bytes, from, from + PREFIX.length, PREFIX, 0, PREFIX.length);
    }

    /** The decoder takes whole arrays only; most payloads are of one length. */
    private ByteBuffer decode(byte[] bytes, int from, int to) {
        if (base64.length != to - from) {
            base64 = new byte[to - from];
            decoded = new byte[3 * (base64.length / 4 + 1)];
        }
        System.arraycopy(bytes, from, base64, 0, base64.length);
        return ByteBuffer.wrap(decoded, 0, Base64.getDecoder().decode(base64, decoded));
    }
}
