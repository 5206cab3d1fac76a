package dev.cupel.collect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.cluster.JobApi;
import dev.cupel.event.Unavailable;
import dev.cupel.template.CupelMetadata;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

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
    private final Instant end;
    private int changes;
    private int failures;

    Sweep(JobApi jobs, Stuck stuck, Patience patience, InstantSource clock) {
        this.jobs = jobs;
        this.stuck = stuck;
        this.patience = patience;
        this.clock = clock;
        this.end = clock.instant().plus(MOST_TIME);
    }

    /**
     * One run.
     *
     * @return how many Jobs were changed
     * @throws Unavailable if something could not be done; all else was
     */
    int run() {
        List<Observed> waiting = new ArrayList<>();
        pages(jobs::listUnsettled, job -> {
            Observed seen = Observed.of(job, List.of());
            if (seen.isOver()) {
                change(() -> isDue(seen) && jobs.patchJob(seen.name(), touch()));
            } else if (isOld(seen) && Stuck.mayBeStuck(seen)) {
                waiting.add(seen);
            }
        });
        if (!waiting.isEmpty()) {
            check(waiting);
        }
        if (failures > 0) {
            throw new Unavailable(503, failures + " Jobs could not be swept", Optional.empty());
        }
        return changes;
    }

    /** All of their Pods are asked for at once, and why they have none: a thousand Jobs may wait for their turn. */
    private void check(List<Observed> waiting) {
        Map<String, List<ObjectNode>> pending = new HashMap<>();
        pages(
                jobs::listPending,
                pod -> pending.computeIfAbsent(OwnPods.jobUid(pod), _ -> new ArrayList<>())
                        .add(pod));
        Map<String, String> causes =
                waiting.stream().anyMatch(seen -> hasNoPod(seen, pending)) ? jobs.listCreateFailures() : Map.of();
        waiting.stream().takeWhile(_ -> goesOn()).forEach(seen -> {
            if (hasNoPod(seen, pending)) {
                String cause = causes.get(seen.uid());
                change(() -> stuck.check(cause == null ? seen : seen.withCreateFailure(cause)));
            } else {
                // One that is not pending has started, or ended, and the Job has not heard of it yet.
                List<ObjectNode> pods = pending.getOrDefault(seen.uid(), List.of());
                change(() -> !pods.isEmpty() && stuck.check(seen.withPods(pods)));
            }
        });
    }

    private static boolean hasNoPod(Observed seen, Map<String, List<ObjectNode>> pending) {
        return !pending.containsKey(seen.uid())
                && seen.job().path("status").path("active").asInt() == 0;
    }

    private void pages(BiFunction<Integer, Optional<String>, JobApi.Page> list, Consumer<ObjectNode> each) {
        Optional<String> next = Optional.empty();
        do {
            JobApi.Page page = list.apply(PAGE, next);
            page.items().stream().takeWhile(_ -> changes < MOST_CHANGES).forEach(each);
            next = page.next();
        } while (next.isPresent() && goesOn());
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
}
