package dev.cupel.collect.upkeep;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.cloudevents.Trace;
import dev.cupel.collect.observed.Observed;
import dev.cupel.collect.observed.SameJob;
import dev.cupel.kubernetes.CupelMetadata;
import dev.cupel.kubernetes.JobApi;
import dev.cupel.kubernetes.JobLifetime;
import dev.cupel.kubernetes.JobName;
import dev.cupel.kubernetes.JobReference;
import dev.cupel.rejection.Unavailable;
import dev.cupel.result.Reason;
import dev.cupel.telemetry.EndedJob;
import dev.cupel.telemetry.Telemetry;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Marks a Job whose result is in the broker's hands, and lets it go after the template's own TTL. */
public final class SettleJob {
    private static final int ATTEMPTS = 3;

    private final JobApi jobs;
    private final InstantSource clock;
    private final Telemetry telemetry;

    /** @param telemetry is told of each result once, when its Job is settled */
    public SettleJob(JobApi jobs, InstantSource clock, Telemetry telemetry) {
        this.telemetry = telemetry;
        this.jobs = jobs;
        this.clock = clock;
    }

    /**
     * Looks again at once if the Job was changed meanwhile: at a Pod's end its controller changes it several times, and a
     * broker's next attempt comes late and holds up others.
     *
     * @param result the data of a {@code finished} event; nothing to do if its Job is gone, or is settled
     */
    public void settle(JsonNode result) {
        JobName name = JobReference.name(result.path("job_name").asText());
        int attempt = 1;
        while (!trySettle(name, result, attempt == ATTEMPTS)) {
            attempt++;
        }
    }

    private boolean trySettle(JobName name, JsonNode result, boolean isLast) {
        String uid = result.path("uid").asText();
        // A Job of the same name that was made anew has a result of its own to tell.
        Optional<Observed> found =
                SameJob.find(jobs, name, uid).filter(Observed::isOurs).map(job -> Observed.of(job, List.of()));
        try {
            found.ifPresentOrElse(seen -> settle(name, seen, result), () -> tellDeleted(result));
            return true;
        } catch (Unavailable e) {
            if (isLast || !mayBeAConflict(e)) {
                throw e;
            }
            return false;
        }
    }

    /** The API server answered, and did not ask for a pause. One that is away, or has too much to do, is left alone. */
    private static boolean mayBeAConflict(Unavailable failure) {
        return failure.getCause() == null
                && !failure.isThrottled()
                && failure.retryAfter().isEmpty();
    }

    /** Of one that someone deleted nothing is left to be settled. Any other that is gone was settled before. */
    private void tellDeleted(JsonNode result) {
        EndedJob.of(result)
                .filter(job -> job.reason() == Reason.JOB_DELETED)
                .ifPresent(job -> telemetry.result(job, Trace.NONE));
    }

    private void settle(JobName name, Observed seen, JsonNode result) {
        boolean isTakenBack = seen.isSuspended() && !seen.isJobOver();
        if (!seen.isSettled()) {
            ObjectNode mark = isTakenBack ? Patches.takenBack(mark(seen), clock) : mark(seen);
            // What is not over may be taken back this very moment, and nobody tells of it any more once it is settled.
            ObjectNode patch = seen.isJobOver() ? mark : Patches.onlyAs(seen.job(), mark);
            if (jobs.patchJob(name, release(seen, patch))) {
                EndedJob.of(result).ifPresent(job -> telemetry.result(job, seen.trace()));
            }
        } else if (seen.hasFinalizer()) {
            jobs.patchJob(name, release(seen, Patches.empty()));
        }
        // It never ends by itself, so no TTL would take it away.
        if (seen.isWithdrawn() || isTakenBack) {
            jobs.deleteJob(name);
        }
    }

    /** Lets go of a settled Job that someone deletes, or that its queue took back after its Pod had told its end. */
    public void release(ObjectNode job) {
        Observed seen = Observed.of(job, List.of());
        if (seen.isSettled() && seen.isHeld()) {
            jobs.patchJob(seen.name(), release(seen, Patches.empty()));
        }
        if (seen.isSettled() && seen.isWithdrawn()) {
            jobs.deleteJob(seen.name());
        }
    }

    /**
     * A merge patch replaces a list as a whole. The resource version makes sure that nobody has changed it meanwhile.
     */
    private static ObjectNode release(Observed seen, ObjectNode patch) {
        if (seen.hasFinalizer()) {
            ArrayNode rest = Patches.onlyAs(seen.job(), patch)
                    .withObjectProperty("metadata")
                    .putArray("finalizers");
            seen.otherFinalizers().forEach(rest::add);
        }
        return patch;
    }

    private ObjectNode mark(Observed seen) {
        ObjectNode patch = Patches.empty();
        Patches.annotations(patch).put(CupelMetadata.SETTLED, Patches.time(clock));
        patch.withObjectProperty("metadata").putObject("labels").put(CupelMetadata.SETTLED, "true");
        int ttl = seen.annotations().path(CupelMetadata.TTL_AFTER_SETTLED).asInt(JobLifetime.DEFAULT_TTL_SECONDS);
        patch.putObject("spec").put("ttlSecondsAfterFinished", ttl);
        return patch;
    }
}
