package dev.cupel.http.runcode;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the fields of a body as pydantic does for SandboxFusion: a number may be a string, other fields are ignored, and
 * all faults are found, not only the first.
 */
final class LaxFields {
    /** Nobody needs more digits. The time to read a number grows with their square. */
    private static final int MAX_DIGITS = 100;

    private final JsonNode object;
    private final List<Fault> faults = new ArrayList<>();

    LaxFields(JsonNode object) {
        this.object = object;
    }

    List<Fault> faults() {
        return List.copyOf(faults);
    }

    /** A number, or what is given for it if it is absent or wrong. */
    BigDecimal number(String name, BigDecimal absent) {
        return number(name, "float", "a valid number", "unable to parse string as a number")
                .orElse(absent);
    }

    BigDecimal whole(String name, BigDecimal absent) {
        BigDecimal number = number(name, "int", "a valid integer", "unable to parse string as an integer")
                .orElse(absent);
        if (!isWhole(number)) {
            add("int_from_float", "Input should be a valid integer, got a number with a fractional part", name);
            return absent;
        }
        return number;
    }

    private static boolean isWhole(BigDecimal number) {
        return number.signum() == 0 || number.stripTrailingZeros().scale() <= 0;
    }

    private Optional<BigDecimal> number(String name, String type, String wanted, String unreadable) {
        JsonNode node = object.get(name);
        if (node == null) {
            return Optional.empty();
        }
        if (node.isNumber()) {
            return Optional.of(node.decimalValue());
        }
        if (node.isBoolean()) {
            return Optional.of(node.booleanValue() ? BigDecimal.ONE : BigDecimal.ZERO);
        }
        if (!node.isTextual()) {
            add(type + "_type", "Input should be " + wanted, name);
            return Optional.empty();
        }
        Optional<BigDecimal> read = read(node.textValue().strip());
        if (read.isEmpty()) {
            add(type + "_parsing", "Input should be " + wanted + ", " + unreadable, name);
        }
        return read;
    }

    private static Optional<BigDecimal> read(String text) {
        if (text.length() > MAX_DIGITS) {
            return Optional.empty();
        }
        try {
            return Optional.of(new BigDecimal(text));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** A text that must be there; empty if it is not. */
    Optional<String> get(String name) {
        JsonNode node = object.get(name);
        if (node == null) {
            add("missing", "Field required", name);
            return Optional.empty();
        }
        return text(node, name);
    }

    /** A text, if it is there and not null. */
    Optional<String> find(String name) {
        JsonNode node = object.get(name);
        return node == null || node.isNull() ? Optional.empty() : text(node, name);
    }

    private Optional<String> text(JsonNode node, Object... place) {
        if (!node.isTextual()) {
            add("string_type", "Input should be a valid string", place);
            return Optional.empty();
        }
        return Optional.of(node.textValue());
    }

    /** An object of texts, without those that are null. */
    Map<String, String> texts(String name) {
        Map<String, String> texts = new LinkedHashMap<>();
        JsonNode node = object.get(name);
        if (node != null && !node.isObject()) {
            add("dict_type", "Input should be a valid dictionary", name);
        } else if (node != null) {
            node.properties().forEach(member -> {
                if (!member.getValue().isNull()) {
                    text(member.getValue(), name, member.getKey()).ifPresent(text -> texts.put(member.getKey(), text));
                }
            });
        }
        return texts;
    }

    /** An array of texts. */
    List<String> list(String name) {
        List<String> list = new ArrayList<>();
        JsonNode node = object.get(name);
        if (node != null && !node.isArray()) {
            add("list_type", "Input should be a valid list", name);
        } else if (node != null) {
            for (int i = 0; i < node.size(); i++) {
                text(node.get(i), name, i).ifPresent(list::add);
            }
        }
        return list;
    }

    void add(String type, String message, Object... place) {
        faults.add(Fault.at(type, message, place));
    }
}
