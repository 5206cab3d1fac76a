package dev.cupel.json;

import dev.cupel.rejection.InvalidValue;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A digest as OCI writes it: {@code sha256:} and 64 lower-case hexadecimal digits. */
public record Digest(String value) {
    private static final int LENGTH = "sha256:".length() + 64;

    /** @throws InvalidValue if it is not */
    public Digest {
        boolean fits = value.length() == LENGTH && value.startsWith("sha256:") && isLowerHex(value, LENGTH - 64);
        if (!fits) {
            throw new InvalidValue("must be sha256: and 64 lower-case hexadecimal digits");
        }
    }

    private static boolean isLowerHex(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
                return false;
            }
        }
        return true;
    }

    /** The digest of these bytes. */
    public static Digest of(byte[] bytes) {
        MessageDigest sha256 = sha256();
        sha256.update(bytes);
        return ended(sha256);
    }

    /** The digest of all parts, each with its length before it. So two different lists never have the same input. */
    public static Digest ofParts(byte[]... parts) {
        MessageDigest sha256 = sha256();
        for (byte[] part : parts) {
            sha256.update(java.nio.ByteBuffer.allocate(Integer.BYTES)
                    .putInt(part.length)
                    .array());
            sha256.update(part);
        }
        return ended(sha256);
    }

    /** The digest of everything that was put into {@code sha256}. */
    static Digest ended(MessageDigest sha256) {
        return new Digest("sha256:" + HexFormat.of().formatHex(sha256.digest()));
    }

    /** The first hexadecimal digits, without {@code sha256:}. */
    public String hex(int digits) {
        return value.substring(7, 7 + digits);
    }

    /** A new SHA-256, which every Java platform has. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
