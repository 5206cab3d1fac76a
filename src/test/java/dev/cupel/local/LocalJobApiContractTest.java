package dev.cupel.local;

import dev.cupel.TestTags;
import dev.cupel.kubernetes.JobApi;
import dev.cupel.kubernetes.JobApiContract;
import dev.cupel.local.sandbox.Sandbox;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;

@Tag(TestTags.SLOW)
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
