package dev.cupel.collect.upkeep;

import dev.cupel.kubernetes.JobLifetime;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * How long collect waits, and for what.
 *
 * @param sweep from a Job's end until the sweep tells of it again, if its result has not been settled by then; doubled
 *     each time after
 * @param lost from a Job's end until its log is given up, if asking for it fails for so long
 * @param refused for what the cluster refused and will refuse again: a configuration, or a Pod by admission
 * @param pending for an image
 * @param unschedulable for a node or a quota: a thousand Jobs at once wait for each other, and each of them will have
 * its turn
 * @param silent for a start of which nobody says why it takes so long
 * @param queued for a queue to admit a Job, from when the Job was made
 */
public record Timeouts(
        Duration sweep,
        Duration lost,
        Duration refused,
        Duration pending,
        Duration unschedulable,
        Duration silent,
        Duration queued) {
    /**
     * A Job's own deadline runs from its first sync, Pod or no Pod, and must not come before one of these is at its
     * end.
     */
    public Timeouts {
        Duration onNode = Stream.of(refused, pending, silent)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        Duration longest = unschedulable.multipliedBy(2).plus(onNode).plus(sweep);
        if (longest.compareTo(JobLifetime.LONGEST_START) > 0) {
            throw new IllegalArgumentException(
                    "CUPEL_UNSCHEDULABLE_AFTER, twice (a quota, then a node), with the longest of CUPEL_REFUSED_AFTER, "
                            + "CUPEL_PENDING_AFTER and CUPEL_SILENT_AFTER and with CUPEL_SWEEP_AFTER comes to "
                            + longest + ": no Job waits longer than " + JobLifetime.LONGEST_START);
        }
    }

    public static final Timeouts DEFAULT = new Timeouts(
            Duration.ofMinutes(1),
            Duration.ofHours(1),
            Duration.ofSeconds(30),
            Duration.ofMinutes(5),
            Duration.ofHours(1),
            Duration.ofMinutes(10),
            Duration.ofHours(24));
}
