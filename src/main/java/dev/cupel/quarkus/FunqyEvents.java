package dev.cupel.quarkus;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.cloudevents.Event;
import dev.cupel.cloudevents.EventContext;
import io.quarkus.funqy.knative.events.CloudEvent;
import io.quarkus.funqy.knative.events.CloudEventBuilder;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Turns Funqy's events into ours and back. The envelope was checked before, by {@code http.door.EventGate}: Funqy itself takes
 * much that is no CloudEvent.
 *
 * <p>Answers are trees: Funqy writes {@code byte[]} with a JSON media type as a base64 string.
 */
public final class FunqyEvents {
    private FunqyEvents() {}

    /** The context of an event that came in. */
    public static EventContext context(CloudEvent<byte[]> event) {
        TreeMap<String, String> extensions = new TreeMap<>(event.extensions());
        extensions.remove("data_base64"); // Funqy takes this part of a structured event for an extension.
        extensions.values().removeIf(java.util.Objects::isNull);
        return new EventContext(
                event.id(),
                event.source(),
                event.type(),
                Optional.ofNullable(event.subject()),
                Optional.ofNullable(event.time()),
                extensions);
    }

    /** The bytes of an event's data; an empty array if it has none. */
    public static byte[] data(CloudEvent<byte[]> event) {
        byte[] data = event.data();
        return data == null ? new byte[0] : data;
    }

    /** An event that goes out as the answer. */
    public static CloudEvent<JsonNode> answer(Event event) {
        EventContext context = event.context();
        CloudEventBuilder builder = CloudEventBuilder.create()
                .specVersion("1.0")
                .id(context.id())
                .source(context.source())
                .type(context.type())
                .extensions(context.extensions());
        context.subject().ifPresent(builder::subject);
        context.time().ifPresent(builder::time);
        context.dataSchema().ifPresent(builder::dataSchema);
        return builder.build(event.data());
    }
}
