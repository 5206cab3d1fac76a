package dev.cupel.cloudevents;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.json.Bytes;
import dev.cupel.json.Digest;
import dev.cupel.rejection.Rejection;
import java.util.Map;

/** A CloudEvent that Cupel sends: its context, and its data as a JSON tree. */
public record Event(EventContext context, JsonNode data) {

    /**
     * The {@code rejected} event that answers {@code cause}. Its id comes from the request's, so that a request told
     * twice is refused with one id.
     */
    public static Event rejected(EventContext request, String subject, Rejection rejection) {
        String id = Digest.ofParts(
                        Bytes.utf8(request.source()).toArray(),
                        Bytes.utf8(request.id()).toArray())
                .hex(32);
        return new Event(
                request.followedBy(
                        rejection.stage(),
                        EventType.REJECTED,
                        id + "-rejected",
                        subject,
                        Map.of(EventContext.REASON, rejection.cause().reason().wireName())),
                rejection.toJson());
    }
}
