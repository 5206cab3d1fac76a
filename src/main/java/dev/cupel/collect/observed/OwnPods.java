package dev.cupel.collect.observed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.kubernetes.JobApi;
import dev.cupel.kubernetes.JobReference;
import java.util.List;

/** The Pods of a Job, without those of another that had its name before or has it now. */
public final class OwnPods {
    private OwnPods() {}

    public static List<ObjectNode> of(JobApi jobs, JsonNode job) {
        return among(
                jobs.listPods(
                        JobReference.name(job.path("metadata").path("name").asText())),
                job);
    }

    /** Those of them that are the Job's. */
    public static List<ObjectNode> among(List<ObjectNode> pods, JsonNode job) {
        String uid = job.path("metadata").path("uid").asText();
        return pods.stream()
                .filter(pod -> jobUid(pod).isEmpty() || jobUid(pod).equals(uid))
                .toList();
    }

    /** The uid of the Job that made it; empty if it does not say so. */
    public static String jobUid(JsonNode pod) {
        return pod.path("metadata").path("labels").path(JobApi.JOB_UID_LABEL).asText();
    }
}
