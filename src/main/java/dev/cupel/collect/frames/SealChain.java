package dev.cupel.collect.frames;

import dev.cupel.json.Digest;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * The frames of one kind, one after another: each is sealed over the SHA-256 of its own payload and all before it. So one
 * pass over a stream checks its seals and comes to its digest.
 */
final class SealChain {
    private MessageDigest payloads = Digest.sha256();

    /** Adds this payload, whoever wrote it. Returns what its frame must be sealed over. */
    byte[] next(ByteBuffer payload) {
        payloads.update(payload.duplicate());
        return copy(payloads).digest();
    }

    /** Adds this frame if its seal is right; else changes nothing. */
    boolean take(Frame frame, Seal seal) {
        MessageDigest before = copy(payloads);
        if (seal.fits(frame, next(frame.payload()))) {
            return true;
        }
        payloads = before;
        return false;
    }

    /** The SHA-256 of all payloads so far. */
    String sha256() {
        return HexFormat.of().formatHex(copy(payloads).digest());
    }

    private static MessageDigest copy(MessageDigest digest) {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException impossible) {
            throw new IllegalStateException("every Java's SHA-256 can be copied", impossible);
        }
    }
}
