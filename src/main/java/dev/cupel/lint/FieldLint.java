package dev.cupel.lint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.rejection.Quoted;
import dev.cupel.template.Check;
import dev.cupel.template.Diagnostic;
import dev.cupel.template.Spelling;
import dev.cupel.template.YamlNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Holds a Job against the fields that Kubernetes knows: names that it does not have, and values of another type. */
final class FieldLint {
    private static final class Tree {
        private static final FieldTree READ = FieldTree.read();
    }

    private final String file;
    private final YamlNode template;
    private final List<Diagnostic> found = new ArrayList<>();

    private FieldLint(String file, YamlNode template) {
        this.file = file;
        this.template = template;
    }

    /**
     * @param template the tree that the Job is made of, for lines and columns
     * @param job as the template makes it, before Cupel adds anything
     */
    static List<Diagnostic> check(String file, YamlNode template, JsonNode job) {
        FieldLint lint = new FieldLint(file, template);
        lint.visit(job, new FieldTree.Type.Fields(FieldTree.ROOT), "");
        return lint.found;
    }

    private void visit(JsonNode value, FieldTree.Type type, String pointer) {
        if (value.isNull()) {
            return; // As if it were not there; whether it may be left out is not for a type to say.
        }
        switch (type) {
            case FieldTree.Type.Fields fields -> visitFields(value, fields.name(), pointer);
            case FieldTree.Type.MapOf map -> {
                if (isMapping(value, pointer)) {
                    value.properties()
                            .forEach(member -> visit(member.getValue(), map.value(), below(pointer, member.getKey())));
                }
            }
            case FieldTree.Type.ListOf list -> {
                if (!value.isArray()) {
                    wrongType(
                            pointer, "a list", value, "write a list: each item in a line of its own, behind a hyphen");
                }
                for (int i = 0; value.isArray() && i < value.size(); i++) {
                    visit(value.get(i), list.item(), pointer + "/" + i);
                }
            }
            case FieldTree.Type.Scalar scalar -> {
                if (!scalar.takes(value)) {
                    wrongType(pointer, scalar.words(), value, instead(scalar, value));
                }
            }
        }
    }

    private void visitFields(JsonNode value, String type, String pointer) {
        if (!isMapping(value, pointer)) {
            return;
        }
        Map<String, FieldTree.Type> known = Tree.READ.fields(type);
        value.properties().forEach(member -> {
            FieldTree.Type field = known.get(member.getKey());
            if (field == null) {
                unknown(member.getKey(), type, known, pointer);
            } else {
                visit(member.getValue(), field, below(pointer, member.getKey()));
            }
        });
    }

    private void unknown(String name, String type, Map<String, FieldTree.Type> known, String pointer) {
        Optional<String> home = Tree.READ.home(name);
        Optional<String> meant = Spelling.meant(name, known.keySet());
        found.add(new Diagnostic(
                file,
                template.keyMarkAt(below(pointer, name)),
                Check.UNKNOWN_FIELD,
                below(pointer, Quoted.visible(name)) + " is no field of a " + type + " in Kubernetes",
                home.map(path -> "move it to " + path + ", where Kubernetes has a field of that name")
                        .or(() -> meant.map(other -> "write " + other))));
    }

    private boolean isMapping(JsonNode value, String pointer) {
        if (!value.isObject()) {
            wrongType(pointer, "a mapping", value, "write keys and values below it");
        }
        return value.isObject();
    }

    private void wrongType(String pointer, String wanted, JsonNode value, String instead) {
        found.add(new Diagnostic(
                file,
                template.markAt(pointer),
                Check.WRONG_TYPE,
                Quoted.message(pointer) + " must be " + wanted + ", was " + shown(value),
                Optional.of(instead)));
    }

    private static String instead(FieldTree.Type.Scalar wanted, JsonNode value) {
        boolean isBare = value.isTextual() && value.textValue().matches("true|false|-?(0|[1-9][0-9]{0,15})");
        if (isBare && wanted != FieldTree.Type.Scalar.STRING) {
            return "write " + value.textValue() + " without quotes";
        }
        return wanted == FieldTree.Type.Scalar.STRING && value.isValueNode()
                ? "write it in quotes: \"" + value.asText() + "\""
                : "write " + wanted.words();
    }

    private static String shown(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> "the string " + Quoted.of(value.textValue());
            case OBJECT -> "a mapping";
            case ARRAY -> "a list";
            case NUMBER -> "the number " + value.asText();
            default -> value.asText();
        };
    }

    private static String below(String pointer, String name) {
        return pointer + "/" + name.replace("~", "~0").replace("/", "~1");
    }
}
