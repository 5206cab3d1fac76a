package dev.cupel.collect.upkeep;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.collect.observed.Observed;
import dev.cupel.collect.observed.OwnPods;
import dev.cupel.collect.observed.Timestamps;
import dev.cupel.kubernetes.CupelMetadata;
import dev.cupel.kubernetes.JobApi;
import dev.cupel.rejection.Unavailable;
import dev.cupel.telemetry.JobCounts;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Looks after Jobs of which no event comes any more: an informer that starts again tells nothing of what changed
 * meanwhile, and a broker gives up. One that has ended and is not settled gets an annotation, so that an ordinary
 * update comes again: there is no second way to a result. One that does not start is handed to {@link EndStuckJob}, one
 * that was cancelled and has not ended to {@link CancelJob} once more.
 */
public final class SweepJobs {
    /** Of a Job comes what it is called and how far it is, some kilobytes; of a Pod all but its containers. */
    static final int PAGE = 500;

    /** What is changed in one run; the rest waits for the next. */
    static final int MOST_CHANGES = 50;

    /** A broker's own patience is longer. */
    private static final Duration MOST_TIME = Duration.ofSeconds(20);

    private final JobApi jobs;
    private final EndStuckJob stuck;
    private final Timeouts timeouts;
    private final InstantSource clock;
    private final Instant end;
    private Optional<String> stoppedAt = Optional.empty();
    private int changes;
    private int failures;
    private int suspended;
    private int active;
    private Optional<JobCounts> counts = Optional.empty();

    public SweepJobs(JobApi jobs, EndStuckJob stuck, Timeouts timeouts, InstantSource clock) {
        this.jobs = jobs;
        this.stuck = stuck;
        this.timeouts = timeouts;
        this.clock = clock;
        this.end = clock.instant().plus(MOST_TIME);
    }

    /**
     * One run.
     *
     * @param from where an earlier one {@link #stoppedAt stopped}
     * @return how many Jobs were changed
     * @throws Unavailable if something could not be done; all else was
     */
    public int run(Optional<String> from) {
        List<Observed> old = new ArrayList<>();
        lookAtUnsettled(from, old);
        if (active > 0 && goesOn()) {
            Set<String> running = jobs.listRunning();
            check(old, running);
            if (from.isEmpty() && stoppedAt.isEmpty()) {
                count(running.size());
            }
        } else if (active == 0 && from.isEmpty() && stoppedAt.isEmpty()) {
            count(0);
        }
        if (failures > 0) {
            throw new Unavailable(failures + " Jobs could not be swept");
        }
        return changes;
    }

    /** Some Pods that run are of Jobs that were not looked at: newer ones, or such as are about to end. */
    private void count(int running) {
        int those = Math.min(running, active);
        counts = Optional.of(new JobCounts(suspended + active - those, those));
    }

    /** How many there are, if all were looked at. */
    public Optional<JobCounts> counts() {
        return counts;
    }

    /** Where the next run should go on; empty if this one came to the end, or broke off. */
    public Optional<String> stoppedAt() {
        return stoppedAt;
    }

    private void lookAtUnsettled(Optional<String> from, List<Observed> old) {
        Optional<String> next = from;
        do {
            Optional<String> here = next;
            JobApi.Page page = jobs.listUnsettled(PAGE, here);
            page.items().stream().takeWhile(_ -> goesOn()).forEach(job -> look(Observed.of(job, List.of()), old));
            // What was changed is not due again, so that the same page gets on. Not so where time ran out: what cannot
            // be
            // changed costs most of it, and must not keep the pages behind it from their turn.
            next = changes < MOST_CHANGES ? page.next() : here;
            stoppedAt = next;
        } while (next.isPresent() && goesOn());
    }

