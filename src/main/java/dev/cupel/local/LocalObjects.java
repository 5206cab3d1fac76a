package dev.cupel.local;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.kubernetes.CupelMetadata;
import dev.cupel.kubernetes.JobApi;
import dev.cupel.kubernetes.JobName;
import dev.cupel.kubernetes.JobReference;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Job and Pod objects as a cluster keeps them, as far as Cupel reads them. */
final class LocalObjects {
    private static final String POD_SUFFIX = "-local";

    private LocalObjects() {}

    /** How a container ended. */
    record End(int exitCode, String reason, String message) {
        /** It never ran. */
        static End notStarted(String message) {
            return new End(128, "StartError", message);
        }

        /** It ran, and nobody knows what became of it. */
        static End lost(String message) {
            return new End(137, "ContainerStatusUnknown", message);
        }
    }

    static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** The Job as it is stored at its creation. */
    static ObjectNode stored(ObjectNode job) {
        ObjectNode stored = job.deepCopy();
        stored.withObjectProperty("metadata")
                .put("uid", UUID.randomUUID().toString())
                .put("creationTimestamp", now())
                .put("generation", 1);
        stored.putObject("status");
        return stored;
    }

    /** All that is known of a Job is its name. */
    static ObjectNode named(JobName name) {
        ObjectNode job = JsonNodeFactory.instance
                .objectNode()
                .put("apiVersion", "batch/v1")
                .put("kind", "Job");
        job.putObject("metadata").put("name", name.value());
        return job;
    }

    static boolean isSettled(ObjectNode job) {
        return job.path("metadata").path("labels").has(CupelMetadata.SETTLED);
    }

    /** A copy for those who are told of a change: without the Pod's template, which is most of a Job and never changes. */
    static ObjectNode told(ObjectNode job) {
        ObjectNode told = job.objectNode();
        job.properties().forEach(member -> {
            if (!member.getKey().equals("spec")) {
                told.set(member.getKey(), member.getValue().deepCopy());
            }
        });
        ObjectNode spec = told.putObject("spec");
        job.path("spec").properties().forEach(member -> {
            if (!member.getKey().equals("template")) {
                spec.set(member.getKey(), member.getValue().deepCopy());
            }
        });
        return told;
    }

    static String podName(JobName job) {
        return job.value() + POD_SUFFIX;
    }

    /** Whose Pod it is, by its name. */
    static Optional<JobName> jobOf(String pod) {
        return pod.length() > POD_SUFFIX.length() && pod.endsWith(POD_SUFFIX)
                ? Optional.of(JobReference.name(pod.substring(0, pod.length() - POD_SUFFIX.length())))
                : Optional.empty();
    }

    /**
     * The Pod that the Job controller makes of a Job's template.
     *
     * @param unenforced what its program will not be held to
     */
    static ObjectNode pod(JobName job, ObjectNode template, List<String> unenforced) {
        ObjectNode pod =
                JsonNodeFactory.instance.objectNode().put("apiVersion", "v1").put("kind", "Pod");
        ObjectNode metadata = template.path("metadata") instanceof ObjectNode given
                ? given.deepCopy()
                : JsonNodeFactory.instance.objectNode();
        metadata.withObjectProperty("annotations").put(CupelMetadata.UNENFORCED, String.join(",", unenforced));
        metadata.put("name", podName(job))
                .put("uid", UUID.randomUUID().toString())
                .put("creationTimestamp", now());
        metadata.withObjectProperty("labels").put(JobApi.JOB_NAME_LABEL, job.value());
        pod.set("metadata", metadata);
        pod.set("spec", template.path("spec").deepCopy());
        pod.withObjectProperty("spec").put("nodeName", "local");
        ObjectNode status = pod.putObject("status").put("phase", "Pending").put("startTime", now());
        status.putArray("conditions")
                .addObject()
                .put("type", "PodScheduled")
                .put("status", "True")
                .put("lastTransitionTime", now());
        return pod;
    }

    static void running(ObjectNode job, ObjectNode pod, String startedAt) {
        job.withObjectProperty("status")
                .put("active", 1)
                .put("startTime", startedAt)
                .put("ready", 1);
        ObjectNode status = pod.withObjectProperty("status").put("phase", "Running");
        containerStatus(status).putObject("state").putObject("running").put("startedAt", startedAt);
    }

    static void ended(ObjectNode job, ObjectNode pod, String startedAt, End end) {
        boolean success = end.exitCode() == 0 && end.reason().equals("Completed");
        ObjectNode podStatus = pod.withObjectProperty("status").put("phase", success ? "Succeeded" : "Failed");
        if (end.reason().equals("DeadlineExceeded")) {
            podStatus.put("reason", "DeadlineExceeded").put("message", "Pod was active longer than its deadline");
        }
        ObjectNode terminated = containerStatus(podStatus)
                .putObject("state")
                .putObject("terminated")
                .put("exitCode", end.exitCode())
                .put("reason", end.reason().equals("DeadlineExceeded") ? "Error" : end.reason())
                .put("startedAt", startedAt)
                .put("finishedAt", now());
        if (!end.message().isEmpty()) {
            terminated.put("message", end.message());
        }
        ObjectNode status = job.withObjectProperty("status");
        status.remove("active");
        status.remove("ready");
        status.put(success ? "succeeded" : "failed", 1);
        ObjectNode condition = status.putArray("conditions")
                .addObject()
                .put("type", success ? "Complete" : "Failed")
                .put("status", "True")
                .put("lastTransitionTime", now());
        if (success) {
            status.put("completionTime", now());
        } else {
            condition
                    .put("reason", "BackoffLimitExceeded")
                    .put("message", "Job has reached the specified backoff limit");
        }
    }

    /** As a Job's own deadline leaves it: without a Pod. */
    static void endedBeforeStart(ObjectNode job) {
        job.withObjectProperty("status")
                .putArray("conditions")
                .addObject()
                .put("type", "Failed")
                .put("status", "True")
                .put("reason", "DeadlineExceeded")
                .put("message", "Job was active longer than specified deadline")
                .put("lastTransitionTime", now());
    }

    private static ObjectNode containerStatus(ObjectNode podStatus) {
        ObjectNode status = podStatus.putArray("containerStatuses").addObject();
        return status.put("name", CupelMetadata.EVALUATION).put("restartCount", 0);
    }

    /** A JSON merge patch (RFC 7386), in place. */
    static void merge(ObjectNode target, ObjectNode patch) {
        patch.properties().forEach(member -> {
            if (member.getValue().isNull()) {
                target.remove(member.getKey());
            } else if (member.getValue() instanceof ObjectNode part) {
                merge(
                        target.get(member.getKey()) instanceof ObjectNode into
                                ? into
                                : target.putObject(member.getKey()),
                        part);
            } else {
                target.set(member.getKey(), member.getValue().deepCopy());
            }
        });
    }
}
