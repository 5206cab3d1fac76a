package dev.cupel.collect.observed;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.kubernetes.JobApi;
import dev.cupel.kubernetes.JobName;
import java.util.Optional;

/** A Job of which something was told, as it is now: not another that was made anew under its name. */
public final class SameJob {
    private SameJob() {}

    /** @return empty if it is gone */
    public static Optional<ObjectNode> find(JobApi jobs, Observed told) {
        return find(jobs, told.name(), told.uid());
    }

    /** @return empty if it is gone */
    public static Optional<ObjectNode> find(JobApi jobs, JobName name, String uid) {
        return jobs.findJob(name)
                .filter(job -> job.path("metadata").path("uid").asText().equals(uid));
    }
}
