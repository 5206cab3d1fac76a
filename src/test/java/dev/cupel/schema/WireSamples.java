package dev.cupel.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.json.Digest;
import dev.cupel.kubernetes.DnsName;
import dev.cupel.kubernetes.JobName;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import dev.cupel.request.TemplateName;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Instances of records that show all that a record writes. The first of a type is followed by others, each of which has one
 * component changed: to the next constant, to nothing, to another text. Each text, number and time is found nowhere else, so
 * that it can be told from what a record writes of its own.
 */
final class WireSamples {
    /** The key of every map, in place of any. */
    static final String ANY_KEY = "*";

    private static final Instant START = Instant.parse("2000-01-01T00:00:00Z");

    /**
     * One of them.
     *
     * @param changed the component that is not as in the first, as in {@code origin.imageId}; empty for the first
     */
    record Sample(Object value, String changed) {
        Sample with(Object holder) {
            return new Sample(holder, changed);
        }
    }

    private final Map<String, List<Sample>> made = new HashMap<>();
    private final Map<JsonNode, ObjectNode> values = new HashMap<>();
    private int last = 1000;

    /** The schema of a value that is a component's, and not the record's own. */
    Optional<ObjectNode> schema(JsonNode value) {
        return Optional.ofNullable(values.get(value)).map(ObjectNode::deepCopy);
    }

    /** @param at where it stands, as in {@code TemplateRef.name} */
    List<Sample> of(Type type, String at) {
        String key = type.getTypeName() + " " + (type instanceof Class<?> found && found.isRecord() ? "" : at);
        List<Sample> known = made.get(key);
        if (known == null) {
            known = List.copyOf(make(type, at));
            made.put(key, known);
        }
        return known;
    }

    private List<Sample> make(Type type, String at) {
        if (type instanceof ParameterizedType generic) {
            return makeGeneric((Class<?>) generic.getRawType(), generic.getActualTypeArguments(), at);
        }
        Class<?> found = (Class<?>) type;
        if (found.isEnum()) {
            return samples(Arrays.asList(found.getEnumConstants()));
        }
        if (found.isSealed()) {
            return Arrays.stream(found.getPermittedSubclasses())
                    .flatMap(one -> of(one, at).stream())
                    .toList();
        }
        return makeValue(found, at).map(WireSamples::samples).orElseGet(() -> makeRecord(found));
    }

    private static List<Sample> samples(List<?> values) {
        return values.stream().map(value -> new Sample(value, "")).toList();
    }

    private List<Sample> makeGeneric(Class<?> type, Type[] of, String at) {
        Function<Object, Object> holder = switch (type.getSimpleName()) {
            case "Optional" -> Optional::of;
            case "List" -> List::of;
            case "Map" -> item -> Map.of(ANY_KEY, item);
            default -> throw new IllegalArgumentException(at + " is a " + type);
        };
        Object none = switch (type.getSimpleName()) {
            case "Optional" -> Optional.empty();
            case "List" -> List.of();
            default -> Map.of();
        };
        return Stream.concat(
                        of(of[of.length - 1], at).stream().map(item -> item.with(holder.apply(item.value()))),
                        Stream.of(new Sample(none, "")))
                .toList();
    }

    /** What is one value in JSON. */
    private Optional<List<?>> makeValue(Class<?> type, String at) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        last++;
        return Optional.ofNullable(
                switch (type.getSimpleName()) {
                    case "String" -> texts(json.objectNode().put("type", "string"), at, at + " changed");
                    case "boolean", "Boolean" -> List.of(false, true);
                    case "int", "Integer" -> {
                        values.put(json.numberNode(last), type("integer"));
                        yield List.of(last, 0);
                    }
                    case "long", "Long" -> {
                        values.put(json.numberNode((long) last), type("integer"));
                        yield List.of((long) last, 0L);
                    }
                    case "double", "Double" -> {
                        values.put(json.numberNode(last + 0.5), type("number"));
                        yield List.of(last + 0.5, 0.0);
                    }
                    case "Instant" -> {
                        Instant time = START.plusSeconds(last);
                        texts(type("string").put("format", "date-time"), time.toString());
                        yield List.of(time, START);
                    }
                    case "JobName" -> {
                        ObjectNode schema = type("string").put("pattern", "^" + DnsName.LABEL.pattern() + "$");
                        yield texts(schema, "job-" + last, "other-" + last).stream()
                                .map(JobName::new)
                                .toList();
                    }
                    case "TemplateName" ->
                        texts(type("string"), "t" + last, "u" + last).stream()
                                .map(TemplateName::new)
                                .toList();
                    case "Digest" -> {
                        Digest one = Digest.of(new byte[] {(byte) last});
                        texts(type("string"), one.value());
                        yield List.of(one, Digest.of(new byte[0]));
                    }
                    case "ObjectNode" -> {
                        ObjectNode one = json.objectNode().put("is", at);
                        values.put(one, type("object"));
                        yield List.of(one, json.objectNode());
                    }
                    case "Rejected" -> rejected();
                    default -> null;
                });
    }

    private static ObjectNode type(String name) {
        return JsonNodeFactory.instance.objectNode().put("type", name);
    }

    private List<String> texts(ObjectNode schema, String... texts) {
        Arrays.stream(texts).forEach(text -> values.put(JsonNodeFactory.instance.textNode(text), schema));
        return List.of(texts);
    }

    /** Not a record, since it is thrown. */
    private List<Rejected> rejected() {
        texts(type("string"), "/field", "/template", "what is wrong", "python");
        values.put(JsonNodeFactory.instance.numberNode(4711), type("integer"));
        values.put(JsonNodeFactory.instance.numberNode(4712), type("integer"));
        List<Rejected> all = new ArrayList<>();
        for (RejectionReason reason : RejectionReason.values()) {
            all.add(new Rejected(reason, "/field", "what is wrong"));
        }
        all.add(new Rejected(RejectionReason.MALFORMED_EVENT, "/template", "what is wrong"));
        all.add(new Rejected(RejectionReason.MALFORMED_EVENT, "/field", ""));
        all.add(Rejected.template(new Rejected.Position("python", 4711, 4712), "what is wrong"));
        return all;
    }

    private List<Sample> makeRecord(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        List<List<Sample>> samples = Arrays.stream(components)
                .map(part -> of(part.getGenericType(), type.getSimpleName() + "." + part.getName()))
                .toList();
        Object[] first = samples.stream().map(all -> all.getFirst().value()).toArray();
        List<Sample> all = new ArrayList<>(List.of(new Sample(create(type, first), "")));
        for (int i = 0; i < first.length; i++) {
            for (Sample other : samples.get(i).subList(1, samples.get(i).size())) {
                Object[] changed = first.clone();
                changed[i] = other.value();
                String name = components[i].getName();
                all.add(new Sample(
                        create(type, changed), other.changed().isEmpty() ? name : name + "." + other.changed()));
            }
        }
        return all;
    }

    private static Object create(Class<?> type, Object[] parts) {
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(Arrays.stream(type.getRecordComponents())
                    .map(RecordComponent::getType)
                    .toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return constructor.newInstance(parts);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("cannot make a " + type, e);
        }
    }
}
