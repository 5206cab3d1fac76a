package dev.cupel.collect.frames;

import dev.cupel.json.Digest;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;

/** The SHA-256 of the seals of all frames, one after another: what the newest key vouches for of those before it. */
final class SealDigest {
    private final MessageDigest seals = Digest.sha256();

    SealDigest(Optional<Frame> first) {
        first.ifPresent(this::add);
    }

    void add(Frame frame) {
        seals.update(frame.seal());
    }

    String sha256() {
        return HexFormat.of().formatHex(seals.digest());
    }
}
