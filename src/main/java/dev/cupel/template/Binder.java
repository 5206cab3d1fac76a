package dev.cupel.template;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * The {@code template} strategy: fills the placeholders of a parsed template, scalar by scalar and typed. A value never
 * leaves its scalar, whatever it holds, since it is put into a tree and not into text (Tekton Triggers, issues 675 and
 * 942, tell what text substitution does).
 */
public final class Binder implements JobBuilder {
    @Override
    public ObjectNode build(Template template, JobValues values) {
        return template.plan().fill(values);
    }

    static List<String> arguments(List<String> texts) {
        return texts.stream().map(Expansion::escape).toList();
    }

    static List<ObjectNode> environment(Map<String, String> env) {
        return env.entrySet().stream()
                .map(entry -> JsonNodeFactory.instance
                        .objectNode()
                        .put("name", entry.getKey())
                        .put("value", Expansion.escape(entry.getValue())))
                .toList();
    }
}
