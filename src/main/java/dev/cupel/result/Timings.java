package dev.cupel.result;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Optional;

/** When things happened, each from the object or frame that knows it; what nobody knows is absent. */
public record Timings(
        Optional<Instant> requestedAt,
        Optional<Instant> submittedAt,
        Optional<Instant> scheduledAt,
        Optional<Instant> startedAt,
        Optional<Instant> finishedAt,
        Instant collectedAt) {
    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("requested_at", text(requestedAt));
        json.put("submitted_at", text(submittedAt));
        json.put("scheduled_at", text(scheduledAt));
        json.put("started_at", text(startedAt));
        json.put("finished_at", text(finishedAt));
        json.put("collected_at", collectedAt.toString());
        return json;
    }

    /** RFC 3339, UTC: what Instant prints is that. */
    private static @org.jspecify.annotations.Nullable String text(Optional<Instant> time) {
        return time.map(Instant::toString).orElse(null);
    }
}
