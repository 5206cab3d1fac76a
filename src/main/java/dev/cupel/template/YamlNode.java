package dev.cupel.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A value of a YAML file, with its line and column. */
public sealed interface YamlNode {
    Mark mark();

    /**
     * A place in the file.
     *
     * @param line from 1
     * @param column from 1, in code points
     * @param length how many code points of the line belong to it, at least 1
     */
    record Mark(int line, int column, int length) {
        public Mark(int line, int column) {
            this(line, column, 1);
        }

        /** The same place, of which no more is said than where it begins. */
        public Mark start() {
            return new Mark(line, column);
        }
    }

    /**
     * A mapping. Its keys are strings, in the order of the file.
     *
     * @param keys where each key stands
     */
    record Mapping(Map<String, YamlNode> members, Map<String, Mark> keys, Mark mark) implements YamlNode {
        public Mapping {
            members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
            keys = Map.copyOf(keys);
        }

        /** One without members. */
        static Mapping empty(Mark mark) {
            return new Mapping(Map.of(), Map.of(), mark);
        }

        /** Where a member's key stands. */
        public Mark keyMark(String key) {
            return keys.getOrDefault(key, mark);
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
        return nodeAt(pointer).mark();
    }

    /** The same, but of a mapping's member the place of its key. */
    default Mark keyMarkAt(String pointer) {
        return findKeyMark(pointer).orElseGet(() -> markAt(pointer));
    }

    /** The place of this member's key. If there is no such member, of the nearest around it. */
    default Mark keyMarkAround(String pointer) {
        String around = pointer;
        while (!around.isEmpty()) {
            Optional<Mark> mark = findKeyMark(around);
            if (mark.isPresent() || find(around).isPresent()) {
                return mark.orElseGet(() -> nodeAt(pointer).mark());
            }
            around = around.substring(0, around.lastIndexOf('/'));
        }
        return mark();
    }

    private Optional<Mark> findKeyMark(String pointer) {
        int slash = pointer.lastIndexOf('/');
        return Optional.of(slash)
                .filter(at -> at >= 0)
                .flatMap(at -> find(pointer.substring(0, at)))
                .flatMap(around -> around instanceof Mapping mapping
                        ? Optional.ofNullable(mapping.keys().get(unescape(pointer.substring(slash + 1))))
                        : Optional.empty());
    }

    /** The place of the text or number that begins here, and how long it is. */
    default Mark markFrom(int line, int column) {
        Mark start = new Mark(line, column);
        return switch (this) {
            case Mapping mapping -> longest(mapping.members().values(), start);
            case Sequence sequence -> longest(sequence.items(), start);
            case Text text -> text.mark().start().equals(start) ? text.mark() : start;
            case Literal literal -> literal.mark().start().equals(start) ? literal.mark() : start;
        };
    }

    private static Mark longest(Collection<YamlNode> nodes, Mark start) {
        return nodes.stream()
                .map(node -> node.markFrom(start.line(), start.column()))
                .max(Comparator.comparingInt(Mark::length))
                .orElse(start);
    }

    /** The value at this JSON Pointer, which begins with a slash or is empty. */
    private Optional<YamlNode> find(String pointer) {
        YamlNode node = this;
        for (String token :
                pointer.isEmpty() ? new String[0] : pointer.substring(1).split("/", -1)) {
            YamlNode next = node.next(token);
            if (next == null) {
                return Optional.empty();
            }
            node = next;
        }
        return Optional.of(node);
    }

    private @Nullable YamlNode next(String token) {
        return switch (this) {
            case Mapping mapping -> mapping.members().get(unescape(token));
            case Sequence sequence -> item(sequence, token);
            case Text _, Literal _ -> null;
        };
    }

    private YamlNode nodeAt(String pointer) {
        YamlNode node = this;
        for (String token : pointer.split("/", -1)) {
            YamlNode next = node.next(token);
            node = next == null ? node : next;
        }
        return node;
    }

    private static @Nullable YamlNode item(Sequence sequence, String token) {
        boolean index = !token.isEmpty() && token.length() < 9 && token.chars().allMatch(Character::isDigit);
        return index && Integer.parseInt(token) < sequence.items().size()
                ? sequence.items().get(Integer.parseInt(token))
                : null;
    }

    private static String unescape(String token) {
        return token.replace("~1", "/").replace("~0", "~");
    }
}
