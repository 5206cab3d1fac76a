package dev.cupel.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;

/** A CloudEvent in binary mode: its attributes and extensions by name, as the {@code ce-} headers have them, and JSON data. */
record Event(Map<String, String> attributes, JsonNode data) {
    Event {
        attributes = Map.copyOf(attributes);
    }

    static Event of(String type, String source, String id, JsonNode data) {
        return new Event(Map.of("specversion", "1.0", "type", type, "source", source, "id", id), data);
    }

    /** The same with one attribute or extension more. */
    Event with(String attribute, String value) {
        Map<String, String> more = new TreeMap<>(attributes);
        more.put(attribute, value);
        return new Event(more, data);
    }

    /** The attribute's value, or "" where the event has none of that name. */
    String get(String attribute) {
        return attributes.getOrDefault(attribute, "");
    }
}
