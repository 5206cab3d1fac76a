package dev.cupel.render;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.template.Template;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The {@code template} strategy: fills the placeholders of a parsed template, scalar by scalar and typed. A value never
 * leaves its scalar, whatever it holds, since it is put into a tree and not into text (Tekton Triggers, issues 675 and
 * 942, tell what text substitution does).
 */
public final class Binder implements JobBuilder {
    private final Map<Template, Plan.Mapping> plans = new ConcurrentHashMap<>();

    @Override
    public ObjectNode build(Template template, JobValues values) {
        return plans.computeIfAbsent(template, read -> new Planner(read).plan()).fill(values);
    }
}
