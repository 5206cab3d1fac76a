package dev.cupel.collect;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** The kept bytes of one stream as they are put together; grows to a limit and takes nothing past it. */
final class StreamBuffer {
    /** The most that a request may ask to be kept of one stream. */
    static final int MAX_BYTES = 4 * 1024 * 1024;

    private byte[] bytes;
    private int size;

    /** @param expected how many bytes will come, if that is known: then nothing is copied twice */
    StreamBuffer(long expected) {
        bytes = new byte[Math.clamp(expected, 0, MAX_BYTES)];
    }

    /** False, and nothing taken, where it would pass the limit. */
    boolean append(byte[] data, int length) {
        if (length > MAX_BYTES - size) {
            return false;
        }
        if (size + length > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.min(MAX_BYTES, Math.max(size + length, 2 * bytes.length)));
        }
        System.arraycopy(data, 0, bytes, size, length);
        size += length;
        return true;
    }

    int size() {
        return size;
    }

    /** The bytes; the array itself where it is full. */
    byte[] toBytes() {
        return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
    }

    String sha256() {
        MessageDigest digest = newSha256();
        digest.update(bytes, 0, size);
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
