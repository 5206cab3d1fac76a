package dev.cupel.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.json.Digest;
import dev.cupel.kubernetes.JobPointers;
import dev.cupel.request.RequestField;
import dev.cupel.request.TemplateName;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A template that was read and has no fault. It also keeps what is the same for all its Jobs, once that was made. */
public final class Template {
    private final TemplateName name;
    private final Digest digest;
    private final YamlNode.Mapping tree;
    private final Declaration declaration;
    private final Set<Placeholder> placeholders;
    private final Set<RequestField> taken;
    private final Optional<String> runtimeClass;
    private final List<String> command;
    private final Map<String, String> ownEnv;

    /**
     * @param digest the digest of all its files
     * @param tree the Job with its placeholders
     * @param placeholders those that the tree holds
     */
    public Template(
            TemplateName name,
            Digest digest,
            YamlNode.Mapping tree,
            Declaration declaration,
            Set<Placeholder> placeholders) {
        this.name = name;
        this.digest = digest;
        this.tree = tree;
        this.declaration = declaration;
        this.placeholders = Set.copyOf(placeholders);
        this.taken = Collections.unmodifiableSet(taken(placeholders, declaration));
        JsonNode json = tree.toJson();
        this.runtimeClass = Optional.of(json.at(JobPointers.RUNTIME_CLASS))
                .filter(JsonNode::isTextual)
                .map(JsonNode::textValue);
        JsonNode container = json.at("/spec/template/spec/containers/0");
        this.command = texts(container.path("command"));
        this.ownEnv = Collections.unmodifiableMap(ownEnv(container));
    }

    private static Set<RequestField> taken(Set<Placeholder> placeholders, Declaration declaration) {
        Set<RequestField> taken = EnumSet.allOf(RequestField.class);
        for (Placeholder placeholder : Placeholder.values()) {
            taken.removeAll(placeholder.carries());
        }
        placeholders.forEach(placeholder -> taken.addAll(placeholder.carries()));
        if (declaration
                .execution()
                .flatMap(Declaration.Execution::compileTimeout)
                .isEmpty()) {
            taken.remove(RequestField.COMPILE_TIMEOUT);
        }
        return taken;
    }

    private static List<String> texts(JsonNode list) {
        return list.valueStream()
                .filter(JsonNode::isTextual)
                .map(JsonNode::textValue)
                .toList();
    }

    private static Map<String, String> ownEnv(JsonNode container) {
        Map<String, String> variables = new LinkedHashMap<>();
        container.path("env").forEach(variable -> {
            if (variable.path("name").isTextual()) {
                variables.put(
                        variable.path("name").textValue(),
                        variable.path("value").asText(""));
            }
        });
        return variables;
    }

    public TemplateName name() {
        return name;
    }

    public Digest digest() {
        return digest;
    }

    public YamlNode.Mapping tree() {
        return tree;
    }

    public Declaration declaration() {
        return declaration;
    }

    public Set<Placeholder> placeholders() {
        return placeholders;
    }

    /** Whether the program runs under the supervisor. */
    public boolean supervised() {
        return placeholders.contains(Placeholder.PROGRAM);
    }

    /** Whether a request may have this field. It may not if the template would ignore it. */
    public boolean takes(RequestField field) {
        return taken.contains(field);
    }

    /** The RuntimeClass that the template names; a request cannot change it. */
    public Optional<String> runtimeClass() {
        return runtimeClass;
    }

    /** The container's command, placeholders as they stand. */
    public List<String> command() {
        return command;
    }

    /** The environment variables that the template itself sets, placeholders as they stand. */
    public Map<String, String> ownEnv() {
        return ownEnv;
    }

    Template withImage(String image) {
        return new Template(name, digest, tree, declaration.withImage(image), placeholders);
    }

    /** The parameters that a request may set, with defaults and limits, for {@code GET /templates}. */
    public ObjectNode describe() {
        ObjectNode json =
                JsonNodeFactory.instance.objectNode().put("name", name.value()).put("digest", digest.value());
        json.setAll(declaration.toJson(taken));
        ArrayNode parameters = json.putArray("parameters");
        taken.forEach(field -> parameters.add(field.wireName()));
        return json;
    }
}
