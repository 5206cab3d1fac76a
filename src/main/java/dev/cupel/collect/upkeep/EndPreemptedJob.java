package dev.cupel.collect.upkeep;

import dev.cupel.collect.observed.Observed;
import dev.cupel.collect.observed.OwnPods;
import dev.cupel.collect.observed.PodState;
import dev.cupel.collect.observed.SameJob;
import dev.cupel.kubernetes.JobApi;
import java.time.InstantSource;

/**
 * Ends a Job whose program had started when its queue took it off its node again: the queue suspends it, its Pod is
 * deleted, and later it would get another, in which the program runs a second time. A program is run at most once.
 */
public final class EndPreemptedJob {
    private final JobApi jobs;
    private final InstantSource clock;

    public EndPreemptedJob(JobApi jobs, InstantSource clock) {
        this.jobs = jobs;
        this.clock = clock;
    }

    /** Whether a Job that is suspended says that it has, or just had, a Pod. */
    public static boolean isSuspect(Observed told) {
        return !told.isOver()
                && told.isSuspended()
                && (hadReadyPod(told) || count(told, "active") > 0 || count(told, "terminating") > 0);
    }

    /**
     * Ends the Job, in whatever state it is by now, if its program had started.
     *
     * @return whether it did
     */
    public boolean check(Observed told) {
        return SameJob.find(jobs, told)
                .map(job -> Observed.of(job, OwnPods.of(jobs, job)))
                .filter(seen -> !seen.isOver() && (hadReadyPod(told) || hadReadyPod(seen) || ran(seen)))
                .map(seen -> jobs.patchJob(seen.name(), Patches.takenBack(Patches.empty(), clock)))
                .orElse(false);
    }

    /** Nothing asks our container whether it is ready, so it is as soon as it runs. */
    private static boolean hadReadyPod(Observed seen) {
        return seen.isSuspended() && count(seen, "ready") > 0;
    }

    private static boolean ran(Observed seen) {
        return seen.pods().stream()
                .anyMatch(pod -> new PodState(pod).container().ran());
    }

    private static int count(Observed seen, String pods) {
        return seen.job().path("status").path(pods).asInt();
    }
}
