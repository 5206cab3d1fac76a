package dev.cupel.http;

import dev.cupel.collect.Collect;
import dev.cupel.event.JobName;
import java.time.Duration;
import java.util.Optional;

/** Waits for a Job's end by asking; a waiting call holds a virtual thread and nothing else. */
final class Waiting {
    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(1);

    private final Collect collect;

    Waiting(Collect collect) {
        this.collect = collect;
    }

    /** Empty if it did not end in time. */
    Optional<Collect.State.Ended> await(JobName name, int seconds) {
        long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        Duration pause = FIRST;
        while (System.nanoTime() < end) {
            if (collect.find(name).orElse(null) instanceof Collect.State.Ended ended) {
                return Optional.of(ended);
            }
            if (!sleep(pause)) {
                return Optional.empty();
            }
            pause = pause.compareTo(LONGEST) < 0 ? pause.multipliedBy(3).dividedBy(2) : LONGEST;
        }
        return Optional.empty();
    }

    private static boolean sleep(Duration pause) {
        try {
            Thread.sleep(pause);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
