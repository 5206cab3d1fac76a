package dev.cupel.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A value of a YAML file, with its line and column. */
public sealed interface YamlNode {
    Mark mark();

    /** A place in the file; line and column count from 1. */
    record Mark(int line, int column) {}

    /** A mapping. Its keys are strings, in the order of the file. */
    record Mapping(Map<String, YamlNode> members, Mark mark) implements YamlNode {
        public Mapping {
            members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
        }

        public Optional<YamlNode> find(String key) {
            return Optional.ofNullable(members.get(key));
        }
    }

    record Sequence(List<YamlNode> items, Mark mark) implements YamlNode {
        public Sequence {
            items = List.copyOf(items);
        }
    }

    /** A string that may hold placeholders. */
    record Text(String value, Mark mark) implements YamlNode {}

    /** A number, boolean or null. */
    record Literal(JsonNode value, Mark mark) implements YamlNode {}

    /** The same values as a JSON tree, with the placeholders unfilled. */
    default JsonNode toJson() {
        return switch (this) {
            case Mapping mapping -> {
                var object = JsonNodeFactory.instance.objectNode();
                mapping.members().forEach((key, value) -> object.set(key, value.toJson()));
                yield object;
            }
            case Sequence sequence -> {
                var array = JsonNodeFactory.instance.arrayNode();
                sequence.items().forEach(item -> array.add(item.toJson()));
                yield array;
            }
            case Text text -> JsonNodeFactory.instance.textNode(text.value());
            case Literal literal -> literal.value();
        };
    }

    /**
     * The place of the value at this JSON Pointer. If there is no such value, the place of the nearest one around it.
     */
    default Mark markAt(String pointer) {
        YamlNode node = this;
        for (String token : pointer.split("/", -1)) {
            YamlNode next = switch (node) {
                case Mapping mapping -> mapping.members().get(unescape(token));
                case Sequence sequence -> item(sequence, token);
                case Text _, Literal _ -> null;
            };
            node = next == null ? node : next;
        }
        return node.mark();
    }

    private static @org.jspecify.annotations.Nullable YamlNode item(Sequence sequence, String token) {
        boolean index = !token.isEmpty() && token.length() < 9 && token.chars().allMatch(Character::isDigit);
        return index && Integer.parseInt(token) < sequence.items().size()
                ? sequence.items().get(Integer.parseInt(token))
                : null;
    }

    private static String unescape(String token) {
        return token.replace("~1", "/").replace("~0", "~");
    }
}
