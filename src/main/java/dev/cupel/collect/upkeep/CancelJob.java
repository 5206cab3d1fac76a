package dev.cupel.collect.upkeep;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.collect.observed.Observed;
import dev.cupel.collect.observed.OwnPods;
import dev.cupel.kubernetes.CupelMetadata;
import dev.cupel.kubernetes.JobApi;
import dev.cupel.kubernetes.JobName;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * Stops a Job so that its log stays. How depends on how far it is:
 *
 * <ul>
 *   <li>A Pod on a node: its deadline is lowered to one second, upon which the kubelet ends it with SIGTERM and its grace
 *       period, and keeps it. Deleting the Pod, or lowering the Job's own deadline, would take the log with it (kubernetes
 *       78644).
 *   <li>No Pod on a node: the Job's own deadline. It has no log.
 *   <li>A suspended Job: its deadline does not run, and to resume it for that would start the program for a second, and be
 *       undone by Kueue. It is told to want no Pods, and so is over; {@link SettleJob} deletes it.
 * </ul>
 */
public final class CancelJob {
    private static final Duration ONE_SECOND = Duration.ofSeconds(1);

    private final JobApi jobs;
    private final InstantSource clock;

    public CancelJob(JobApi jobs, InstantSource clock) {
        this.jobs = jobs;
        this.clock = clock;
    }

    /**
     * Does nothing to a Job that has ended, and nothing new to one that was cancelled.
     *
     * @throws Rejected {@code NotFound}
     */
    public void cancel(JobName name) {
        ObjectNode job = jobs.findJob(name)
                .filter(Observed::isOurs)
                .orElseThrow(() -> new Rejected(RejectionReason.NOT_FOUND, "/job_name", "there is no Job " + name));
        act(job);
    }

    /**
     * Does what the state of a cancelled Job asks for by now: its queue may have taken it off its node since, and may
     * give it another, on which the program would run from its start.
     *
     * @return whether there was anything to do
     */
    public boolean again(JobName name) {
        return jobs.findJob(name)
                .filter(job -> Observed.of(job, List.of()).cancelledAt().isPresent())
                .map(this::act)
                .orElse(false);
    }

    private boolean act(ObjectNode job) {
        Observed seen = Observed.of(job, OwnPods.of(jobs, job));
        if (seen.isOver()) {
            return false;
        }
        if (seen.isSuspended()) {
            // A Pod that it still has is being deleted.
            return jobs.patchJob(seen.name(), withoutPod(seen, Patches.noPods()));
        }
        if (seen.pod().isBound()) {
            return endPod(seen);
        }
        return job.path("spec").path("activeDeadlineSeconds").asInt() != 1
                && jobs.patchJob(seen.name(), withoutPod(seen, Patches.deadline()));
    }

    private boolean endPod(Observed seen) {
        boolean changed = false;
        boolean isBelied = seen.annotation(CupelMetadata.NOT_STARTED).isPresent();
        if (seen.cancelledAt().isEmpty() || isBelied) {
            ObjectNode patch = Patches.empty();
            ObjectNode annotations = mark(seen, patch);
            if (isBelied) {
                annotations.putNull(CupelMetadata.NOT_STARTED);
            }
            // The mark first: what ends without it would be told as a deadline.
            changed = jobs.patchJob(seen.name(), patch);
        }
        boolean isEnding = seen.pod().deadline().filter(ONE_SECOND::equals).isPresent();
        return (!isEnding && jobs.patchPod(seen.pod().name(), Patches.deadline())) || changed;
    }

    /** One that was cancelled on a node, and has none by now, may have run; so may one that is losing its Pod. */
    private ObjectNode withoutPod(Observed seen, ObjectNode patch) {
        boolean cancelledOnNode = seen.cancelledAt().isPresent()
                && seen.annotation(CupelMetadata.NOT_STARTED).isEmpty();
        boolean mayHaveRun = cancelledOnNode || seen.pod().isBound();
        mark(seen, patch).put(mayHaveRun ? CupelMetadata.PREEMPTED : CupelMetadata.NOT_STARTED, Patches.time(clock));
        return patch;
    }

    /** Keeps the first mark: what ended between two requests was ended by the first. */
    private ObjectNode mark(Observed seen, ObjectNode patch) {
        ObjectNode annotations = Patches.annotations(patch);
        return annotations.put(
                CupelMetadata.CANCELLED,
                seen.annotation(CupelMetadata.CANCELLED).orElseGet(() -> Patches.time(clock)));
    }
}
