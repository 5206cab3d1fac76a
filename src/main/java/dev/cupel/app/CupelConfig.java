package dev.cupel.app;

import dev.cupel.collect.Patience;
import dev.cupel.http.Role;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * All settings of Cupel's own, each also by environment variable, as in {@code CUPEL_ROLE}; {@code application.properties}
 * holds the defaults.
 *
 * <p>Not a {@code @ConfigMapping}: Quarkus' build loads such an interface into Maven's own JVM, which may be older.
 */
@Singleton
public final class CupelConfig {
    private final Role role;
    private final String namespace;
    private final Optional<Path> templates;
    private final Optional<String> executorImage;
    private final List<String> runtimeClasses;
    private final Optional<String> runtimeClass;
    private final List<String> queues;
    private final boolean finalizer;
    private final Optional<Boolean> local;
    private final Optional<Integer> localJobs;
    private final String url;
    private final List<String> hosts;
    private final Duration apiTimeout;
    private final Duration submitWithin;
    private final Patience patience;

    CupelConfig(
            @ConfigProperty(name = "cupel.role") String role,
            @ConfigProperty(name = "cupel.namespace") String namespace,
            @ConfigProperty(name = "cupel.templates") Optional<String> templates,
            @ConfigProperty(name = "cupel.executor-image") Optional<String> executorImage,
            @ConfigProperty(name = "cupel.runtime-classes") Optional<List<String>> runtimeClasses,
            @ConfigProperty(name = "cupel.runtime-class") Optional<String> runtimeClass,
            @ConfigProperty(name = "cupel.queues") Optional<List<String>> queues,
            @ConfigProperty(name = "cupel.finalizer") boolean finalizer,
            @ConfigProperty(name = "cupel.local") Optional<Boolean> local,
            @ConfigProperty(name = "cupel.local-jobs") Optional<Integer> localJobs,
            @ConfigProperty(name = "cupel.url") Optional<String> url,
            @ConfigProperty(name = "cupel.hosts") Optional<List<String>> hosts,
            @ConfigProperty(name = "cupel.api-timeout") Duration apiTimeout,
            @ConfigProperty(name = "cupel.submit-within") Duration submitWithin,
            @ConfigProperty(name = "cupel.sweep-after") Duration sweepAfter,
            @ConfigProperty(name = "cupel.lost-after") Duration lostAfter,
            @ConfigProperty(name = "cupel.refused-after") Duration refusedAfter,
            @ConfigProperty(name = "cupel.pending-after") Duration pendingAfter,
            @ConfigProperty(name = "cupel.unschedulable-after") Duration unschedulableAfter,
            @ConfigProperty(name = "cupel.silent-after") Duration silentAfter,
            @ConfigProperty(name = "cupel.queued-after") Duration queuedAfter) {
        this.role = Role.valueOf(role.toUpperCase(Locale.ROOT));
        this.namespace = namespace;
        this.templates = templates.map(Path::of);
        this.executorImage = executorImage;
        this.runtimeClasses = runtimeClasses.orElse(List.of());
        this.runtimeClass = runtimeClass;
        this.queues = queues.orElse(List.of());
        this.finalizer = finalizer;
        this.local = local;
        this.localJobs = localJobs;
        this.url = url.orElse("");
        this.hosts = hosts.orElse(List.of());
        this.apiTimeout = apiTimeout;
        this.submitWithin = submitWithin;
        this.patience = new Patience(
                sweepAfter, lostAfter, refusedAfter, pendingAfter, unschedulableAfter, silentAfter, queuedAfter);
    }

    /** {@code render}, {@code submit}, {@code collect}, or {@code api} for all of them with the HTTP calls. */
    Role role() {
        return role;
    }

    /** The namespace of all Jobs. */
    String namespace() {
        return namespace;
    }

    /** A folder of templates; if not given, those that come with the program. */
    Optional<Path> templates() {
        return templates;
    }

    /** The default image of every template, for installations that have one of their own. */
    Optional<String> executorImage() {
        return executorImage;
    }

    /** The RuntimeClasses that a template or request may name. */
    List<String> runtimeClasses() {
        return runtimeClasses;
    }

    /** The RuntimeClass of Jobs for which neither template nor request names one. */
    Optional<String> runtimeClass() {
        return runtimeClass;
    }

    /** Kueue's queues that serve Jobs. */
    List<String> queues() {
        return queues;
    }

    /** Whether a Job that someone deletes stays until its result is settled: where collect is deployed too. */
    boolean finalizer() {
        return finalizer;
    }

    /** Whether Jobs run on this machine; if not given, they do where no cluster is configured. */
    Optional<Boolean> local() {
        return local;
    }

    /** How many Jobs run at once on this machine; if not given, as many as it has processors. */
    Optional<Integer> localJobs() {
        return localJobs;
    }

    /** Where the HTTP calls can be reached, for links in events; without a slash at its end. */
    String url() {
        return url;
    }

    /** In local mode, the names beside {@code localhost} by which this server may be called. */
    List<String> hosts() {
        return hosts;
    }

    /** How long one request to the API server may take. */
    Duration apiTimeout() {
        return apiTimeout;
    }

    /** How long after it was rendered a Job may still wait for the cluster to take it. */
    Duration submitWithin() {
        return submitWithin;
    }

    /** How long collect waits, and for what. */
    Patience patience() {
        return patience;
    }
}
