package dev.cupel.policy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.json.Digest;
import dev.cupel.kubernetes.CupelMetadata;
import dev.cupel.kubernetes.JobApi;
import dev.cupel.kubernetes.JobLifetime;
import dev.cupel.request.JobRendered;
import java.util.List;
import java.util.Optional;

/**
 * The manifest that a stored Job was created from: what the API server, the Job controller and Cupel's own functions added
 * is taken away again. Whether that is the very manifest, its digest tells.
 *
 * @param isExact whether it has the digest that submit noted
 */
public record SubmittedManifest(ObjectNode job, Digest digest, boolean isExact) {
    /**
     * Of a stored Job.
     *
     * @param stored as the API server says it; left as it is
     * @param installation what a queue added to, where the Job was to run
     */
    public static SubmittedManifest of(ObjectNode stored, PodSettings installation) {
        SubmittedManifest manifest = of(stored.deepCopy());
        if (manifest.isExact || !manifest.job.at("/metadata/labels").has(CupelMetadata.QUEUE)) {
            return manifest;
        }
        ObjectNode unplaced = stored.deepCopy();
        installation.restorePlace(unplaced);
        return of(unplaced);
    }

    private static SubmittedManifest of(ObjectNode job) {
        String noted =
                job.at("/metadata/annotations").path(CupelMetadata.DIGEST).asText();
        Optional<CarriedSupervisor> supervisor = CarriedSupervisor.takeOutOf(job);
        Policy.JOB.prune(job);
        if (job.at("/metadata/annotations") instanceof ObjectNode annotations) {
            restoreDeadline(job, annotations);
            annotations.remove(CupelMetadata.BY_SUBMIT_AND_COLLECT);
        }
        if (job.at("/metadata/labels") instanceof ObjectNode labels) {
            labels.remove(CupelMetadata.SETTLED);
        }
        if (job.get("spec") instanceof ObjectNode spec) {
            restore(job, spec);
        }
        Policy.JOB.complete(job);
        supervisor.ifPresent(carried -> carried.addTo(job));
        Digest digest = JobRendered.digestOf(job);
        return new SubmittedManifest(job, digest, digest.value().equals(noted));
    }

    /** A Job that was ended without a Pod on a node got a deadline of a second for that. */
    private static void restoreDeadline(ObjectNode job, ObjectNode annotations) {
        boolean ended = annotations.has(CupelMetadata.NOT_STARTED) || annotations.has(CupelMetadata.CANCELLED);
        if (ended
                && job.get("spec") instanceof ObjectNode spec
                && spec.path("activeDeadlineSeconds").asInt() == 1) {
            spec.put("activeDeadlineSeconds", JobLifetime.deadlineSeconds(spec.at("/template/spec")));
        }
    }

    /** What settling and Kueue change. */
    private static void restore(ObjectNode job, ObjectNode spec) {
        spec.put("ttlSecondsAfterFinished", JobLifetime.DAY_SECONDS);
        if (job.at("/metadata/labels").has(CupelMetadata.QUEUE)) {
            spec.put("suspend", true);
        } else {
            spec.remove("suspend");
        }
        if (job.at("/spec/template/metadata/labels") instanceof ObjectNode labels) {
            labels.remove(List.of(JobApi.JOB_UID_LABEL, JobApi.JOB_NAME_LABEL, "controller-uid", "job-name"));
        }
    }
}
