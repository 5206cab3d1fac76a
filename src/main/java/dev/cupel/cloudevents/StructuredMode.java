package dev.cupel.cloudevents;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.json.CanonicalJson;
import dev.cupel.json.StrictJson;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import java.util.Base64;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The structured content mode: a CloudEvent as one JSON object (CloudEvents JSON event format, 1.0.2). */
public final class StructuredMode {
    public static final String MEDIA_TYPE = "application/cloudevents+json";
    public static final String BATCH_MEDIA_TYPE = "application/cloudevents-batch+json";

    private static final Set<String> NAMED =
            Set.of("specversion", "id", "source", "type", "subject", "time", "dataschema", "datacontenttype");

    private StructuredMode() {}

    /**
     * The context of a structured event.
     *
     * @throws Rejected {@code MalformedEvent}
     */
    public static EventContext context(JsonNode event) {
        if (!event.isObject()) {
            throw new Rejected(RejectionReason.MALFORMED_EVENT, "", "a structured event must be a JSON object");
        }
        SortedMap<String, String> attributes = new TreeMap<>();
        for (var member : event.properties()) {
            if (member.getKey().equals("data") || member.getKey().equals("data_base64")) {
                continue;
            }
            if (!member.getValue().isNull()) {
                attributes.put(member.getKey(), text(member.getKey(), member.getValue()));
            }
        }
        return HttpBinding.context(attributes);
    }

    /** An extension may be a boolean or an integer; what CloudEvents itself names is a string. */
    private static String text(String name, JsonNode value) {
        boolean typed = value.isBoolean() || (value.isIntegralNumber() && value.canConvertToInt());
        if (value.isTextual() || (typed && !NAMED.contains(name))) {
            return value.asText();
        }
        throw EventContext.malformed(
                name, NAMED.contains(name) ? "must be a string" : "must be a string, boolean or integer");
    }

    /**
     * The data of a structured event, which must be JSON itself.
     *
     * @throws Rejected {@code MalformedEvent} if there is none, or two
     */
    public static JsonNode data(JsonNode event) {
        if (!event.has("data") && !event.has("data_base64")) {
            throw EventContext.malformed("data", "is required");
        }
        return event.has("data") && !event.has("data_base64") ? event.get("data") : StrictJson.parse(dataBytes(event));
    }

    /**
     * The same as bytes, which nobody has looked at where they came as base64; none if there is no data.
     *
     * @throws Rejected {@code MalformedEvent} if there are two, or base64 that is none
     */
    public static byte[] dataBytes(JsonNode event) {
        JsonNode data = event.get("data");
        JsonNode base64 = event.get("data_base64");
        if (base64 == null) {
            return data == null ? new byte[0] : CanonicalJson.compact(data);
        }
        if (data != null) {
            throw EventContext.malformed("data_base64", "must not stand beside data");
        }
        try {
            return Base64.getDecoder().decode(base64.isTextual() ? base64.textValue() : "!");
        } catch (IllegalArgumentException e) {
            throw EventContext.malformed("data_base64", "must be base64 (RFC 4648, section 4)");
        }
    }

    /** The attributes of an event with its data as bytes. */
    public static ObjectNode encode(EventContext context, byte[] data) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        HttpBinding.attributes(context).forEach(json::put);
        json.put("datacontenttype", "application/json");
        return json.put("data_base64", Base64.getEncoder().encodeToString(data));
    }

    /** The JSON object for this event. */
    public static ObjectNode encode(Event event) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        HttpBinding.attributes(event.context()).forEach(json::put);
        json.put("datacontenttype", "application/json");
        json.set("data", event.data());
        return json;
    }
}
