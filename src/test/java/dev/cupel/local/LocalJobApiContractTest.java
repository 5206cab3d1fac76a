package dev.cupel.local;

import dev.cupel.cluster.JobApi;
import dev.cupel.cluster.JobApiContract;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;

class LocalJobApiContractTest extends JobApiContract {
    private final LocalJobApi jobs =
            new LocalJobApi("crucible", 2, _ -> {}, _ -> {}, Sandbox.detect(Optional.empty(), _ -> {}));

    @Override
    protected JobApi jobs() {
        return jobs;
    }

    @AfterEach
    void close() {
        jobs.close();
    }
}
