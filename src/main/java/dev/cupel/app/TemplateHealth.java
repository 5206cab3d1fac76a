package dev.cupel.app;

import dev.cupel.http.door.Role;
import io.smallrye.health.api.Wellness;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Collectors;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/** Whether the templates can be read and pass lint, as they are now: those of a folder may change while this runs. */
@Wellness
@Singleton
public class TemplateHealth implements HealthCheck {
    private static final Duration REMEMBERED = Duration.ofSeconds(60);
    private static final int TOLD = 3;

    private final Remembered<List<String>> faults;

    TemplateHealth(CupelConfig config) {
        StartChecks checks = new StartChecks(config);
        faults = new Remembered<>(
                REMEMBERED,
                InstantSource.system(),
                () -> config.role() == Role.COLLECT ? List.of() : checks.templates());
    }

    @Override
    public HealthCheckResponse call() {
        List<String> known = faults.get();
        return HealthCheckResponse.named("the templates are right")
                .status(known.isEmpty())
                .withData("faults", known.size())
                .withData("first", known.stream().limit(TOLD).collect(Collectors.joining("\n")))
                .build();
    }
}
