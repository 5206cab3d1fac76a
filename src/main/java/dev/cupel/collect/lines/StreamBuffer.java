package dev.cupel.collect.lines;

import dev.cupel.json.Digest;
import dev.cupel.request.JobRequest;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** Bytes as they are put together; grows to a limit and takes nothing past it. */
public final class StreamBuffer {
    private static final int FULL_FRAME = 12 * 1024;
    private static final int FIRST = 64 * 1024;
    private static final int LARGE = 1024 * 1024;

    private final int limit;
    private final boolean isOneOfMany;
    private byte[] bytes;
    private int size;

    /**
     * @param expected how many bytes will come, if that is known: then nothing is copied twice
     * @param limit how many may come
     */
    public StreamBuffer(int expected, int limit) {
        this(expected, limit, false);
    }

    /** @param isOneOfMany of so many that room for what may not come would be too much */
    public StreamBuffer(int expected, int limit, boolean isOneOfMany) {
        this.limit = limit;
        this.isOneOfMany = isOneOfMany;
        bytes = new byte[Math.clamp(expected, 0, limit)];
    }

    /** Where the data lies now. If it would pass the limit, nothing is taken, and this is empty. */
    public Optional<ByteBuffer> append(ByteBuffer data) {
        int length = data.remaining();
        if (length > limit - size) {
            return Optional.empty();
        }
        if (size + length > bytes.length) {
            grow(size + length);
        }
        data.get(bytes, size, length);
        size += length;
        return Optional.of(ByteBuffer.wrap(bytes, size - length, length));
    }

    /** A full frame is seldom alone. Past a MiB, copying costs more than the memory for the largest stream. */
    private void grow(int needed) {
        if (isOneOfMany) {
            bytes = Arrays.copyOf(bytes, Math.min(limit, Math.max(needed, 2 * bytes.length)));
            return;
        }
        int doubled = Math.max(needed < FULL_FRAME ? needed : FIRST, 2 * bytes.length);
        int roomy = doubled > LARGE && needed <= JobRequest.MAX_OUTPUT_LIMIT
                ? JobRequest.MAX_OUTPUT_LIMIT
                : Math.max(needed, doubled);
        bytes = Arrays.copyOf(bytes, Math.min(limit, roomy));
    }

    public int size() {
        return size;
    }

    /** The bytes; the array itself where it is full. */
    public byte[] toBytes() {
        return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
    }

    public String sha256() {
        MessageDigest digest = Digest.sha256();
        digest.update(bytes, 0, size);
        return HexFormat.of().formatHex(digest.digest());
    }
}
