package dev.cupel.collect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.cluster.JobApi;
import dev.cupel.event.JobName;
import dev.cupel.event.Unavailable;
import dev.cupel.template.CupelMetadata;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Looks after Jobs of which no event comes any more: an informer that starts again tells nothing of what changed
 * meanwhile, and a broker gives up. One that has ended and is not settled gets an annotation, so that an ordinary update
 * comes again: there is no second way to a result. One that does not start is handed to {@link Stuck}.
 */
final class Sweep {
    /** A page's Jobs come whole from the server, up to 1.5 MiB each. */
    private static final int PAGE = 20;

    /** What is changed in one run; the rest waits for the next. */
    static final int MOST_CHANGES = 50;

    /** A broker's own patience is longer. */
    private static final Duration MOST_TIME = Duration.ofSeconds(20);

    private final JobApi jobs;
    private final Stuck stuck;
    private final Patience patience;
    private final InstantSource clock;
    private int changes;
    private int failures;

    Sweep(JobApi jobs, Stuck stuck, Patience patience, InstantSource clock) {
        this.jobs = jobs;
        this.stuck = stuck;
        this.patience = patience;
        this.clock = clock;
    }

    /**
     * One run.
     *
     * @return how many Jobs were changed
     * @throws Unavailable if something could not be done; all else was
     */
    int run() {
        Instant end = clock.instant().plus(MOST_TIME);
        Optional<String> next = Optional.empty();
        do {
            JobApi.Page page = jobs.listUnsettled(PAGE, next);
            page.jobs().stream().takeWhile(_ -> changes < MOST_CHANGES).forEach(this::visit);
            next = page.next();
        } while (next.isPresent() && changes < MOST_CHANGES && clock.instant().isBefore(end));
        if (failures > 0) {
            throw new Unavailable(503, failures + " Jobs could not be swept", Optional.empty());
        }
        return changes;
    }

    /** One that cannot be changed must not keep the others from it. */
    private void visit(ObjectNode job) {
        try {
            if (change(job)) {
                changes++;
            }
        } catch (Unavailable e) {
            failures++;
        }
    }

    private boolean change(ObjectNode job) {
        Observed seen = Observed.of(job, List.of());
        if (!seen.isOver()) {
            return isOld(seen) && stuck.check(job);
        }
        return isDue(seen) && jobs.patchJob(name(job), touch());
    }

    /** What has just been made is about to start. */
    private boolean isOld(Observed seen) {
        Instant since = clock.instant().minus(patience.refused());
        return Timestamps.find(seen.job().path("metadata").path("creationTimestamp"))
                .filter(made -> !made.isAfter(since))
                .isPresent();
    }

    /** After the first time, as long as it took until then: 1, 2, 4, 8 minutes after the end. */
    private boolean isDue(Observed seen) {
        Instant over = seen.overSince().orElse(Instant.EPOCH);
        Duration wait = Timestamps.find(seen.annotations().path(CupelMetadata.SWEPT))
                .map(swept -> Duration.between(over, swept).multipliedBy(2))
                .orElse(patience.sweep());
        return !over.plus(wait).isAfter(clock.instant());
    }

    private ObjectNode touch() {
        ObjectNode patch = Patches.empty();
        Patches.annotations(patch).put(CupelMetadata.SWEPT, Patches.time(clock));
        return patch;
    }

    private static JobName name(ObjectNode job) {
        return new JobName(job.path("metadata").path("name").asText());
    }
}
