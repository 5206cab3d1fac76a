package dev.cupel.render;

import dev.cupel.json.FixedText;
import dev.cupel.kubernetes.Expansion;
import dev.cupel.kubernetes.LabelValue;
import dev.cupel.rejection.Rejected;
import dev.cupel.template.Placeholder;
import dev.cupel.template.Template;
import dev.cupel.template.YamlNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;

/** Makes a template's tree a {@link Plan}: finds its placeholders, and what their places ask of them. */
final class Planner {
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

    private final Template template;

    Planner(Template template) {
        this.template = template;
    }

    /** @throws Rejected {@code InvalidTemplate} at the first placeholder that cannot stand where it does */
    Plan.Mapping plan() {
        return mapping(template.tree(), Place.PLAIN, "");
    }

    private Plan.Mapping mapping(YamlNode.Mapping mapping, Place place, String key) {
        return new Plan.Mapping(mapping.members().entrySet().stream()
                .map(member -> new Plan.Member(
                        member.getKey(),
                        plan(member.getValue(), placeOf(place, key, member.getKey()), member.getKey())))
                .toList());
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

    private Plan plan(YamlNode node, Place place, String key) {
        return switch (node) {
            case YamlNode.Mapping mapping -> mapping(mapping, place, key);
            case YamlNode.Sequence sequence ->
                new Plan.Sequence(sequence.items().stream()
                        .map(item -> item(item, place, key, sequence.items().size() == 1))
                        .toList());
            case YamlNode.Literal literal -> new Plan.Fixed(literal.value());
            case YamlNode.Text text -> text(text, place);
        };
    }

    /** {@code __SUPERVISOR__}, {@code __PROGRAM__} and {@code __ENV__} become as many items as they have. */
    private Plan item(YamlNode item, Place place, String key, boolean isAlone) {
        Optional<Placeholder> whole =
                item instanceof YamlNode.Text text ? Placeholder.find(text.value()) : Optional.empty();
        if (whole.equals(Optional.of(Placeholder.SUPERVISOR))
                && place == Place.EXPANDED
                && key.equals("command")
                && isAlone) {
            return new Plan.Several(
                    (list, values) -> list.addAll(values.run().supervisor().items()));
        }
        if (whole.equals(Optional.of(Placeholder.PROGRAM)) && place == Place.EXPANDED) {
            return new Plan.Several((list, values) -> values.escapedProgram().forEach(list::add));
        }
        if (whole.equals(Optional.of(Placeholder.ENV)) && key.equals("env")) {
            return new Plan.Several((list, values) -> list.addAll(values.environment()));
        }
        return plan(item, place, key);
    }

    private Plan text(YamlNode.Text text, Place place) {
        Optional<Placeholder> whole = Placeholder.find(text.value());
        if (whole.isPresent() && place == Place.PLAIN && whole.get().isNumber()) {
            return new Plan.Whole(whole.get());
        }
        UnaryOperator<String> each = place == Place.EXPANDED ? Expansion::escape : UnaryOperator.identity();
        // A label is made safe as a whole: what stands around the placeholder counts to its length.
        UnaryOperator<String> all = place == Place.LABEL ? LabelValue::of : UnaryOperator.identity();
        List<String> around = new ArrayList<>();
        List<Placeholder> placeholders = new ArrayList<>();
        StringBuilder literal = new StringBuilder();
        Matcher matcher = Placeholder.PATTERN.matcher(text.value());
        while (matcher.find()) {
            matcher.appendReplacement(literal, "");
            Placeholder placeholder = placeholder(text, matcher.group());
            around.add(literal.toString());
            placeholders.add(placeholder);
            literal.setLength(0);
        }
        around.add(matcher.appendTail(literal).toString());
        return placeholders.isEmpty()
                ? new Plan.Fixed(new FixedText(all.apply(around.getFirst())))
                : new Plan.Text(List.copyOf(around), List.copyOf(placeholders), each, all);
    }

    private Placeholder placeholder(YamlNode.Text at, String token) {
        Placeholder placeholder = Placeholder.find(token).orElseThrow(() -> fault(at, token + " is unknown"));
        if (placeholder.isList()) {
            throw fault(at, token + " must be " + placeOfList(placeholder));
        }
        return placeholder;
    }

    private static String placeOfList(Placeholder list) {
        return switch (list) {
            case SUPERVISOR ->
                "the only item of a container's command, and becomes all of it: command: [\"" + list.token() + "\"]";
            case PROGRAM -> "a whole item of a list: of command or args";
            case ENV -> "a whole item of a list: of env";
            default -> throw new IllegalArgumentException(list + " is no list");
        };
    }

    private Rejected fault(YamlNode at, String message) {
        return Rejected.template(
                new Rejected.Position(
                        template.name().value(), at.mark().line(), at.mark().column()),
                message);
    }
}
