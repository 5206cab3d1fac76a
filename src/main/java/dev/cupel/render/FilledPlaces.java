package dev.cupel.render;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.template.Placeholder;
import dev.cupel.template.Template;
import dev.cupel.template.YamlNode;
import dev.cupel.yaml.YamlPlaces;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;

/**
 * Which scalars of a manifest a request filled: those that stand where its template has a placeholder. The template
 * and the manifest are walked together. What the passes after building put in has no counterpart in the template.
 */
public final class FilledPlaces {
    private final Map<String, List<Placeholder>> filled = new LinkedHashMap<>();

    private FilledPlaces() {}

    /** By the JSON Pointer of the scalar, in the order of the template, the placeholders that stood there. */
    public static Map<String, List<Placeholder>> of(Template template, JsonNode manifest) {
        FilledPlaces places = new FilledPlaces();
        places.walk(template.tree(), manifest, "");
        return places.filled;
    }

    private void walk(YamlNode node, JsonNode made, String pointer) {
        switch (node) {
            case YamlNode.Mapping mapping ->
                mapping.members().forEach((key, value) -> walk(value, made.path(key), YamlPlaces.below(pointer, key)));
            case YamlNode.Sequence sequence -> items(sequence.items(), made, pointer);
            case YamlNode.Text text -> {
                List<Placeholder> there = placeholders(text.value());
                if (!there.isEmpty() && made.isValueNode()) {
                    filled.put(pointer, there);
                }
            }
            case YamlNode.Literal _ -> {}
        }
    }

    /**
     * A placeholder that is a list has become as many items as the others leave; nothing is put into such a list later.
     */
    private void items(List<YamlNode> items, JsonNode made, String pointer) {
        long lists = items.stream().filter(item -> list(item).isPresent()).count();
        long several = lists == 0 ? 0 : (made.size() - (items.size() - lists)) / lists;
        int at = 0;
        for (YamlNode item : items) {
            Optional<Placeholder> list = list(item);
            if (list.isEmpty()) {
                walk(item, made.path(at), pointer + "/" + at);
                at++;
                continue;
            }
            for (long i = 0; i < several; i++, at++) {
                whole(list.get(), made.path(at), pointer + "/" + at);
            }
        }
    }

    private void whole(Placeholder placeholder, JsonNode made, String pointer) {
        if (made.isValueNode()) {
            filled.put(pointer, List.of(placeholder));
        }
        for (int i = 0; made.isArray() && i < made.size(); i++) {
            whole(placeholder, made.path(i), pointer + "/" + i);
        }
        made.properties()
                .forEach(member -> whole(placeholder, member.getValue(), YamlPlaces.below(pointer, member.getKey())));
    }

    private static Optional<Placeholder> list(YamlNode item) {
        return item instanceof YamlNode.Text text
                ? Placeholder.find(text.value()).filter(Placeholder::isList)
                : Optional.empty();
    }

    private static List<Placeholder> placeholders(String text) {
        return Placeholder.PATTERN
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .flatMap(token -> Placeholder.find(token).stream())
                .distinct()
                .toList();
    }
}
