package dev.cupel.collect.observed;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.json.StrictJson;
import dev.cupel.rejection.Rejected;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/** The names of a Job's cases, as its annotation has them: an array, or how many there are, named by their index. */
final class CaseNames {
    private static final int MAX_CASES = 1000;

    private CaseNames() {}

    /** None where the text is neither: only a manifest that Cupel did not render has such. */
    static List<String> parse(String text) {
        JsonNode names;
        try {
            names = StrictJson.parse(text.getBytes(StandardCharsets.UTF_8));
        } catch (Rejected e) {
            return List.of();
        }
        if (names.isInt()) {
            int count = Math.clamp(names.intValue(), 0, MAX_CASES);
            return IntStream.range(0, count).mapToObj(Integer::toString).toList();
        }
        return names.isArray()
                ? StreamSupport.stream(names.spliterator(), false)
                        .limit(MAX_CASES)
                        .map(JsonNode::asText)
                        .toList()
                : List.of();
    }
}
