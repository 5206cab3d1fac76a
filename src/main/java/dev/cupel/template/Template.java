package dev.cupel.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.event.Digest;
import dev.cupel.event.TemplateName;
import java.util.Optional;
import java.util.Set;

/**
 * A template that was read and found sound.
 *
 * @param digest over all its files
 * @param tree the Job with its placeholders
 * @param supervisor the text of {@code supervisor.py}, where there is one
 * @param placeholders those that stand in the tree
 */
public record Template(
        TemplateName name,
        Digest digest,
        YamlNode.Mapping tree,
        Declaration declaration,
        Optional<String> supervisor,
        Set<Placeholder> placeholders) {

    public Template {
        placeholders = Set.copyOf(placeholders);
    }

    /** Whether the program runs under the supervisor. */
    public boolean supervised() {
        return placeholders.contains(Placeholder.PROGRAM);
    }

    public boolean takesEnv() {
        return placeholders.contains(Placeholder.ENV);
    }

    /** The RuntimeClass that the template names; a request cannot change it. */
    Optional<String> runtimeClass() {
        return Optional.of(tree.toJson().at(RuntimeClasses.POINTER))
                .filter(JsonNode::isTextual)
                .map(JsonNode::textValue);
    }

    Template withImage(String image) {
        return new Template(name, digest, tree, declaration.withImage(image), supervisor, placeholders);
    }

    /** What can be asked for: parameters, defaults, limits. */
    public ObjectNode describe() {
        ObjectNode json =
                JsonNodeFactory.instance.objectNode().put("name", name.value()).put("digest", digest.value());
        json.setAll(declaration.toJson());
        var parameters = json.putArray("parameters");
        java.util.stream.Stream.of(
                        "eval_id",
                        "code",
                        "template",
                        "timeout",
                        "memory_limit",
                        "cpu_limit",
                        "image",
                        "queue",
                        "runtime_class")
                .forEach(parameters::add);
        if (supervised()) {
            java.util.stream.Stream.of("args", "stdin", "files", "output_limit").forEach(parameters::add);
        }
        if (takesEnv()) {
            parameters.add("env");
        }
        return json;
    }
}
