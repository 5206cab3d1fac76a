package dev.cupel.cli.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A stream of a result back to its bytes. */
final class PrintedStream {
    private PrintedStream() {}

    /** Those that were kept at its beginning; none if there is no stream. */
    static byte[] of(JsonNode stream) {
        return stream.has("base64")
                ? Base64.getDecoder().decode(stream.path("base64").asText())
                : stream.path("text").asText("").getBytes(StandardCharsets.UTF_8);
    }
}
