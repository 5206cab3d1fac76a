package dev.cupel.render;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.cupel.kubernetes.CupelMetadata;
import dev.cupel.kubernetes.JobLifetime;
import dev.cupel.template.Template;

/**
 * Sets how long a Job lives and who knows it: deadlines, time to live, labels and annotations.
 *
 * <ul>
 *   <li>The pod's own deadline ends the program and keeps its log; the Job's deletes the pod, log and all (kubernetes
 *       78644, tekton 3051). So a Job's deadline in a template becomes the pod's, and the Job's is {@link
 *       JobLifetime#LONGEST_START} longer.
 *   <li>A Job must outlive the delivery of its result: it lives a day, and the template's own TTL begins when the
 *       result
 *       is settled.
 * </ul>
 */
public final class Lifecycle {
    /** The kubelet's SIGTERM to SIGKILL: the supervisor needs two seconds for the program and some to write. */
    static final int TERMINATION_GRACE_SECONDS = 10;

    private Lifecycle() {}

    /** Changes {@code job} in place. */
    public static void apply(ObjectNode job, Template template, JobValues values) {
        ObjectNode metadata = job.withObjectProperty("metadata");
        labels(metadata, values).put(CupelMetadata.MANAGED_BY, CupelMetadata.CUPEL);
        ObjectNode annotations = metadata.withObjectProperty("annotations");
        annotations
                .put(CupelMetadata.EVAL_ID, values.evalId().value())
                .put(CupelMetadata.CREATED_AT, values.createdAt())
                .put(CupelMetadata.TEMPLATE, template.name().value())
                .put(CupelMetadata.TEMPLATE_DIGEST, template.digest().value())
                .put(CupelMetadata.CAPTURE, template.declaration().capture().wireName());
        values.run().cases().ifPresent(names -> annotations.put(CupelMetadata.CASES, names));
        ObjectNode spec = job.withObjectProperty("spec");
        ObjectNode pod = spec.withObjectProperty("template");
        labels(pod.withObjectProperty("metadata"), values);
        deadlines(spec, pod.withObjectProperty("spec"), template, values);
        JsonNode ttl = spec.get("ttlSecondsAfterFinished");
        annotations.put(
                CupelMetadata.TTL_AFTER_SETTLED,
                ttl == null ? Integer.toString(JobLifetime.DEFAULT_TTL_SECONDS) : ttl.asText());
        spec.put("ttlSecondsAfterFinished", JobLifetime.DAY_SECONDS);
        values.placement()
                .runtimeClass()
                .ifPresent(name -> job.withObject("/spec/template/spec").put("runtimeClassName", name));
        values.placement().queue().ifPresent(queue -> {
            ObjectNode labels = metadata.withObjectProperty("labels").put(CupelMetadata.QUEUE, queue);
            values.placement().priorityClass().ifPresent(name -> labels.put(CupelMetadata.PRIORITY_CLASS, name));
            // Kueue admits a Job by lifting this; its documentation asks for it.
            spec.put("suspend", true);
        });
    }

    private static ObjectNode labels(ObjectNode metadata, JobValues values) {
        ObjectNode labels = metadata.withObjectProperty("labels");
        labels.putIfAbsent(CupelMetadata.APP, TextNode.valueOf(CupelMetadata.EVALUATION));
        labels.putIfAbsent(CupelMetadata.EVAL_ID, TextNode.valueOf(values.evalIdLabel()));
        return labels;
    }

    private static void deadlines(ObjectNode spec, ObjectNode pod, Template template, JobValues values) {
        JsonNode jobDeadline = spec.get("activeDeadlineSeconds");
        if (!pod.has("activeDeadlineSeconds")) {
            long own = values.podDeadlineSeconds(template);
            pod.set("activeDeadlineSeconds", jobDeadline == null ? LongNode.valueOf(own) : jobDeadline);
        }
        if (!pod.has("terminationGracePeriodSeconds")) {
            pod.put("terminationGracePeriodSeconds", TERMINATION_GRACE_SECONDS);
        }
        spec.put("activeDeadlineSeconds", JobLifetime.deadlineSeconds(pod));
    }
}
