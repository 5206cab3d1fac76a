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
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A template that was read and has no fault. It also keeps what is the same for all its Jobs, once that was made. */
public final class Template {
    private final TemplateName name;
    private final Digest digest;
    private final YamlNode.Mapping tree;
    private final Declaration declaration;
    private final Optional<String> supervisor;
    private final Set<Placeholder> placeholders;
    private final Set<RequestField> taken;
    private final Optional<String> runtimeClass;
    private final Set<String> ownEnv;

    /**
     * @param digest the digest of all its files
     * @param tree the Job with its placeholders
     * @param supervisor the text of {@code supervisor.py}, if there is one
     * @param placeholders those that the tree holds
     */
    public Template(
            TemplateName name,
            Digest digest,
            YamlNode.Mapping tree,
            Declaration declaration,
            Optional<String> supervisor,
            Set<Placeholder> placeholders) {
        this.name = name;
        this.digest = digest;
        this.tree = tree;
        this.declaration = declaration;
        this.supervisor = supervisor;
        this.placeholders = Set.copyOf(placeholders);
        this.taken = Collections.unmodifiableSet(taken(placeholders));
        JsonNode json = tree.toJson();
        this.runtimeClass = Optional.of(json.at(JobPointers.RUNTIME_CLASS))
                .filter(JsonNode::isTextual)
                .map(JsonNode::textValue);
        this.ownEnv = Collections.unmodifiableSet(ownEnv(json));
    }

    private static Set<RequestField> taken(Set<Placeholder> placeholders) {
        Set<RequestField> taken = EnumSet.allOf(RequestField.class);
        for (Placeholder placeholder : Placeholder.values()) {
            taken.removeAll(placeholder.carries());
        }
        placeholders.forEach(placeholder -> taken.addAll(placeholder.carries()));
        return taken;
    }

    private static Set<String> ownEnv(JsonNode json) {
        Set<String> names = new TreeSet<>();
        json.at("/spec/template/spec/containers")
                .forEach(container -> container.path("env").forEach(variable -> {
                    if (variable.path("name").isTextual()) {
                        names.add(variable.path("name").textValue());
                    }
                }));
        return names;
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

    public Optional<String> supervisor() {
        return supervisor;
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

    /** The names of the environment variables that the template itself sets. */
    public Set<String> ownEnv() {
        return ownEnv;
    }

    Template withImage(String image) {
        return new Template(name, digest, tree, declaration.withImage(image), supervisor, placeholders);
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
