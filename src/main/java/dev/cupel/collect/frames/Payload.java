package dev.cupel.collect.frames;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Opens payloads: as they are, or by zlib. One payload gives at most {@link #MAX_DATA_BYTES}, whatever it claims, so a
 * compressed bomb costs no more than that.
 */
public final class Payload implements AutoCloseable {
    /** What one frame may hold. */
    static final int MAX_DATA_BYTES = 12 * 1024;

    static final char PLAIN = 'b';
    static final char ZLIB = 'z';

    private @Nullable Inflater inflater;
    private byte[] inflated = new byte[0];

    /** The data of the frame, valid until the next frame is opened. Empty if it cannot be unpacked. */
    Optional<ByteBuffer> open(Frame frame) {
        Optional<ByteBuffer> data = switch (frame.packing()) {
            case PLAIN -> Optional.of(frame.payload());
            case ZLIB -> inflate(frame.payload());
            default -> Optional.empty();
        };
        return data.filter(bytes -> bytes.remaining() <= MAX_DATA_BYTES);
    }

    private Optional<ByteBuffer> inflate(ByteBuffer payload) {
        if (inflater == null) {
            inflater = new Inflater();
            inflated = new byte[MAX_DATA_BYTES + 1];
        }
        inflater.reset();
        inflater.setInput(payload);
        int count = 0;
        try {
            while (!inflater.finished()) {
                int more = inflater.inflate(inflated, count, inflated.length - count);
                count += more;
                if (more == 0 && !inflater.finished()) {
                    return Optional.empty();
                }
            }
        } catch (DataFormatException notOne) {
            return Optional.empty();
        }
        return Optional.of(ByteBuffer.wrap(inflated, 0, count));
    }

    @Override
    public void close() {
        if (inflater != null) {
            inflater.end();
        }
    }
}
