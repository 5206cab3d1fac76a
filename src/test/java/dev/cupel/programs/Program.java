package dev.cupel.programs;

import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One program with its request, and what must come back from each place where it may run. */
public final class Program {
    private final String name;
    private final ObjectNode request;
    private final Map<Place, List<Expected>> expected = new EnumMap<>(Place.class);

    private Program(String name, String code) {
        this.name = name;
        this.request = JsonNodeFactory.instance
                .objectNode()
                .put("eval_id", "program: " + name)
                .put("code", code);
    }

    /** @param name what it does, as the rest of the sentence "a program that …" */
    static Program of(String name, String code) {
        return new Program(name, code);
    }

    /** Sets a field of the request. */
    Program with(String field, int value) {
        request.put(field, value);
        return this;
    }

    Program with(String field, String value) {
        request.put(field, value);
        return this;
    }

    Program with(String field, JsonNode value) {
        request.set(field, value);
        return this;
    }

    /** What must come back, wherever nothing else is said. */
    Program gives(Expected result) {
        for (Place place : Place.values()) {
            expected.putIfAbsent(place, new ArrayList<>(List.of(result)));
        }
        return this;
    }

    /** What must come back there; said more than once, any of them. */
    Program givesOn(Place place, Expected result) {
        expected.computeIfAbsent(place, _ -> new ArrayList<>()).add(result);
        return this;
    }

    /** Not run there: see the program's comment. */
    Program butNotOn(Place place) {
        expected.remove(place);
        return this;
    }

    public String name() {
        return name;
    }

    public ObjectNode request() {
        return request.deepCopy();
    }

    public boolean runsOn(Place place) {
        return expected.containsKey(place);
    }

    Set<Place> places() {
        return expected.keySet();
    }

    /** Fails unless {@code result}, the data of a {@code finished} event with all that was kept, is as it must be. */
    public void check(Place place, JsonNode result) {
        List<List<String>> faults = expected.getOrDefault(place, List.of()).stream()
                .map(one -> one.faults(result))
                .toList();
        if (faults.stream().noneMatch(List::isEmpty)) {
            fail("a program that %s, %s: %s%n%s"
                    .formatted(name, place, faults, result.path("message").asText()));
        }
    }
}
