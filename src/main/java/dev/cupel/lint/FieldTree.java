package dev.cupel.lint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The fields that Kubernetes knows in a Job, by the names of their types. A resource holds them, which a test makes of the
 * client library's model: so lint needs no client, and reads no class of a model.
 */
public final class FieldTree {
    /** The type of the whole. */
    public static final String ROOT = "Job";

    private static final String RESOURCE = "fields.json";

    private final Map<String, Map<String, Type>> types;

    /** What a field holds. */
    public sealed interface Type {
        /** A mapping with the fields of this name. */
        record Fields(String name) implements Type {}

        record ListOf(Type item) implements Type {}

        /** A mapping with any keys. */
        record MapOf(Type value) implements Type {}

        /** A value in itself. */
        enum Scalar implements Type {
            STRING("a string"),
            INTEGER("an integer"),
            NUMBER("a number"),
            BOOLEAN("true or false"),
            QUANTITY("a quantity"),
            INT_OR_STRING("an integer or a string"),
            ANY("anything");

            private final String words;

            Scalar(String words) {
                this.words = words;
            }

            /** For people. */
            public String words() {
                return words;
            }

            /** As the resource has it. */
            public String wireName() {
                return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
            }

            boolean takes(JsonNode value) {
                return switch (this) {
                    case STRING -> value.isTextual();
                    case INTEGER -> value.isIntegralNumber();
                    case NUMBER -> value.isNumber();
                    case BOOLEAN -> value.isBoolean();
                    case QUANTITY -> value.isTextual() || value.isNumber();
                    case INT_OR_STRING -> value.isTextual() || value.isIntegralNumber();
                    case ANY -> true;
                };
            }
        }

        /** {@code [TYPE]} is a list, {@code {TYPE}} a mapping, a capital begins the name of fields. */
        static Type parse(String word) {
            String inner = word.substring(1, Math.max(1, word.length() - 1));
            return switch (word.charAt(0)) {
                case '[' -> new ListOf(parse(inner));
                case '{' -> new MapOf(parse(inner));
                default ->
                    Character.isUpperCase(word.charAt(0))
                            ? new Fields(word)
                            : java.util.Arrays.stream(Scalar.values())
                                    .filter(scalar -> scalar.wireName().equals(word))
                                    .findFirst()
                                    .orElseThrow(() -> new IllegalStateException("no type " + word));
            };
        }
    }

    private FieldTree(Map<String, Map<String, Type>> types) {
        this.types = types;
    }

    /** As this version of Cupel knows them. */
    public static FieldTree read() {
        try (InputStream in = FieldTree.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is missing");
            }
            Map<String, Map<String, Type>> types = new LinkedHashMap<>();
            new ObjectMapper().readTree(in).properties().forEach(type -> {
                Map<String, Type> fields = new LinkedHashMap<>();
                type.getValue()
                        .properties()
                        .forEach(field -> fields.put(
                                field.getKey(), Type.parse(field.getValue().textValue())));
                types.put(type.getKey(), Collections.unmodifiableMap(fields));
            });
            return new FieldTree(types);
        } catch (IOException e) {
            throw new UncheckedIOException(RESOURCE, e);
        }
    }

    /** Of each name the fields. */
    public Map<String, Map<String, Type>> types() {
        return Collections.unmodifiableMap(types);
    }

    /** The fields of this name. */
    Map<String, Type> fields(String type) {
        return types.getOrDefault(type, Map.of());
    }

    /** Where a field of a Job stands that is looked for elsewhere: at the levels that a template has. */
    Optional<String> home(String field) {
        List<String> homes = new ArrayList<>();
        for (Level level : Level.values()) {
            if (fields(level.type).containsKey(field)) {
                homes.add(level.path);
            }
        }
        return homes.stream().findFirst();
    }

    /** The levels of a Job, in the order in which a field is looked for. */
    private enum Level {
        JOB("JobSpec", "/spec"),
        POD("PodSpec", "/spec/template/spec"),
        CONTAINER("Container", "/spec/template/spec/containers/0"),
        METADATA("ObjectMeta", "/metadata");

        private final String type;
        private final String path;

        Level(String type, String path) {
            this.type = type;
            this.path = path;
        }
    }
}
