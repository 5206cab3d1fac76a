package dev.cupel.result;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** What the program took, as its supervisor measured it. */
public record Usage(double wallSeconds, Optional<Double> cpuSeconds, Optional<Long> maxRssBytes) {
    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("wall_seconds", wallSeconds);
        json.put("cpu_seconds", cpuSeconds.orElse(null));
        json.put("max_rss_bytes", maxRssBytes.orElse(null));
        return json;
    }
}
