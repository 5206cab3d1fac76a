package dev.cupel.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.security.MessageDigest;

/**
 * Digest and size of a tree's canonical JSON (RFC 8785). The JSON itself is not kept.
 *
 * @param digest the digest of its bytes
 * @param bytes how many bytes it has
 */
public record Canonical(Digest digest, long bytes) {
    /** @throws IllegalArgumentException as {@link CanonicalJson#encode} */
    public static Canonical of(JsonNode node) {
        MessageDigest sha256 = Digest.sha256();
        long bytes = CanonicalJson.write(sha256::update, node);
        return new Canonical(Digest.ended(sha256), bytes);
    }
}
