package dev.cupel.yaml;

import java.io.StringReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Where the scalars of a manifest stand in its YAML. The text that {@link ManifestYaml} wrote is read again for that:
 * what a reader finds there is what everybody else finds.
 */
public final class YamlPlaces {
    private final Map<String, Place> places = new HashMap<>();

    private YamlPlaces() {}

    /** From this character of the text up to that one. */
    public record Place(int start, int end) {}

    /** The place of each scalar, by its JSON Pointer. All characters are ASCII, so that everybody counts them alike. */
    public static Map<String, Place> of(String yaml) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(Integer.MAX_VALUE);
        YamlPlaces found = new YamlPlaces();
        found.add(new Yaml(options).compose(new StringReader(yaml)), "");
        return Map.copyOf(found.places);
    }

    private void add(Node node, String pointer) {
        switch (node) {
            case MappingNode mapping -> {
                for (NodeTuple member : mapping.getValue()) {
                    String key = ((ScalarNode) member.getKeyNode()).getValue();
                    add(member.getValueNode(), below(pointer, key));
                }
            }
            case SequenceNode sequence -> {
                List<Node> items = sequence.getValue();
                for (int i = 0; i < items.size(); i++) {
                    add(items.get(i), pointer + "/" + i);
                }
            }
            default ->
                places.put(
                        pointer,
                        new Place(
                                node.getStartMark().getIndex(),
                                node.getEndMark().getIndex()));
        }
    }

    /** The JSON Pointer of a member (RFC 6901), exactly. */
    public static String below(String pointer, String key) {
        return pointer + "/" + key.replace("~", "~0").replace("/", "~1");
    }
}
