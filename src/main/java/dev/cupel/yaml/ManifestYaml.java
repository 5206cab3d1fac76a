package dev.cupel.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A manifest as the YAML that {@code kubectl apply} takes: the seed note's "dump exact YAML". Every string is quoted but
 * for plain words, since YAML 1.1 and 1.2 readers differ on what else is a string; program text stands as a block.
 */
public final class ManifestYaml {
    /** Words that no YAML reader takes for a number, boolean, null or date. */
    private static final Pattern WORD =
            Pattern.compile("(?!(?i:y|n|yes|no|on|off|true|false|null|nan|inf)$)[A-Za-z][A-Za-z0-9_./-]*");

    private ManifestYaml() {}

    /** UTF-8 text, keys in the manifest's own order. */
    public static String write(JsonNode manifest) {
        DumperOptions options = new DumperOptions();
        options.setWidth(1_000_000);
        options.setSplitLines(false);
        options.setAllowUnicode(false);
        options.setIndicatorIndent(2);
        options.setIndentWithIndicator(true);
        StringWriter out = new StringWriter();
        new Yaml(options).serialize(node(manifest), out);
        return out.toString();
    }

    private static Node node(JsonNode json) {
        return switch (json.getNodeType()) {
            case OBJECT -> mapping(json);
            case ARRAY -> sequence(json);
            case STRING -> scalar(Tag.STR, json.textValue(), style(json.textValue()));
            case NUMBER -> scalar(json.isIntegralNumber() ? Tag.INT : Tag.FLOAT, json.asText(), ScalarStyle.PLAIN);
            case BOOLEAN -> scalar(Tag.BOOL, json.asText(), ScalarStyle.PLAIN);
            case NULL, BINARY, MISSING, POJO -> scalar(Tag.NULL, "null", ScalarStyle.PLAIN);
        };
    }

    private static Node mapping(JsonNode json) {
        List<NodeTuple> tuples = new ArrayList<>();
        Map<String, JsonNode> members = new LinkedHashMap<>();
        json.properties().forEach(member -> members.put(member.getKey(), member.getValue()));
        members.forEach((key, value) -> tuples.add(new NodeTuple(
                scalar(Tag.STR, key, WORD.matcher(key).matches() ? ScalarStyle.PLAIN : ScalarStyle.DOUBLE_QUOTED),
                node(value))));
        return new MappingNode(Tag.MAP, tuples, tuples.isEmpty() ? FlowStyle.FLOW : FlowStyle.BLOCK);
    }

    private static Node sequence(JsonNode json) {
        List<Node> items = new ArrayList<>();
        json.forEach(item -> items.add(node(item)));
        return new SequenceNode(Tag.SEQ, items, items.isEmpty() ? FlowStyle.FLOW : FlowStyle.BLOCK);
    }

    private static ScalarNode scalar(Tag tag, String value, ScalarStyle style) {
        return new ScalarNode(tag, value, null, null, style);
    }

    private static ScalarStyle style(String text) {
        if (WORD.matcher(text).matches()) {
            return ScalarStyle.PLAIN;
        }
        return isBlock(text) ? ScalarStyle.LITERAL : ScalarStyle.DOUBLE_QUOTED;
    }

    private static boolean isBlock(String text) {
        if (text.indexOf('\n') < 0 || text.startsWith(" ") || text.startsWith("\n") || text.endsWith("\n\n")) {
            return false;
        }
        return !text.contains(" \n")
                && !text.endsWith(" ")
                && text.chars().allMatch(c -> c == '\n' || (c >= ' ' && c <= '~'));
    }
}
