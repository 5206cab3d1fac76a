package dev.cupel.template;

import dev.cupel.json.Bytes;
import dev.cupel.json.Digest;
import dev.cupel.request.TemplateName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;

/** The first pass: makes a {@link Template} from its files, or reports what is wrong with them. */
public final class TemplateReader {
    private final TemplateFiles files;

    public TemplateReader(TemplateFiles files) {
        this.files = files;
    }

    /**
     * All faults of a template's text, and the template itself if it has a tree. It may be used only if there are none.
     */
    public record Reading(Optional<Template> template, List<Diagnostic> problems) {}

    public Reading read(TemplateName name) {
        List<Diagnostic> problems = new ArrayList<>();
        Optional<String> yaml = text(name, TemplateFiles.TEMPLATE, problems);
        Optional<String> parameters = text(name, TemplateFiles.PARAMETERS, problems);
        Optional<YamlNode.Mapping> tree =
                yaml.flatMap(text -> new YamlReader(path(name, TemplateFiles.TEMPLATE), problems).read(text));
        Optional<Declaration> declaration = parameters.flatMap(
                text -> new DeclarationReader(path(name, TemplateFiles.PARAMETERS), problems).read(text));
        Set<Placeholder> placeholders = EnumSet.noneOf(Placeholder.class);
        tree.ifPresent(node -> new Finder(path(name, TemplateFiles.TEMPLATE), problems, placeholders).visit(node));
        Optional<Template> template = tree.map(node ->
                new Template(name, digest(name), node, declaration.orElse(DeclarationReader.STAND_IN), placeholders));
        return new Reading(template, List.copyOf(problems));
    }

    public static String path(TemplateName name, String file) {
        return name.value() + "/" + file;
    }

    private Optional<String> text(TemplateName name, String file, List<Diagnostic> problems) {
        Optional<String> text =
                files.find(name, file).flatMap(bytes -> Bytes.of(bytes).text());
        if (text.isEmpty()) {
            problems.add(new Diagnostic(
                    path(name, file), new YamlNode.Mark(1, 1), Check.MISSING_FILE, "is missing, or is no UTF-8"));
        }
        return text;
    }

    private Digest digest(TemplateName name) {
        List<byte[]> parts = new ArrayList<>();
        for (String file : List.of(TemplateFiles.TEMPLATE, TemplateFiles.PARAMETERS)) {
            parts.add(file.getBytes(StandardCharsets.UTF_8));
            parts.add(files.find(name, file).orElse(new byte[0]));
        }
        return Digest.ofParts(parts.toArray(byte[][]::new));
    }

    /** Finds the placeholders, and reports what looks like one and is not. */
    private record Finder(String file, List<Diagnostic> problems, Set<Placeholder> found) {
        void visit(YamlNode node) {
            switch (node) {
                case YamlNode.Mapping mapping ->
                    mapping.members().forEach((key, value) -> {
                        if (Placeholder.PATTERN.matcher(key).find()) {
                            problems.add(new Diagnostic(
                                    file,
                                    mapping.keyMark(key),
                                    Check.MISPLACED_PLACEHOLDER,
                                    "a placeholder must not stand in a key"));
                        }
                        visit(value);
                    });
                case YamlNode.Sequence sequence -> sequence.items().forEach(this::visit);
                case YamlNode.Text text -> visitText(text);
                case YamlNode.Literal _ -> {}
            }
        }

        private void visitText(YamlNode.Text text) {
            Matcher matcher = Placeholder.PATTERN.matcher(text.value());
            while (matcher.find()) {
                String token = matcher.group();
                Placeholder.find(token)
                        .ifPresentOrElse(
                                found::add,
                                () -> problems.add(new Diagnostic(
                                        file,
                                        text.mark(),
                                        Check.UNKNOWN_PLACEHOLDER,
                                        "\"" + token + "\" is no placeholder; did you mean \""
                                                + Placeholder.nearest(token).token() + "\"?",
                                        Optional.of("write "
                                                + Placeholder.nearest(token).token()))));
            }
        }
    }
}
