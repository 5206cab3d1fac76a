package dev.cupel.collect.frames;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.cupel.json.Digest;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;

/**
 * Checks seals with one key: the first half, in hexadecimal, of an HMAC-SHA256 over {@code SEQ KIND PACKING} and the 32
 * bytes of a digest, which {@link SealChain} makes of the frame and those before it.
 */
final class Seal {
    private static final byte[] DIGITS = "0123456789abcdef".getBytes(ISO_8859_1);

    private final byte[] key;
    private final Mac mac;
    private final byte[] code = new byte[32];

    Seal(byte[] key) {
        this.key = key;
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
        } catch (NoSuchAlgorithmException | InvalidKeyException impossible) {
            throw new IllegalStateException("every Java has HmacSHA256", impossible);
        }
    }

    /** What the first frame says of the key, before the program exists: its SHA-256, in hexadecimal. */
    byte[] commitment() {
        return HexFormat.of().formatHex(Digest.sha256().digest(key)).getBytes(ISO_8859_1);
    }

    boolean fits(Frame frame, byte[] digest) {
        mac.update((frame.seq() + " " + frame.kind() + " " + frame.packing()).getBytes(ISO_8859_1));
        mac.update(digest);
        try {
            mac.doFinal(code, 0);
        } catch (ShortBufferException impossible) {
            throw new IllegalStateException("a code has 32 bytes", impossible);
        }
        byte[] seal = frame.seal();
        for (int index = 0; index < seal.length / 2; index++) {
            if (seal[2 * index] != DIGITS[code[index] >> 4 & 0xF] || seal[2 * index + 1] != DIGITS[code[index] & 0xF]) {
                return false;
            }
        }
        return true;
    }
}
