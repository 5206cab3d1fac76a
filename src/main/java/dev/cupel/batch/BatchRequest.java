package dev.cupel.batch;

import dev.cupel.json.Digest;

/**
 * A line of a file of requests.
 *
 * @param line its number, from 1 on
 * @param digest of its bytes
 * @param json its bytes, without the line's end
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record BatchRequest(long line, Digest digest, byte[] json) {
    /** One that is alone. */
    public static BatchRequest only(byte[] json) {
        return new BatchRequest(1, json);
    }

    BatchRequest(long line, byte[] json) {
        this(line, Digest.of(json), json);
    }
}