    private void look(Observed listed, List<Observed> old) {
        if (!listed.isOver()) {
            suspended += listed.isSuspended() ? 1 : 0;
            active += listed.isSuspended() ? 0 : 1;
        }
        if (listed.isOver()) {
            change(() -> isDue(listed) && touch(listed));
        } else if (isEnding(listed)) {
            change(() -> jobs.findJob(listed.name())
                    .map(job -> endAgain(Observed.of(job, List.of())))
                    .orElse(false));
        } else if (listed.isSuspended()) {
            change(() -> stuck.check(listed));
        } else if (isOld(listed) && EndStuckJob.mayBeStuck(listed)) {
            old.add(listed);
        }
    }

    /** Whether someone cancelled it or collect ended it: whether that was the end of it, a list does not tell. */
    private static boolean isEnding(Observed listed) {
        return listed.cancelledAt().isPresent()
                || listed.annotation(CupelMetadata.CAUSE).isPresent()
                || listed.isPreempted();
    }

    private boolean endAgain(Observed seen) {
        if (seen.isOver()) {
            return isDue(seen) && touch(seen);
        }
        return seen.cancelledAt().isPresent() ? new CancelJob(jobs, clock).again(seen.name()) : stuck.again(seen);
    }

    /** All of their Pods are asked for at once, and why they have none: a thousand Jobs may wait for their turn. */
    private void check(List<Observed> old, Set<String> running) {
        List<Observed> waiting =
                old.stream().filter(seen -> !running.contains(seen.uid())).toList();
        if (waiting.isEmpty()) {
            return;
        }
        Map<String, List<ObjectNode>> pending = listPending();
        boolean allHavePods = waiting.stream().allMatch(seen -> pending.containsKey(seen.uid()));
        Map<String, String> causes = allHavePods ? Map.of() : jobs.listCreateFailures();
        waiting.stream().takeWhile(_ -> goesOn()).forEach(seen -> {
            Observed withPods = seen.withPods(pending.getOrDefault(seen.uid(), List.of()));
            String cause = causes.get(seen.uid());
            change(() -> stuck.check(cause == null ? withPods : withPods.withCreateFailure(cause)));
        });
    }

    private Map<String, List<ObjectNode>> listPending() {
        Map<String, List<ObjectNode>> pending = new HashMap<>();
        Optional<String> next = Optional.empty();
        do {
            JobApi.Page page = jobs.listPending(PAGE, next);
            page.items()
                    .forEach(pod -> pending.computeIfAbsent(OwnPods.jobUid(pod), _ -> new ArrayList<>())
                            .add(pod));
            next = page.next();
        } while (next.isPresent());
        return pending;
    }

    private boolean goesOn() {
        return changes < MOST_CHANGES && clock.instant().isBefore(end);
    }

    /** One that cannot be changed must not keep the others from it. */
    private void change(BooleanSupplier change) {
        try {
            if (change.getAsBoolean()) {
                changes++;
            }
        } catch (Unavailable e) {
            failures++;
        }
    }

    /** What has just been made is about to start. */
    private boolean isOld(Observed seen) {
        Instant since = clock.instant().minus(timeouts.refused());
        return Timestamps.find(seen.job().path("metadata").path("creationTimestamp"))
                .filter(made -> !made.isAfter(since))
                .isPresent();
    }

    /** After the first time, as long as it took until then: 1, 2, 4, 8 minutes after the end. */
    private boolean isDue(Observed seen) {
        Instant over = seen.overSince().orElse(Instant.EPOCH);
        Duration wait = Timestamps.find(seen.annotations().path(CupelMetadata.SWEPT))
                .map(swept -> Duration.between(over, swept).multipliedBy(2))
                .orElse(timeouts.sweep());
        return !over.plus(wait).isAfter(clock.instant());
    }

    private boolean touch(Observed seen) {
        ObjectNode patch = Patches.empty();
        Patches.annotations(patch).put(CupelMetadata.SWEPT, Patches.time(clock));
        return jobs.patchJob(seen.name(), patch);
    }
}
