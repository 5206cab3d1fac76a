package dev.cupel.app;

import dev.cupel.http.door.Role;
import dev.cupel.kubernetes.JobApi;
import dev.cupel.kubernetes.JobName;
import io.smallrye.health.api.Wellness;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/**
 * Whether the API server answers this process: it is asked for a Job that is not there, as for any other, which also takes
 * the right to do so. No part of readiness: where the server is away, whoever asks is to be told so, and not kept waiting.
 */
@Wellness
@Singleton
public class ClusterHealth implements HealthCheck {
    static final Duration PATIENCE = Duration.ofSeconds(2);

    /** However many ask. */
    static final Duration REMEMBERED = Duration.ofSeconds(10);

    private static final JobName NOBODY = new JobName("cupel-health");

    private final Remembered<Optional<String>> fault;
    private final boolean isNeeded;

    @Inject
    ClusterHealth(CupelConfig config, Instance<JobApi> jobs) {
        this(config.role() != Role.RENDER, () -> jobs.get().findJob(NOBODY), InstantSource.system());
    }

    ClusterHealth(boolean isNeeded, Runnable question, InstantSource clock) {
        this.isNeeded = isNeeded;
        this.fault = new Remembered<>(REMEMBERED, clock, () -> fault(question));
    }

    @Override
    public HealthCheckResponse call() {
        Optional<String> known = isNeeded ? fault.get() : Optional.empty();
        return HealthCheckResponse.named("the API server answers")
                .status(known.isEmpty())
                .withData("fault", known.orElse("none"))
                .build();
    }

    private static Optional<String> fault(Runnable question) {
        FutureTask<Boolean> answer = new FutureTask<>(question, true);
        Thread asking =
                Thread.ofVirtual().name("asks the API server for its health").start(answer);
        try {
            answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            return Optional.empty();
        } catch (TimeoutException e) {
            asking.interrupt();
            return Optional.of("no answer within " + PATIENCE.toSeconds() + " s");
        } catch (ExecutionException e) {
            return Optional.of(String.valueOf(
                    e.getCause() == null ? e.getMessage() : e.getCause().getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        }
    }
}
