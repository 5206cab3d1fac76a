package dev.cupel.collect;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Opens payloads: {@code b} and base64, or {@code z} and base64 of zlib. One payload gives at most
 * {@link #MAX_DATA_BYTES}, whatever it claims, so a compressed bomb costs no more than that.
 */
final class Payload implements AutoCloseable {
    /** What one frame may hold. */
    static final int MAX_DATA_BYTES = 12 * 1024;

    private final Inflater inflater = new Inflater();
    private final byte[] data = new byte[MAX_DATA_BYTES + 1];
    private int length;

    /** Decodes into {@link #data()}; false if the payload is not one. */
    boolean open(Frame frame) {
        int from = frame.payloadStart() + 1;
        ByteBuffer encoded = ByteBuffer.wrap(frame.bytes(), from, frame.payloadEnd() - from);
        try {
            return switch (frame.bytes()[from - 1]) {
                case 'b' -> keep(Base64.getDecoder().decode(encoded));
                case 'z' -> inflate(Base64.getDecoder().decode(encoded));
                default -> false;
            };
        } catch (IllegalArgumentException | DataFormatException notOne) {
            return false;
        }
    }

    private boolean keep(ByteBuffer decoded) {
        length = decoded.remaining();
        if (length > MAX_DATA_BYTES) {
            return false;
        }
        decoded.get(data, 0, length);
        return true;
    }

    private boolean inflate(ByteBuffer compressed) throws DataFormatException {
        inflater.reset();
        inflater.setInput(compressed);
        length = 0;
        while (!inflater.finished()) {
            int count = inflater.inflate(data, length, data.length - length);
            length += count;
            if (count == 0 && !inflater.finished()) {
                return false;
            }
        }
        return length <= MAX_DATA_BYTES;
    }

    /** Holds {@link #length()} bytes until the next payload is opened. */
    byte[] data() {
        return data;
    }

    int length() {
        return length;
    }

    @Override
    public void close() {
        inflater.end();
    }
}
