package dev.cupel.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.kubernetes.Quantity;
import dev.cupel.rejection.InvalidValue;
import dev.cupel.rejection.Pointers;
import dev.cupel.rejection.Quoted;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a value in a manifest may be: the building blocks of {@link Policy}. An allow list: what no rule names is refused. */
public sealed interface Rule {
    /**
     * A field that breaks a rule, by its JSON Pointer in the manifest.
     *
     * @param instead what to do about it, where that is known
     */
    record Violation(String pointer, Kind kind, String message, Optional<String> instead) {
        /** What is wrong with it. */
        public enum Kind {
            /** It is there, and must not be. */
            NOT_ALLOWED,
            /** It is not there, and must be. */
            MISSING,
            /** It must be another. */
            VALUE
        }

        public Violation(String pointer, String message) {
            this(pointer, Kind.VALUE, message, Optional.empty());
        }

        private static Violation of(Kind kind, String message, String instead) {
            return new Violation("", kind, message, Optional.of(instead));
        }

        private Violation below(Object token) {
            return new Violation("/" + Pointers.escape(token.toString()) + pointer, kind, message, instead);
        }
    }

    /** Adds to {@code found} all that is wrong with {@code value} and below it, by pointers from {@code value} on. */
    void check(JsonNode value, List<Violation> found);

    /** Checks a member or item: a pointer is made only where something is wrong, for each level around it. */
    private static void checkBelow(Object token, Rule rule, JsonNode value, List<Violation> found) {
        int before = found.size();
        rule.check(value, found);
        for (int i = before; i < found.size(); i++) {
            found.set(i, found.get(i).below(token));
        }
    }

    /**
     * Puts in what the policy asks for and a template may leave out, and writes each value as the API server does.
     *
     * @param value an object or list is changed in place
     * @return what stands in its place
     */
    default JsonNode complete(JsonNode value) {
        return value;
    }

    /** Takes out what no rule names, as the API server's own additions; changes {@code value} in place. */
    default void prune(JsonNode value) {}

    /** This one value and no other. */
    record Exactly(JsonNode only) implements Rule {
        @Override
        public void check(JsonNode value, List<Violation> found) {
            // Numbers are compared by what they say: a tree from fabric8 holds int where one from YAML holds long.
            boolean same = only.isIntegralNumber()
                    ? value.isIntegralNumber() && value.bigIntegerValue().equals(only.bigIntegerValue())
                    : value.equals(only);
            if (!same) {
                found.add(Violation.of(
                        Violation.Kind.VALUE,
                        "must be " + only + ", was " + shown(value),
                        "write " + only + ", or leave the field out"));
            }
        }
    }

    /** One of these strings. */
    record OneOf(Set<String> values) implements Rule {
        @Override
        public void check(JsonNode value, List<Violation> found) {
            if (!value.isTextual() || !values.contains(value.textValue())) {
                String all = String.join(", ", values.stream().sorted().toList());
                found.add(Violation.of(
                        Violation.Kind.VALUE,
                        "must be one of " + all + ", was " + shown(value),
                        "write one of " + all));
            }
        }
    }

    /** A string of this form. */
    record Text(Predicate<String> form, String what) implements Rule {
        Text(Pattern form, String what) {
            this(form.asMatchPredicate(), what);
        }

        @Override
        public void check(JsonNode value, List<Violation> found) {
            if (!value.isTextual() || !form.test(value.textValue())) {
                found.add(Violation.of(
                        Violation.Kind.VALUE, "must be " + what + ", was " + shown(value), "write " + what));
            }
        }
    }

    /** A whole number, limits included. */
    record Whole(long min, long max) implements Rule {
        @Override
        public void check(JsonNode value, List<Violation> found) {
            boolean fits = value.isIntegralNumber()
                    && value.canConvertToLong()
                    && value.longValue() >= min
                    && value.longValue() <= max;
            if (!fits) {
                String wanted = "a whole number from " + min + " to " + max;
                found.add(Violation.of(
                        Violation.Kind.VALUE, "must be " + wanted + ", was " + shown(value), "write " + wanted));
            }
        }
    }

    /** A quantity above zero, at most {@code max}. */
    record Amount(Quantity max) implements Rule {
        @Override
        public void check(JsonNode value, List<Violation> found) {
            String fault = fault(value);
            if (!fault.isEmpty()) {
                found.add(Violation.of(
                        Violation.Kind.VALUE, fault, "write a quantity in quotes, at most \"" + max.text() + "\""));
            }
        }

        @Override
        public JsonNode complete(JsonNode value) {
            if (!value.isTextual()) {
                return value;
            }
            // Of what is no quantity, or too much, the check tells.
            return Quantity.find(value.textValue())
                    .filter(amount -> amount.compareTo(max) <= 0)
                    .map(amount -> amount.canonical().text())
                    .filter(canonical -> !canonical.equals(value.textValue()))
                    .<JsonNode>map(JsonNodeFactory.instance::textNode)
                    .orElse(value);
        }

