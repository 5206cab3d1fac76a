package dev.cupel.collect.upkeep;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.collect.observed.Observed;
import dev.cupel.collect.observed.OwnPods;
import dev.cupel.collect.observed.PodState;
import dev.cupel.collect.observed.SameJob;
import dev.cupel.collect.observed.Timestamps;
import dev.cupel.collect.verdict.ClusterRules;
import dev.cupel.collect.verdict.Verdict.NotRun;
import dev.cupel.kubernetes.CupelMetadata;
import dev.cupel.kubernetes.JobApi;
import dev.cupel.rejection.Quoted;
import dev.cupel.result.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Ends a Job that will not start: an image that cannot be had, a configuration that is refused, no node, no quota. Notes
 * the cause on the Job and lowers the Job's own deadline, so that its end is told the way of all others. That deadline
 * deletes the Pod, but this one has no log.
 *
 * <p>A suspended Job waits its turn, for which there is a limit of its own: nobody may serve its queue.
 */
public final class EndStuckJob {
    private static final String WILL_NEVER_DO = "InvalidImageName";

    private final JobApi jobs;
    private final Timeouts timeouts;
    private final InstantSource clock;

    public EndStuckJob(JobApi jobs, Timeouts timeouts, InstantSource clock) {
        this.jobs = jobs;
        this.timeouts = timeouts;
        this.clock = clock;
    }

    /** Whether a Pod says that something keeps it from starting; whether for too long, only its Job tells. */
    public static boolean isSuspect(JsonNode pod) {
        return cause(Observed.of(pod, List.of(pod))).isPresent();
    }

    /**
     * Ends the Job if it has been kept from starting for too long. That is found from what was told of it, and once more from
     * it and its Pods as they are now: a program that has just started must not be ended.
     *
     * @param told the Job, of which its metadata are enough, and the Pod that waits, or why it has none
     * @return whether it was ended
     */
    public boolean check(Observed told) {
        if (overdue(told).isEmpty()) {
            return false;
        }
        return SameJob.find(jobs, told)
                .map(job -> told.withJob(job).withPods(OwnPods.of(jobs, job)))
                .flatMap(seen -> overdue(seen).map(cause -> jobs.patchJob(seen.name(), end(seen, cause))))
                .orElse(false);
    }

    /**
     * Keeps a Job from getting a Pod if it was ended by its deadline and then suspended: that deadline does not run.
     *
     * @return whether it was changed
     */
    boolean again(Observed seen) {
        return seen.isSuspended() && jobs.patchJob(seen.name(), Patches.onlyAs(seen.job(), Patches.noPods()));
    }

    private Optional<NotRun> overdue(Observed seen) {
        if (!mayBeStuck(seen)
                || seen.container().ran()
                || !seen.container().reason().isEmpty()) {
            return Optional.empty();
        }
        if (seen.isSuspended()) {
            return waitedInQueue(seen).compareTo(timeouts.queued()) < 0 ? Optional.empty() : Optional.of(queued(seen));
        }
        Optional<NotRun> cause = cause(seen);
        return waited(seen).compareTo(limit(seen, cause)) < 0
                ? Optional.empty()
                : Optional.of(cause.orElseGet(() -> silent(seen)));
    }

    /** What the Job alone can tell. */
    static boolean mayBeStuck(Observed seen) {
        return !seen.isOver()
                && seen.job().path("status").path("ready").asInt() == 0
                && seen.cancelledAt().isEmpty()
                && seen.annotation(CupelMetadata.CAUSE).isEmpty();
    }

    private static Optional<NotRun> cause(Observed seen) {
        return ClusterRules.notStarted(seen.pod())
                .or(() -> ClusterRules.notPlaced(seen))
                .filter(NotRun.class::isInstance)
                .map(NotRun.class::cast);
    }

    private Duration waited(Observed seen) {
        Instant since = seen.pod()
                .scheduledAt()
                .or(() -> seen.pod().createdAt())
                .or(() -> Timestamps.find(seen.job().path("status").path("startTime")))
                .or(() -> Timestamps.find(seen.job().path("metadata").path("creationTimestamp")))
                .orElse(Instant.MAX);
        return since(since);
    }

