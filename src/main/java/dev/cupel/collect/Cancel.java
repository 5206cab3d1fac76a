package dev.cupel.collect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.cluster.JobApi;
import dev.cupel.event.JobName;
import dev.cupel.event.Rejected;
import dev.cupel.event.RejectionReason;
import dev.cupel.template.CupelMetadata;
import java.time.InstantSource;

/**
 * Stops a Job so that its log stays. How depends on how far it is:
 *
 * <ul>
 *   <li>A Pod on a node: its deadline is lowered to one second, upon which the kubelet ends it with SIGTERM and its grace
 *       period, and keeps it. Deleting the Pod, or lowering the Job's own deadline, would take the log with it (kubernetes
 *       78644).
 *   <li>No Pod on a node: the Job's own deadline. It has no log.
 *   <li>A suspended Job: its deadline does not run, and to resume it for that would start the program for a second, and be
 *       undone by Kueue. It is told to want no Pods, and so is over; {@link Settle} deletes it.
 * </ul>
 */
final class Cancel {
    private final JobApi jobs;
    private final InstantSource clock;

    Cancel(JobApi jobs, InstantSource clock) {
        this.jobs = jobs;
        this.clock = clock;
    }

    /**
     * Does nothing to a Job that has ended, and nothing new to one that was cancelled.
     *
     * @throws Rejected {@code NotFound}
     */
    void cancel(JobName name) {
        ObjectNode job = jobs.findJob(name)
                .filter(Observed::isOurs)
                .orElseThrow(() -> new Rejected(RejectionReason.NOT_FOUND, "/job_name", "there is no Job " + name));
        Observed seen = Observed.of(job, OwnPods.of(jobs, job));
        if (seen.isOver()) {
            return;
        }
        if (seen.pod().isBound()) {
            // The mark first: what ends without it would be told as a deadline.
            jobs.patchJob(name, mark(seen, Patches.empty(), false));
            jobs.patchPod(seen.pod().name(), Patches.deadline());
            return;
        }
        ObjectNode patch = Patches.deadline();
        if (seen.isSuspended()) {
            patch = Patches.empty();
            patch.putObject("spec").put("parallelism", 0);
        }
        jobs.patchJob(name, mark(seen, patch, true));
    }

    /** Keeps the first mark: what ended between two requests was ended by the first. */
    private ObjectNode mark(Observed seen, ObjectNode patch, boolean beforeStart) {
        String time = Patches.time(clock);
        ObjectNode annotations = Patches.annotations(patch);
        annotations.put(
                CupelMetadata.CANCELLED,
                seen.annotation(CupelMetadata.CANCELLED).orElse(time));
        if (beforeStart) {
            annotations.put(CupelMetadata.NOT_STARTED, time);
        }
        return patch;
    }
}
