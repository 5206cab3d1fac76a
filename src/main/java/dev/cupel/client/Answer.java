package dev.cupel.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.rejection.Quoted;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** What a server answered. */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record Answer(int status, byte[] body, Optional<Duration> retryAfter) {
    /** A result may have two streams of 4 MiB, and a set of cases as many bytes in other shapes. */
    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build());

    /** Whether it is of what may pass by itself. */
    public boolean isNotNow() {
        return status == 429 || status == 503;
    }

    /** Whether it comes from what stands before the server, which cannot reach it. */
    public boolean isOfGateway() {
        return status == 502 || status == 504;
    }

    public boolean isSuccess() {
        return status / 100 == 2;
    }

    /** The body, if it is a JSON object. */
    public Optional<ObjectNode> object() {
        try {
            JsonNode json = JSON.readTree(body);
            return json instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** What a problem document says, in a line: {@code InvalidField /timeout: must be …}. */
    public String problem() {
        Optional<ObjectNode> json = object();
        String detail = json.map(some -> some.path("detail").asText()).orElse("");
        if (detail.isEmpty()) {
            return "HTTP status " + status;
        }
        String reason = json.map(some -> some.path("reason").asText()).orElse("");
        String field = json.map(some -> some.path("field").asText()).orElse("");
        String where = reason.isEmpty() ? "" : reason + (field.isEmpty() ? "" : " " + field) + ": ";
        return Quoted.message(where + detail);
    }
}
