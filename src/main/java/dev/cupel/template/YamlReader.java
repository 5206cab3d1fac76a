package dev.cupel.template;

import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.cupel.rejection.Quoted;
import java.io.StringReader;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Reads one YAML document into {@link YamlNode}s from SnakeYAML's node tree, so that no tag can construct an object. It
 * takes only YAML that all readers understand alike: no anchors, tags or merge keys, and no unquoted text that YAML 1.1
 * and 1.2 read differently ({@code yes}, {@code 0755}, {@code 1.0}).
 */
final class YamlReader {
    static final int MAX_CHARACTERS = 256 << 10;
    private static final int MAX_DEPTH = 40;

    /** Gives the type of a scalar without a tag, by YAML 1.1. */
    private static final Resolver RESOLVER = new Resolver();

    /** Texts that SnakeYAML reads as strings, but YAML 1.2 or the specification of 1.1 as something else. */
    private static final Pattern OTHERS_DIFFER = Pattern.compile("0o[0-7]+|[yYnN]|=");

    private final String file;
    private final List<Diagnostic> problems;

    /** @param problems everything that is wrong is added to it */
    YamlReader(String file, List<Diagnostic> problems) {
        this.file = file;
        this.problems = problems;
    }

    /** The document's mapping. If it is empty, a problem says why. */
    Optional<YamlNode.Mapping> read(String text) {
        try {
            return compose(text).map(this::convert).flatMap(this::mapping);
        } catch (MarkedYAMLException e) {
            var at = e.getProblemMark();
            problem(at == null ? new YamlNode.Mark(1, 1) : mark(at), String.valueOf(e.getProblem()));
        } catch (YAMLException e) {
            problem(new YamlNode.Mark(1, 1), Quoted.of(String.valueOf(e.getMessage())));
        }
        return Optional.empty();
    }

    private Optional<Node> compose(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MAX_CHARACTERS);
        options.setNestingDepthLimit(MAX_DEPTH);
        options.setMaxAliasesForCollections(1);
        Iterator<Node> documents =
                new Yaml(options).composeAll(new StringReader(text)).iterator();
        if (!documents.hasNext()) {
            problem(new YamlNode.Mark(1, 1), "the file is empty");
            return Optional.empty();
        }
        Node first = documents.next();
        if (documents.hasNext()) {
            problem(mark(documents.next().getStartMark()), "one document is wanted, here begins another");
        }
        return Optional.of(first);
    }

    private Optional<YamlNode.Mapping> mapping(YamlNode node) {
        if (node instanceof YamlNode.Mapping mapping) {
            return Optional.of(mapping);
        }
        problem(node.mark(), "the document must be a mapping");
        return Optional.empty();
    }

    private YamlNode convert(Node node) {
        YamlNode.Mark mark = mark(node.getStartMark());
        if (node.getAnchor() != null) {
            problem(mark, "anchors and aliases are not taken: write the value out");
            return new YamlNode.Literal(NullNode.getInstance(), mark);
        }
        return switch (node) {
            case MappingNode mapping when mapping.getTag().equals(Tag.MAP) -> members(mapping, mark);
            case SequenceNode sequence
            when sequence.getTag().equals(Tag.SEQ) ->
                new YamlNode.Sequence(
                        sequence.getValue().stream().map(this::convert).toList(), mark);
            case ScalarNode scalar -> scalar(scalar, mark);
            default -> foreign(node, mark);
        };
    }

    private YamlNode members(MappingNode node, YamlNode.Mark mark) {
        Map<String, YamlNode> members = new LinkedHashMap<>();
        for (NodeTuple tuple : node.getValue()) {
            YamlNode.Mark keyMark = mark(tuple.getKeyNode().getStartMark());
            boolean plain = tuple.getKeyNode() instanceof ScalarNode key
                    && key.getAnchor() == null
                    && key.getTag().equals(Tag.STR);
            if (!plain) {
                problem(keyMark, "a key must be a string; merge keys, tags and other types are not taken");
                continue;
            }
            String key = ((ScalarNode) tuple.getKeyNode()).getValue();
            if (members.put(key, convert(tuple.getValueNode())) != null) {
                problem(keyMark, "key " + Quoted.of(key) + " stands twice");
            }
        }
        return new YamlNode.Mapping(members, mark);
    }

    private YamlNode scalar(ScalarNode node, YamlNode.Mark mark) {
        String value = node.getValue();
        Tag tag = node.getTag();
        if (!tag.equals(RESOLVER.resolve(NodeId.scalar, value, node.isPlain()))) {
            return foreign(node, mark); // The file has a tag, such as !!str 5 or !!int "5".
        }
        if (node.isPlain() && OTHERS_DIFFER.matcher(value).matches()) {
            return ambiguous(value, mark);
        }
        if (tag.equals(Tag.STR)) {
            return new YamlNode.Text(value, mark);
        }
        if (tag.equals(Tag.INT) && value.matches("-?(0|[1-9][0-9]{0,15})")) {
            return new YamlNode.Literal(LongNode.valueOf(Long.parseLong(value)), mark);
        }
        if (tag.equals(Tag.BOOL) && (value.equals("true") || value.equals("false"))) {
            return new YamlNode.Literal(BooleanNode.valueOf(value.equals("true")), mark);
        }
        if (tag.equals(Tag.NULL) && (value.isEmpty() || value.equals("null") || value.equals("~"))) {
            return new YamlNode.Literal(NullNode.getInstance(), mark);
        }
        return ambiguous(value, mark);
    }

    private YamlNode ambiguous(String value, YamlNode.Mark mark) {
        problem(mark, Quoted.of(value) + " is read differently by different YAML readers: quote it");
        return new YamlNode.Text(value, mark);
    }

    private YamlNode foreign(Node node, YamlNode.Mark mark) {
        problem(mark, "tag " + Quoted.of(node.getTag().getValue()) + " is not taken");
        return new YamlNode.Literal(NullNode.getInstance(), mark);
    }

    private void problem(YamlNode.Mark mark, String message) {
        problems.add(new Diagnostic(file, mark, message));
    }

    private static YamlNode.Mark mark(org.yaml.snakeyaml.error.Mark mark) {
        return new YamlNode.Mark(mark.getLine() + 1, mark.getColumn() + 1);
    }
}
