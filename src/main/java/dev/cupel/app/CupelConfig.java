package dev.cupel.app;

import dev.cupel.http.Role;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** All settings of Cupel's own; each also by environment variable, as in {@code CUPEL_ROLE}. */
@ConfigMapping(prefix = "cupel")
public interface CupelConfig {
    /** {@code render}, {@code submit}, {@code collect}, or {@code api} for all of them with the HTTP calls. */
    @WithDefault("api")
    Role role();

    /** The namespace of all Jobs. */
    @WithDefault("crucible")
    String namespace();

    /** A folder of templates; if not given, those that come with the program. */
    Optional<Path> templates();

    /** The default image of every template, for installations that have one of their own. */
    Optional<String> executorImage();

    /** Whether Jobs run on this machine; if not given, they do where no cluster is configured. */
    Optional<Boolean> local();

    /** How many Jobs run at once on this machine; if not given, as many as it has processors. */
    Optional<Integer> localJobs();

    /** Where the HTTP calls can be reached, for links in events; without a slash at its end. */
    @WithDefault("")
    String url();

    /** How long one request to the API server may take. */
    @WithDefault("10s")
    Duration apiTimeout();
}
