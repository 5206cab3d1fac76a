package dev.cupel.template;

import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.cupel.rejection.Quoted;
import java.io.StringReader;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.CollectionNode;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Reads one YAML document into {@link YamlNode}s from SnakeYAML's node tree, so that no tag can construct an object. It
 * takes only YAML that all readers understand alike: no anchors, tags or merge keys, and no unquoted text that YAML 1.1
 * and 1.2 read differently ({@code yes}, {@code 0755}, {@code 1.0}).
 */
final class YamlReader {
    static final int MAX_CHARACTERS = 256 << 10;
    private static final int MAX_DEPTH = 40;
    private static final YamlNode.Mark START = new YamlNode.Mark(1, 1);

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
            problem(
                    at == null ? START : mark(at),
                    Check.YAML_SYNTAX,
                    Quoted.message(String.valueOf(e.getProblem())),
                    syntaxHelp(e));
        } catch (ReaderException e) {
            problem(
                    unprintable(text),
                    Check.YAML_SYNTAX,
                    "a character that YAML does not take: " + Quoted.of(Character.toString(e.getCodePoint())),
                    Optional.of("take the character out, or write it in double quotes as an escape"));
        } catch (YAMLException e) {
            problem(START, Check.YAML_SYNTAX, Quoted.message(String.valueOf(e.getMessage())), Optional.empty());
        }
        return Optional.empty();
    }

    /** A tab is named by SnakeYAML as a character only; of what is not closed it says where that began. */
    private static Optional<String> syntaxHelp(MarkedYAMLException e) {
        if (String.valueOf(e.getProblem()).contains("TAB")) {
            return Optional.of("indent with spaces");
        }
        var began = e.getContextMark();
        var at = e.getProblemMark();
        boolean isElsewhere = began != null && at != null && began.getLine() != at.getLine();
        return isElsewhere && e.getContext() != null
                ? Optional.of(Check.YAML_SYNTAX.advice() + ": " + Quoted.message(e.getContext())
                        + ", which begins in line " + (began.getLine() + 1))
                : Optional.empty();
    }

    /** The first character of a text that SnakeYAML refuses, and of which it does not say where it is. */
    private static YamlNode.Mark unprintable(String text) {
        int line = 1;
        int column = 1;
        for (int codePoint : text.codePoints().toArray()) {
            if (!StreamReader.isPrintable(codePoint)) {
                break;
            }
            column = codePoint == '\n' ? 1 : column + 1;
            line += codePoint == '\n' ? 1 : 0;
        }
        return new YamlNode.Mark(line, column);
    }

    private Optional<Node> compose(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MAX_CHARACTERS);
        options.setNestingDepthLimit(MAX_DEPTH);
        options.setMaxAliasesForCollections(1);
        Iterator<Node> documents =
                new Yaml(options).composeAll(new StringReader(text)).iterator();
        if (!documents.hasNext()) {
            problem(START, Check.YAML_SYNTAX, "the file is empty", Optional.of("write the file, or delete the folder"));
            return Optional.empty();
        }
        Node first = documents.next();
        if (documents.hasNext()) {
            problem(
                    mark(documents.next().getStartMark()),
                    Check.YAML_SYNTAX,
                    "one document is wanted, here begins another",
                    Optional.of("keep one document; a template makes one Job"));
        }
        return Optional.of(first);
    }

    private Optional<YamlNode.Mapping> mapping(YamlNode node) {
        if (node instanceof YamlNode.Mapping mapping) {
            return Optional.of(mapping);
        }
        problem(
                node.mark(),
                Check.YAML_SYNTAX,
                "the document must be a mapping",
                Optional.of("write keys and values: metadata: ..."));
        return Optional.empty();
    }

    private YamlNode convert(Node node) {
        YamlNode.Mark mark = mark(node);
        if (node.getAnchor() != null) {
            problem(mark, "anchors and aliases are not taken: write the value out", Optional.empty());
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
        Map<String, YamlNode.Mark> keys = new HashMap<>();
        for (NodeTuple tuple : node.getValue()) {
            YamlNode.Mark keyMark = mark(tuple.getKeyNode());
            boolean plain = tuple.getKeyNode() instanceof ScalarNode key
                    && key.getAnchor() == null
                    && key.getTag().equals(Tag.STR);
            if (!plain) {
                problem(
                        keyMark,
                        "a key must be a string; merge keys, tags and other types are not taken",
                        Optional.of("write the key in quotes, and merged values out"));
                continue;
            }
            String key = ((ScalarNode) tuple.getKeyNode()).getValue();
            YamlNode.Mark first = keys.put(key, keyMark);
            if (members.put(key, convert(tuple.getValueNode())) != null && first != null) {
                problem(
                        keyMark,
                        Check.DUPLICATE_KEY,
                        "key " + Quoted.of(key) + " stands twice",
                        Optional.of("keep one of the two; the first stands in line " + first.line()));
            }
        }
        return new YamlNode.Mapping(members, keys, mark);
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
        problem(
                mark,
                Quoted.of(value) + " is read differently by different YAML readers: quote it",
                Optional.of("write " + Quoted.of(value) + " for the text" + typed(value)));
        return new YamlNode.Text(value, mark);
    }

    private YamlNode foreign(Node node, YamlNode.Mark mark) {
        problem(
                mark,
                "tag " + Quoted.of(node.getTag().getValue()) + " is not taken",
                Optional.of("write the value without a tag, in quotes if it is a string"));
        return new YamlNode.Literal(NullNode.getInstance(), mark);
    }

    /** What YAML 1.1 reads there, written so that every reader does. */
    private static String typed(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "yes", "on", "y", "true" -> ", or true";
            case "no", "off", "n", "false" -> ", or false";
            case "null" -> ", or null";
            default -> "";
        };
    }

    private void problem(YamlNode.Mark mark, String message, Optional<String> instead) {
        problem(mark, Check.AMBIGUOUS_YAML, message, instead);
    }

    private void problem(YamlNode.Mark mark, Check check, String message, Optional<String> instead) {
        problems.add(new Diagnostic(file, mark, check, message, instead));
    }

    /** What is in one line is marked whole; of a longer one, what it begins with. */
    private static YamlNode.Mark mark(Node node) {
        YamlNode.Mark start = mark(node.getStartMark());
        boolean isBlock = node instanceof CollectionNode<?> collection
                && collection.getFlowStyle() == DumperOptions.FlowStyle.BLOCK;
        if (isBlock) {
            return node instanceof MappingNode mapping && !mapping.getValue().isEmpty()
                    ? mark(mapping.getValue().getFirst().getKeyNode())
                    : start;
        }
        boolean isInOneLine = node.getEndMark().getLine() == node.getStartMark().getLine();
        int length = node.getEndMark().getColumn() - node.getStartMark().getColumn();
        return isInOneLine && length > 0 ? new YamlNode.Mark(start.line(), start.column(), length) : start;
    }

    private static YamlNode.Mark mark(org.yaml.snakeyaml.error.Mark mark) {
        return new YamlNode.Mark(mark.getLine() + 1, mark.getColumn() + 1);
    }
}
