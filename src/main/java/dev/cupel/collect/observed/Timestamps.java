package dev.cupel.collect.observed;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** Times as Kubernetes writes them, RFC 3339. */
public final class Timestamps {
    private Timestamps() {}

    /** Nothing for what is no time, and for the epoch, which the kubelet writes where it knows none. */
    public static Optional<Instant> find(JsonNode text) {
        try {
            return text.isTextual()
                    ? Optional.of(Instant.parse(text.textValue())).filter(time -> time.isAfter(Instant.EPOCH))
                    : Optional.empty();
        } catch (DateTimeParseException notATime) {
            return Optional.empty();
        }
    }
}
