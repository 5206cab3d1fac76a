package dev.cupel.cli.batch;

import dev.cupel.app.CupelConfig;
import dev.cupel.batch.BatchRun;
import dev.cupel.batch.LocalPlace;
import dev.cupel.batch.Screen;
import dev.cupel.collect.Collect;
import dev.cupel.kubernetes.JobApi;
import dev.cupel.local.broker.LocalBroker;
import io.quarkus.runtime.QuarkusApplication;
import java.nio.file.Path;
import java.util.Optional;

/** The body of {@code cupel batch} without a server: sends each request to the embedded broker. */
public final class BatchApplication implements QuarkusApplication {
    private final CupelConfig config;
    private final LocalBroker broker;
    private final Collect collect;
    private final JobApi jobs;

    BatchApplication(CupelConfig config, Optional<LocalBroker> broker, Collect collect, JobApi jobs) {
        this.config = config;
        this.broker = broker.orElseThrow();
        this.collect = collect;
        this.jobs = jobs;
    }

    @Override
    public int run(String... args) throws Exception {
        int slots = config.localJobs().orElse(Runtime.getRuntime().availableProcessors());
        boolean resumes = Boolean.parseBoolean(args[2]);
        try (LocalPlace place = new LocalPlace(broker, collect, jobs)) {
            return BatchRun.run(
                    Path.of(args[0]),
                    Path.of(args[1]),
                    resumes,
                    Screen.ofStandardError(),
                    batch -> batch.run(place, slots));
        } finally {
            // While the functions still answer: what is on its way arrives, and nothing more is sent.
            broker.close();
        }
    }
}
