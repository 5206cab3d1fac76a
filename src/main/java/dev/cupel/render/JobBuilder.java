package dev.cupel.render;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.policy.Hardener;
import dev.cupel.template.Template;

/**
 * One way to build the Job of a request; the seed note has three. What a builder leaves out, {@link Lifecycle} and
 * {@link Hardener} add, so all three end in the same manifest.
 */
@FunctionalInterface
public interface JobBuilder {
    /** @return a {@code batch/v1} Job as a new tree */
    ObjectNode build(Template template, JobValues values);
}