    private Duration waitedInQueue(Observed seen) {
        return since(Timestamps.find(seen.job().path("metadata").path("creationTimestamp"))
                .orElse(Instant.MAX));
    }

    private Duration since(Instant since) {
        Instant now = clock.instant();
        return since.isBefore(now) ? Duration.between(since, now) : Duration.ZERO;
    }

    private Duration limit(Observed seen, Optional<NotRun> cause) {
        if (cause.isEmpty()) {
            return timeouts.silent();
        }
        if (Stream.of(seen.container(), seen.pod().copier())
                .anyMatch(container -> container.waitingReason().equals(WILL_NEVER_DO))) {
            return Duration.ZERO;
        }
        return switch (cause.get().why()) {
            case INVALID_CONFIG -> timeouts.refused();
            // Without a Pod nothing was refused: the Job controller goes on trying.
            case START_FAILED -> seen.pod().exists() ? timeouts.refused() : timeouts.unschedulable();
            case UNSCHEDULABLE, QUOTA_EXCEEDED -> timeouts.unschedulable();
            case IMAGE_PULL_FAILED -> pending(seen.pod());
            // No causes of waiting: ClusterRules says these of a program that ran, or of a Pod that has ended.
            case COMPLETED,
                    NON_ZERO_EXIT,
                    SIGNALLED,
                    DEADLINE_EXCEEDED,
                    CPU_TIME_EXCEEDED,
                    OOM_KILLED,
                    DISK_EXCEEDED,
                    COMPILE_FAILED,
                    SUPERVISOR_BROKEN,
                    EVICTED,
                    NODE_LOST,
                    JOB_DELETED,
                    UNKNOWN,
                    CANCELLED -> pending(seen.pod());
        };
    }

    /** On its node, a Pod has its own deadline, which would end it without a word of why. */
    private Duration pending(PodState pod) {
        return pod.deadline()
                .filter(_ -> pod.isBound())
                .map(deadline -> deadline.dividedBy(2))
                .filter(half -> half.compareTo(timeouts.pending()) < 0)
                .orElse(timeouts.pending());
    }

    private static NotRun silent(Observed seen) {
        String what = seen.pod().exists() ? "Its Pod was still starting." : "It still had no Pod.";
        return new NotRun(Reason.START_FAILED, Optional.of(what));
    }

    private NotRun queued(Observed seen) {
        JsonNode labels = seen.job().path("metadata").path("labels");
        String queue = labels.path(CupelMetadata.QUEUE).asText();
        String priorityClass = labels.path(CupelMetadata.PRIORITY_CLASS).asText();
        String waited = timeouts.queued().toHours() > 0
                ? timeouts.queued().toHours() + " h"
                : timeouts.queued().toSeconds() + " s";
        if (queue.isEmpty()) {
            return new NotRun(
                    Reason.START_FAILED, Optional.of("It was suspended, and nobody resumed it within " + waited + "."));
        }
        return new NotRun(
                Reason.QUOTA_EXCEEDED,
                Optional.of("Queue " + Quoted.of(queue) + " did not admit it within " + waited
                        + (priorityClass.isEmpty()
                                ? ": it is full, or nobody serves it."
                                : ": it is full, nobody serves it, or Kueue knows no WorkloadPriorityClass "
                                        + Quoted.of(priorityClass) + ".")));
    }

    private ObjectNode end(Observed seen, NotRun cause) {
        // What has just been admitted must not be taken for what still waits.
        ObjectNode patch = seen.isSuspended() ? Patches.onlyAs(seen.job(), Patches.noPods()) : Patches.deadline();
        Patches.annotations(patch)
                .put(CupelMetadata.CAUSE, ClusterRules.note(cause))
                .put(CupelMetadata.NOT_STARTED, Patches.time(clock));
        return patch;
    }
}
