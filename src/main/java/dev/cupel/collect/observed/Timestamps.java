package dev.cupel.collect.observed;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** Times as Kubernetes writes them, RFC 3339. */
public final class Timestamps {
    private Timestamps() {}

    /** Empty if it is no time, or if it is the epoch, which the kubelet writes when it knows no time. */
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
