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
        JsonNode metadata = job.path("metadata");
        String uid = metadata.path("uid").asText();
        return jobs.listPods(JobReference.name(metadata.path("name").asText())).stream()
                .filter(pod -> jobUid(pod).isEmpty() || jobUid(pod).equals(uid))
                .toList();
    }

    /** The uid of the Job that made it; empty if it does not say so. */
    public static String jobUid(JsonNode pod) {
        return pod.path("metadata").path("labels").path(JobApi.JOB_UID_LABEL).asText();
    }
}
