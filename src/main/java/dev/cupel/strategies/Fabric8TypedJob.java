package dev.cupel.strategies;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.kubernetes.ContainerResource;
import dev.cupel.kubernetes.CupelMetadata;
import dev.cupel.kubernetes.Expansion;
import dev.cupel.render.JobBuilder;
import dev.cupel.render.JobValues;
import dev.cupel.request.RequestField;
import dev.cupel.template.Template;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The {@code typed} strategy: fabric8's builders, Java's form of the object API that the seed note keeps as a fallback. A
 * field that Kubernetes does not have is then a compiler's error.
 */
public final class Fabric8TypedJob implements JobBuilder {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Override
    public ObjectNode build(Template template, JobValues values) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put(CupelMetadata.APP, CupelMetadata.EVALUATION);
        labels.put(CupelMetadata.EVAL_ID, values.evalIdLabel());
        Job job = new io.fabric8.kubernetes.api.model.batch.v1.JobBuilder()
                .withNewMetadata()
                .withName(values.jobName().value())
                .withNamespace("crucible")
                .addToLabels(labels)
                .addToLabels("created-by", "dispatcher")
                .addToAnnotations(CupelMetadata.EVAL_ID, values.evalId().value())
                .addToAnnotations(CupelMetadata.CREATED_AT, values.createdAt())
                .endMetadata()
                .withNewSpec()
                .withTtlSecondsAfterFinished(300)
                .withBackoffLimit(0)
                .withNewTemplate()
                .withNewMetadata()
                .addToLabels(labels)
                .endMetadata()
                .withSpec(pod(template, values))
                .endTemplate()
                .endSpec()
                .build();
        return MAPPER.valueToTree(job);
    }

    private static PodSpec pod(Template template, JobValues values) {
        return new PodSpecBuilder()
                .withRestartPolicy("Never")
                .withActiveDeadlineSeconds(values.podDeadlineSeconds(template))
                .withNewSecurityContext()
                .withRunAsNonRoot(true)
                .withRunAsUser(1000L)
                .withFsGroup(1000L)
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .endSecurityContext()
                .withContainers(container(template, values))
                .addNewVolume()
                .withName("tmp")
                .withNewEmptyDir()
                .withSizeLimit(new Quantity(values.limits().text(ContainerResource.TMP)))
                .endEmptyDir()
                .endVolume()
                .build();
    }

    private static Container container(Template template, JobValues values) {
        ContainerBuilder container = new ContainerBuilder()
                .withName(CupelMetadata.EVALUATION)
                .withImage(values.image())
                .withImagePullPolicy("IfNotPresent")
                .withCommand(values.escapedCommand(template))
                .withEnv(env(template, values))
                .withNewResources()
                .addToLimits("memory", new Quantity(values.limits().text(ContainerResource.MEMORY)))
                .addToLimits("cpu", new Quantity(values.limits().text(ContainerResource.CPU)))
                .addToRequests("memory", new Quantity("128Mi"))
                .addToRequests("cpu", new Quantity("100m"))
                .endResources()
                .addNewVolumeMount()
                .withName("tmp")
                .withMountPath("/tmp")
                .endVolumeMount();
        if (template.supervised()) {
            container.withArgs(values.escapedProgram()).withWorkingDir("/tmp");
        }
        return container.build();
    }

    private static List<EnvVar> env(Template template, JobValues values) {
        List<EnvVar> env = new ArrayList<>();
        values.ownEnvironment(template).forEach((name, value) -> env.add(variable(name, value)));
        if (template.takes(RequestField.ENV)) {
            values.run().env().forEach((name, value) -> env.add(variable(name, Expansion.escape(value))));
        }
        return env;
    }

    private static EnvVar variable(String name, String escaped) {
        return new EnvVar(name, escaped, null);
    }
}
