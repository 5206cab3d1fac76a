package dev.cupel.strategies;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.kubernetes.ContainerResource;
import dev.cupel.kubernetes.CupelMetadata;
import dev.cupel.render.JobBuilder;
import dev.cupel.render.JobValues;
import dev.cupel.request.RequestField;
import dev.cupel.template.Template;

/**
 * The {@code dynamic} strategy, the seed note's section 3: the Job as a tree made by code, with no template text. It
 * needs of the template only what it declares, and what its results can promise.
 */
public final class DynamicJob implements JobBuilder {
    @Override
    public ObjectNode build(Template template, JobValues values) {
        ObjectNode job = JsonNodeFactory.instance
                .objectNode()
                .put("apiVersion", "batch/v1")
                .put("kind", "Job");
        metadata(job.putObject("metadata"), values);
        ObjectNode spec = job.putObject("spec").put("backoffLimit", 0).put("ttlSecondsAfterFinished", 300);
        ObjectNode pod = spec.putObject("template");
        pod.putObject("metadata")
                .putObject("labels")
                .put(CupelMetadata.APP, CupelMetadata.EVALUATION)
                .put(CupelMetadata.EVAL_ID, values.evalIdLabel());
        podSpec(pod.putObject("spec"), template, values);
        return job;
    }

    private static void metadata(ObjectNode metadata, JobValues values) {
        metadata.put("name", values.jobName().value()).put("namespace", "crucible");
        metadata.putObject("labels")
                .put(CupelMetadata.APP, CupelMetadata.EVALUATION)
                .put(CupelMetadata.EVAL_ID, values.evalIdLabel())
                .put("created-by", "dispatcher");
        metadata.putObject("annotations")
                .put(CupelMetadata.EVAL_ID, values.evalId().value())
                .put(CupelMetadata.CREATED_AT, values.createdAt());
    }

    private static void podSpec(ObjectNode spec, Template template, JobValues values) {
        spec.put("restartPolicy", "Never").put("activeDeadlineSeconds", values.podDeadlineSeconds(template));
        spec.putObject("securityContext")
                .put("runAsNonRoot", true)
                .put("runAsUser", 1000)
                .put("fsGroup", 1000)
                .putObject("seccompProfile")
                .put("type", "RuntimeDefault");
        container(spec.putArray("containers").addObject(), template, values);
        spec.putArray("volumes")
                .addObject()
                .put("name", "tmp")
                .putObject("emptyDir")
                .put("sizeLimit", values.limits().text(ContainerResource.TMP));
    }

    private static void container(ObjectNode container, Template template, JobValues values) {
        container
                .put("name", CupelMetadata.EVALUATION)
                .put("image", values.image())
                .put("imagePullPolicy", "IfNotPresent");
        values.escapedCommand(template).forEach(container.putArray("command")::add);
        if (template.supervised()) {
            values.escapedProgram().forEach(container.putArray("args")::add);
            container.put("workingDir", "/tmp");
        }
        ArrayNode env = container.putArray("env");
        values.ownEnvironment(template)
                .forEach((name, value) -> env.addObject().put("name", name).put("value", value));
        if (template.takes(RequestField.ENV)) {
            values.environment().forEach(env::add);
        }
        resources(container.putObject("resources"), values);
        container.putArray("volumeMounts").addObject().put("name", "tmp").put("mountPath", "/tmp");
    }

    private static void resources(ObjectNode resources, JobValues values) {
        resources
                .putObject("limits")
                .put("memory", values.limits().text(ContainerResource.MEMORY))
                .put("cpu", values.limits().text(ContainerResource.CPU));
        resources.putObject("requests").put("memory", "128Mi").put("cpu", "100m");
    }
}
