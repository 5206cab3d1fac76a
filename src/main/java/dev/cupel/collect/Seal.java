package dev.cupel.collect;

import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;

/** Checks seals with one key: the first half of an HMAC-SHA256 over {@code SEQ KIND PAYLOAD}, in hexadecimal. */
final class Seal {
    private final Mac mac;
    private final byte[] code = new byte[32];

    Seal(byte[] key) {
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
        } catch (NoSuchAlgorithmException | InvalidKeyException impossible) {
            throw new IllegalStateException("every Java has HmacSHA256", impossible);
        }
    }

    boolean fits(Frame frame) {
        byte[] bytes = frame.bytes();
        mac.update(bytes, frame.start(), frame.payloadEnd() - frame.start());
        try {
            mac.doFinal(code, 0);
        } catch (ShortBufferException impossible) {
            throw new IllegalStateException("a code has 32 bytes", impossible);
        }
        int seal = frame.sealStart();
        for (int index = 0; index < Frame.SEAL_LENGTH / 2; index++) {
            if (bytes[seal + 2 * index] != digit(code[index] >> 4)
                    || bytes[seal + 2 * index + 1] != digit(code[index])) {
                return false;
            }
        }
        return true;
    }

    private static byte digit(int nibble) {
        return (byte) Character.forDigit(nibble & 0xF, 16);
    }
}
