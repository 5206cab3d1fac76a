package dev.cupel.collect.upkeep;

import dev.cupel.collect.observed.Observed;
import dev.cupel.kubernetes.JobApi;
import dev.cupel.telemetry.JobCounts;
import java.util.List;
import java.util.Optional;

/** Counts the Jobs that have not ended, by a look at each: for local mode, where that costs little. */
public final class CountJobs {
    private static final int PAGE = 500;

    private CountJobs() {}

    public static JobCounts count(JobApi jobs) {
        int waiting = 0;
        int running = 0;
        var runningUids = jobs.listRunning();
        Optional<String> next = Optional.empty();
        do {
            JobApi.Page page = jobs.listUnsettled(PAGE, next);
            for (var job : page.items()) {
                Observed seen = Observed.of(job, List.of());
                boolean runs = runningUids.contains(seen.uid());
                waiting += seen.isOver() || runs ? 0 : 1;
                running += !seen.isOver() && runs ? 1 : 0;
            }
            next = page.next();
        } while (next.isPresent());
        return new JobCounts(waiting, running);
    }
}
