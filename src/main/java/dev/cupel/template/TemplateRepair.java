package dev.cupel.template;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Removes the faults that lint has reported from a template, so that lint can find those behind them. */
public final class TemplateRepair {
    /** A text that fits wherever a placeholder does not. */
    private static final String NEUTRAL = "x";

    private TemplateRepair() {}

    /** Replaces each mistyped placeholder by the one that was most likely meant. */
    public static Template placeholders(Template template) {
        return texts(
                template,
                text -> new YamlNode.Text(
                        Placeholder.PATTERN
                                .matcher(text.value())
                                .replaceAll(found -> Matcher.quoteReplacement(
                                        Placeholder.nearest(found.group()).token())),
                        text.mark()));
    }

    /** The template with a neutral text at this place. */
    public static Template without(Template template, YamlNode.Mark mark) {
        return texts(
                template,
                text -> text.mark().start().equals(mark.start()) ? new YamlNode.Text(NEUTRAL, text.mark()) : text);
    }

    private static Template texts(Template template, UnaryOperator<YamlNode.Text> change) {
        Set<Placeholder> placeholders = EnumSet.noneOf(Placeholder.class);
        YamlNode.Mapping tree = mapping(template.tree(), text -> {
            YamlNode.Text changed = change.apply(text);
            Pattern pattern = Placeholder.PATTERN;
            pattern.matcher(changed.value())
                    .results()
                    .forEach(found -> Placeholder.find(found.group()).ifPresent(placeholders::add));
            return changed;
        });
        return new Template(template.name(), template.digest(), tree, template.declaration(), placeholders);
    }

    private static YamlNode.Mapping mapping(YamlNode.Mapping mapping, UnaryOperator<YamlNode.Text> change) {
        Map<String, YamlNode> members = new LinkedHashMap<>();
        mapping.members().forEach((key, value) -> members.put(key, node(value, change)));
        return new YamlNode.Mapping(members, mapping.keys(), mapping.mark());
    }

    private static YamlNode node(YamlNode node, UnaryOperator<YamlNode.Text> change) {
        return switch (node) {
            case YamlNode.Mapping mapping -> mapping(mapping, change);
            case YamlNode.Sequence sequence ->
                new YamlNode.Sequence(
                        sequence.items().stream()
                                .map(item -> node(item, change))
                                .toList(),
                        sequence.mark());
            case YamlNode.Text text -> change.apply(text);
            case YamlNode.Literal literal -> literal;
        };
    }

    /** Removes a value of the wrong shape, so that the later passes can go on. */
    public static void remove(ObjectNode job, String pointer) {
        int slash = pointer.lastIndexOf('/');
        if (job.at(pointer.substring(0, slash)) instanceof ObjectNode parent) {
            parent.remove(pointer.substring(slash + 1).replace("~1", "/").replace("~0", "~"));
        }
    }
}
