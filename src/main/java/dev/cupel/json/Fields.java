package dev.cupel.json;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.rejection.InvalidValue;
import dev.cupel.rejection.Pointers;
import dev.cupel.rejection.Quoted;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Reads the fields of one JSON object strictly. It rejects a wrong type, an unknown field and a value out of its
 * limits, with a JSON Pointer, and never guesses, trims or converts. Reading a field makes it known; {@link #end}
 * refuses all others.
 */
public final class Fields {
    private final JsonNode object;
    private final String pointer;
    private final Set<String> known = new LinkedHashSet<>();

    private Fields(JsonNode object, String pointer) {
        this.object = object;
        this.pointer = pointer;
    }

    /** @throws Rejected {@code InvalidType} if it is not an object */
    public static Fields of(JsonNode node, String pointer) {
        if (!node.isObject()) {
            throw wrongType(pointer, "an object", node);
        }
        return new Fields(node, pointer);
    }

    String at(String name) {
        return pointer + "/" + Pointers.escape(name);
    }

    Optional<JsonNode> find(String name) {
        known.add(name);
        return Optional.ofNullable(object.get(name));
    }

    public JsonNode get(String name) {
        return find(name).orElseThrow(() -> new Rejected(RejectionReason.MISSING_FIELD, at(name), "is required"));
    }

    public String getText(String name) {
        return text(get(name), at(name));
    }

    /** A value that is made from a string. If the value finds the string wrong, this field is rejected. */
    public <T> T get(String name, Function<String, T> value) {
        return value(getText(name), at(name), value);
    }

    public <T> Optional<T> find(String name, Function<String, T> value) {
        return findText(name).map(text -> value(text, at(name), value));
    }

    /** Makes a value from a text at {@code pointer}. */
    public static <T> T value(String text, String pointer, Function<String, T> value) {
        try {
            return value.apply(text);
        } catch (InvalidValue e) {
            throw e.at(pointer);
        }
    }

    public Optional<String> findText(String name) {
        return find(name).map(node -> text(node, at(name)));
    }

    /** A whole number from {@code min} to {@code max}, both included. */
    public OptionalInt findInt(String name, int min, int max) {
        Optional<JsonNode> node = find(name);
        return node.isEmpty() ? OptionalInt.empty() : OptionalInt.of(number(node.get(), at(name), min, max));
    }

    public Fields getObject(String name) {
        return of(get(name), at(name));
    }

    /** A number within limits, both included, with at most so many decimals however it is written. */
    public Optional<BigDecimal> findDecimal(String name, int decimals, BigDecimal min, BigDecimal max) {
        return find(name).map(node -> decimal(node, at(name), decimals, min, max));
    }

    public Optional<Boolean> findBoolean(String name) {
        return find(name).map(node -> {
            if (!node.isBoolean()) {
                throw wrongType(at(name), "true or false", node);
            }
            return node.booleanValue();
        });
    }

    /** An array of strings. */
    public Optional<List<String>> findTexts(String name) {
        return find(name).map(node -> items(node, at(name), "strings", Fields::text));
    }

    /** An array of at most that many strings, and of at least one. */
    public Optional<List<String>> findTexts(String name, int max) {
        checkSize(name, max);
        return findTexts(name);
    }

    /** An array of at most that many objects, and of at least one. */
    public Optional<List<Fields>> findObjects(String name, int max) {
        checkSize(name, max);
        return find(name).map(node -> items(node, at(name), "objects", Fields::of));
    }

    private void checkSize(String name, int max) {
        find(name).filter(JsonNode::isArray).ifPresent(array -> {
            if (array.isEmpty()) {
                throw Rejected.invalid(at(name), "must not be empty; leave it out");
            }
            if (array.size() > max) {
                throw new Rejected(
                        RejectionReason.TOO_LARGE,
                        at(name),
                        "must have at most " + max + " entries, has " + array.size());
            }
        });
    }

    private static <T> List<T> items(
            JsonNode array, String pointer, String what, BiFunction<JsonNode, String, T> item) {
        if (!array.isArray()) {
            throw wrongType(pointer, "an array of " + what, array);
        }
        return IntStream.range(0, array.size())
                .mapToObj(i -> item.apply(array.get(i), pointer + "/" + i))
                .toList();
    }

    /** An object of strings, in the order of the JSON. */
    public Map<String, String> findTextMap(String name) {
        Map<String, String> map = new LinkedHashMap<>();
        find(name).ifPresent(node -> {
            Fields members = of(node, at(name));
            node.fieldNames().forEachRemaining(key -> map.put(key, members.getText(key)));
        });
        return map;
    }

    /** An object of contents, in the order of the JSON. */
    public Map<String, Bytes> findContentMap(String name) {
        Map<String, Bytes> map = new LinkedHashMap<>();
        find(name).ifPresent(node -> {
            Fields members = of(node, at(name));
            node.fieldNames().forEachRemaining(key -> map.put(key, content(members.get(key), members.at(key))));
        });
        return map;
    }

    /** A string, or {@code {"base64": …}} for bytes that are not text. */
    public Optional<Bytes> findContent(String name) {
        return find(name).map(node -> content(node, at(name)));
    }

    /** Refuses every field that was not read. */
    public void end() {
        refuseOthers(known);
    }

    /** Refuses every field but these. */
    public void refuseOthers(Collection<String> names) {
        object.fieldNames().forEachRemaining(name -> {
            if (!names.contains(name)) {
                throw new Rejected(
                        RejectionReason.UNKNOWN_FIELD, at(name), "is unknown; known are " + String.join(", ", names));
            }
        });
    }

    private static Bytes content(JsonNode node, String pointer) {
        if (node.isTextual()) {
            return Bytes.utf8(node.textValue());
        }
        if (!node.isObject()) {
            throw wrongType(pointer, "a string or {\"base64\": …}", node);
        }
        Fields fields = of(node, pointer);
        String base64 = fields.getText("base64");
        fields.end();
        try {
            return Bytes.of(Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            throw Rejected.invalid(pointer + "/base64", "must be base64 (RFC 4648, section 4)");
        }
    }

    private static String text(JsonNode node, String pointer) {
        if (!node.isTextual()) {
            throw wrongType(pointer, "a string", node);
        }
        return node.textValue();
    }

    private static int number(JsonNode node, String pointer, int min, int max) {
        if (!node.isIntegralNumber()) {
            throw wrongType(pointer, "an integer", node);
        }
        BigInteger value = node.bigIntegerValue();
        if (value.compareTo(BigInteger.valueOf(min)) < 0 || value.compareTo(BigInteger.valueOf(max)) > 0) {
            throw Rejected.invalid(
                    pointer, "must be " + min + " to " + max + ", was " + Quoted.visible(value.toString()));
        }
        return value.intValue();
    }

    private static BigDecimal decimal(JsonNode node, String pointer, int decimals, BigDecimal min, BigDecimal max) {
        if (!node.isNumber()) {
            throw wrongType(pointer, "a number", node);
        }
        BigDecimal value = node.decimalValue();
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw Rejected.invalid(
                    pointer,
                    "must be " + plain(min) + " to " + plain(max) + ", was " + Quoted.visible(value.toString()));
        }
        if (value.stripTrailingZeros().scale() > decimals) {
            throw Rejected.invalid(
                    pointer, "must have at most " + decimals + " decimals, was " + Quoted.visible(value.toString()));
        }
        return value;
    }

    private static String plain(BigDecimal value) {
        return value.stripTrailingZeros().toPlainString();
    }

    private static Rejected wrongType(String pointer, String wanted, JsonNode was) {
        String found = switch (was.getNodeType()) {
            case OBJECT -> "an object";
            case ARRAY -> "an array";
            case STRING -> "a string";
            case NUMBER -> was.isIntegralNumber() ? "an integer" : "a number that is no integer";
            case BOOLEAN -> was.asText();
            case NULL -> "null";
            case BINARY, MISSING, POJO -> "nothing";
        };
        return new Rejected(RejectionReason.INVALID_TYPE, pointer, "must be " + wanted + ", was " + found);
    }
}
