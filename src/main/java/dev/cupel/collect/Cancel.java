package dev.cupel.collect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.cluster.JobApi;
import dev.cupel.event.JobName;
import dev.cupel.event.Rejected;
import dev.cupel.event.RejectionReason;
import dev.cupel.template.CupelMetadata;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * Stops a Job so that its log stays: the pod's deadline is lowered to one second, upon which the kubelet ends it with
 * SIGTERM and its grace period, and keeps it. Deleting the pod, or lowering the Job's own deadline, would take the log
 * with it (kubernetes 78644). A Job whose pod has not started is ended by its own deadline: it has no log.
 */
final class Cancel {
    private final JobApi jobs;

    private Cancel(JobApi jobs) {
        this.jobs = jobs;
    }

    static Cancel of(JobApi jobs) {
        return new Cancel(jobs);
    }

    void cancel(JobName name) {
        ObjectNode job = jobs.findJob(name)
                .filter(found -> found.at("/metadata/labels")
                        .path(CupelMetadata.MANAGED_BY)
                        .asText()
                        .equals(CupelMetadata.CUPEL))
                .orElseThrow(() -> new Rejected(RejectionReason.NOT_FOUND, "/job_name", "there is no Job " + name));
        if (Observed.of(job, List.of()).hasEnded()) {
            return;
        }
        if (job.at("/metadata/annotations").path(CupelMetadata.CANCELLED).isMissingNode()) {
            jobs.patchJob(name, mark());
        }
        Optional<ObjectNode> started =
                jobs.listPods(name).stream().filter(Cancel::hasStarted).findFirst();
        if (started.isPresent()) {
            jobs.patchPod(started.get().path("metadata").path("name").asText(), deadline());
            return;
        }
        ObjectNode patch = deadline();
        // A suspended Job's deadline does not run.
        ((ObjectNode) patch.get("spec")).put("suspend", false);
        jobs.patchJob(name, patch);
    }

    private static boolean hasStarted(JsonNode pod) {
        return pod.path("status").path("phase").asText().equals("Running");
    }

    private static ObjectNode mark() {
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        patch.putObject("metadata")
                .putObject("annotations")
                .put(
                        CupelMetadata.CANCELLED,
                        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        return patch;
    }

    private static ObjectNode deadline() {
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        patch.putObject("spec").put("activeDeadlineSeconds", 1);
        return patch;
    }
}
