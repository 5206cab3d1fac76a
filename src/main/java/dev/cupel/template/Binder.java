package dev.cupel.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.event.Rejected;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;

/**
 * The {@code template} strategy: fills the placeholders of a parsed template, scalar by scalar and typed. A value never
 * leaves its scalar, whatever it holds, since it is put into a tree and not into text (Tekton Triggers, issues 675 and
 * 942, tell what text substitution does).
 */
public final class Binder implements JobBuilder {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** What the place of a scalar asks of its value. */
    private enum Place {
        PLAIN,
        /** Always a string, as it is. */
        ANNOTATION,
        /** Always a string, in a label's safe form. */
        LABEL,
        /** Always a string, and Kubernetes expands {@code $}. */
        EXPANDED
    }

    @Override
    public ObjectNode build(Template template, JobValues values) {
        return bindMapping(new Binding(template, values), template.tree(), Place.PLAIN, "");
    }

    private record Binding(Template template, JobValues values) {}

    private ObjectNode bindMapping(Binding binding, YamlNode.Mapping mapping, Place place, String key) {
        ObjectNode object = JSON.objectNode();
        mapping.members()
                .forEach((name, value) -> object.set(name, bind(binding, value, placeOf(place, key, name), name)));
        return object;
    }

    private static Place placeOf(Place around, String parent, String name) {
        if (around == Place.ANNOTATION || around == Place.LABEL) {
            return around; // whatever the key is called
        }
        return switch (name) {
            case "labels", "matchLabels" -> Place.LABEL;
            case "annotations" -> Place.ANNOTATION;
            case "command", "args" -> Place.EXPANDED;
            case "value" -> parent.equals("env") ? Place.EXPANDED : around;
            default -> around;
        };
    }

    private JsonNode bind(Binding binding, YamlNode node, Place place, String key) {
        return switch (node) {
            case YamlNode.Mapping mapping -> bindMapping(binding, mapping, place, key);
            case YamlNode.Sequence sequence -> bindSequence(binding, sequence, place, key);
            case YamlNode.Literal literal -> literal.value();
            case YamlNode.Text text -> bindText(binding, text, place);
        };
    }

    /** {@code __PROGRAM__} and {@code __ENV__} become as many items as they have. */
    private ArrayNode bindSequence(Binding binding, YamlNode.Sequence sequence, Place place, String key) {
        ArrayNode array = JSON.arrayNode();
        for (YamlNode item : sequence.items()) {
            Optional<Placeholder> whole = whole(item);
            if (whole.equals(Optional.of(Placeholder.PROGRAM)) && place == Place.EXPANDED) {
                arguments(binding.values().program()).forEach(array::add);
            } else if (whole.equals(Optional.of(Placeholder.ENV)) && key.equals("env")) {
                array.addAll(environment(binding.values().env()));
            } else {
                array.add(bind(binding, item, place, key));
            }
        }
        return array;
    }

    static List<String> arguments(List<String> texts) {
        return texts.stream().map(Expansion::escape).toList();
    }

    static List<ObjectNode> environment(Map<String, String> env) {
        return env.entrySet().stream()
                .map(entry ->
                        JSON.objectNode().put("name", entry.getKey()).put("value", Expansion.escape(entry.getValue())))
                .toList();
    }

    private static Optional<Placeholder> whole(YamlNode node) {
        return node instanceof YamlNode.Text text ? Placeholder.find(text.value()) : Optional.empty();
    }

    private JsonNode bindText(Binding binding, YamlNode.Text text, Place place) {
        Optional<Placeholder> whole = whole(text);
        if (whole.isPresent() && place == Place.PLAIN && isNumber(whole.get())) {
            return JSON.numberNode(Integer.parseInt(binding.values().text(whole.get())));
        }
        Matcher matcher = Placeholder.PATTERN.matcher(text.value());
        StringBuilder out = new StringBuilder();
        while (matcher.find()) {
            matcher.appendReplacement(out, "");
            out.append(value(binding, text, matcher.group(), place));
        }
        String filled = matcher.appendTail(out).toString();
        // A label is made safe as a whole: what stands around the placeholder counts to its length.
        return JSON.textNode(place == Place.LABEL ? LabelValue.of(filled) : filled);
    }

    private static boolean isNumber(Placeholder placeholder) {
        return switch (placeholder) {
            case TIMEOUT, DEADLINE, OUTPUT_LIMIT -> true;
            case JOB_NAME,
                    EVAL_ID,
                    CREATED_AT,
                    EXECUTOR_IMAGE,
                    MEMORY_LIMIT,
                    CPU_LIMIT,
                    CODE,
                    PROGRAM,
                    SUPERVISOR,
                    ENV -> false;
        };
    }

    private static String value(Binding binding, YamlNode.Text at, String token, Place place) {
        Placeholder placeholder = Placeholder.find(token).orElseThrow(() -> fault(binding, at, token + " is unknown"));
        if (placeholder == Placeholder.PROGRAM || placeholder == Placeholder.ENV) {
            throw fault(
                    binding,
                    at,
                    token + " must be a whole item of a list: "
                            + (placeholder == Placeholder.ENV ? "of env" : "of command or args"));
        }
        String value = binding.values().text(placeholder);
        return switch (place) {
            case PLAIN, ANNOTATION, LABEL -> value;
            case EXPANDED -> Expansion.escape(value);
        };
    }

    private static Rejected fault(Binding binding, YamlNode at, String message) {
        return Rejected.template(
                new Rejected.Place(
                        binding.template().name().value(),
                        at.mark().line(),
                        at.mark().column()),
                message);
    }
}