        private String fault(JsonNode value) {
            if (!value.isTextual()) {
                return "must be a quantity as a string, was " + shown(value);
            }
            try {
                boolean over = new Quantity(value.textValue()).compareTo(max) > 0;
                return over ? "must be at most " + max.text() + ", was " + shown(value) : "";
            } catch (InvalidValue e) {
                return e.text();
            }
        }
    }

    /** A list whose items all follow one rule. */
    record ListOf(int min, int max, Rule item) implements Rule {
        @Override
        public void check(JsonNode value, List<Violation> found) {
            if (!(value instanceof ArrayNode) || value.size() < min || value.size() > max) {
                String size = min == max ? "exactly " + min : min + " to " + max;
                found.add(Violation.of(
                        Violation.Kind.VALUE, "must be a list of " + size + " items", "write a list of " + size));
                return;
            }
            for (int i = 0; i < value.size(); i++) {
                checkBelow(i, item, value.get(i), found);
            }
        }

        @Override
        public JsonNode complete(JsonNode value) {
            if (value instanceof ArrayNode array) {
                for (int i = 0; i < array.size(); i++) {
                    array.set(i, item.complete(array.get(i)));
                }
            }
            return value;
        }

        @Override
        public void prune(JsonNode value) {
            value.forEach(item::prune);
        }
    }

    /**
     * An object with any keys of one form, whose values all follow one rule.
     *
     * @param others keys whose values follow a rule of their own
     */
    record MapOf(Pattern key, Rule value, Map<String, Rule> others) implements Rule {
        MapOf(Pattern key, Rule value) {
            this(key, value, Map.of());
        }

        @Override
        public void check(JsonNode node, List<Violation> found) {
            if (isNoMapping(node, found)) {
                return;
            }
            node.properties().forEach(member -> {
                Rule own = others.get(member.getKey());
                if (own == null && !key.matcher(member.getKey()).matches()) {
                    found.add(Violation.of(
                                    Violation.Kind.NOT_ALLOWED,
                                    "is no allowed key here",
                                    "leave it out, or write a key without a prefix: letters, digits, - and _, at most"
                                            + " 63")
                            .below(member.getKey()));
                }
                checkBelow(member.getKey(), own == null ? value : own, member.getValue(), found);
            });
        }
    }

    /** An object with these fields and no others. */
    record Fields(Map<String, Field> fields) implements Rule {
        public Fields {
            fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        }

        @Override
        public void check(JsonNode node, List<Violation> found) {
            if (isNoMapping(node, found)) {
                return;
            }
            node.properties().forEach(member -> {
                Field field = fields.get(member.getKey());
                if (field == null) {
                    found.add(Violation.of(
                                    Violation.Kind.NOT_ALLOWED,
                                    "is not allowed here",
                                    "leave it out; allowed here are " + String.join(", ", fields.keySet()))
                            .below(member.getKey()));
                    return;
                }
                checkBelow(member.getKey(), field.rule(), member.getValue(), found);
            });
            fields.forEach((name, field) -> {
                if (field.required() && !node.has(name)) {
                    found.add(
                            Violation.of(Violation.Kind.MISSING, "is required: " + field.source(), "add " + name + ":")
                                    .below(name));
                }
            });
        }

        @Override
        public void prune(JsonNode node) {
            if (node instanceof ObjectNode object) {
                object.retain(fields.keySet());
                fields.forEach((name, field) -> field.rule().prune(object.path(name)));
            }
        }

        @Override
        public JsonNode complete(JsonNode node) {
            if (!(node instanceof ObjectNode object)) {
                return node;
            }
            fields.forEach((name, field) -> {
                JsonNode there = object.get(name);
                JsonNode member = there == null ? field.newValue() : there;
                if (member != null) {
                    object.set(name, field.rule().complete(member));
                }
            });
            return node;
        }
    }

    /**
     * A field of an object.
     *
     * @param added what is put in where it is missing
     * @param source where the rule comes from
     */
    record Field(Rule rule, boolean required, Optional<JsonNode> added, String source) {
        private @Nullable JsonNode newValue() {
            return added.isPresent() ? added.get().deepCopy() : null;
        }
    }

    /** Whether {@code value} is not an object; adds this to {@code found}. */
    private static boolean isNoMapping(JsonNode value, List<Violation> found) {
        if (!value.isObject()) {
            found.add(Violation.of(
                    Violation.Kind.VALUE, "must be a mapping, was " + shown(value), "write keys and values below it"));
        }
        return !value.isObject();
    }

    private static String shown(JsonNode value) {
        return value.isTextual()
                ? Quoted.of(value.textValue())
                : value.isContainerNode() ? "a list or mapping" : value.asText();
    }
}
