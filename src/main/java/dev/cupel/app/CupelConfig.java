package dev.cupel.app;

import dev.cupel.collect.upkeep.Timeouts;
import dev.cupel.http.door.Role;
import dev.cupel.kubernetes.DnsName;
import dev.cupel.kubernetes.ImageReference;
import dev.cupel.policy.Installation;
import jakarta.inject.Singleton;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/**
 * All settings of Cupel's own, each also by environment variable, as in {@code CUPEL_ROLE}; {@code application.properties}
 * holds the defaults. They are read, and checked, once and at the start.
 *
 * <p>Not a {@code @ConfigMapping}: Quarkus' build loads such an interface into Maven's own JVM, which may be older. And no {@code
 * @ConfigProperty}: of a wrong one Quarkus tells with a stack trace, and of the first only.
 */
@Singleton
public final class CupelConfig {
    private static final Logger LOG = Logger.getLogger(CupelConfig.class);
    private static final int MAX_JOBS = 1000;
    private static final Duration MONTH = Duration.ofDays(30);

    private final Set<String> names;
    private final Role role;
    private final String namespace;
    private final Optional<OwnTemplates> templates;
    private final Optional<String> executorImage;
    private final Installation installation;
    private final boolean finalizer;
    private final Optional<Boolean> local;
    private final Optional<Integer> localJobs;
    private final Optional<Path> results;
    private final String url;
    private final Optional<String> broker;
    private final List<String> hosts;
    private final boolean runCode;
    private final boolean piston;
    private final Optional<Boolean> page;
    private final Duration apiTimeout;
    private final Duration submitWithin;
    private final Timeouts timeouts;

    /** @throws ConfigurationException a line for each setting that is wrong */
    public CupelConfig(Config config) {
        Settings settings = new Settings(config);
        role = settings.get("cupel.role", "render, submit, collect or api", Role.API, CupelConfig::role);
        namespace = settings.get("cupel.namespace", "a namespace's name", "", matching(DnsName.LABEL));
        templates = settings.find("cupel.templates", "a folder, or a folder and ,built-in", OwnTemplates::parse);
        executorImage = settings.find("cupel.executor-image", "an image reference", matching(ImageReference.PATTERN));
        installation = InstallationSettings.read(settings, executorImage);
        finalizer = settings.find("cupel.finalizer", "true or false", CupelConfig::truth)
                .orElse(false);
        local = settings.find("cupel.local", "true or false", CupelConfig::truth);
        localJobs = settings.find("cupel.local-jobs", "a whole number from 1 to " + MAX_JOBS, CupelConfig::jobs);
        results = settings.find("cupel.results", "a folder", CupelConfig::path);
        url = settings.find("cupel.url", "an address such as https://cupel.example", CupelConfig::url)
                .orElse("");
        broker = settings.find("cupel.broker", "an address such as http://broker.example/name", CupelConfig::url);
        hosts = settings.find("cupel.hosts", "names of hosts, with commas", CupelConfig::names)
                .orElse(List.of());
        runCode = settings.find("cupel.run-code", "true or false", CupelConfig::truth)
                .orElse(false);
        piston = settings.find("cupel.piston", "true or false", CupelConfig::truth)
                .orElse(false);
        page = settings.find("cupel.page", "true or false", CupelConfig::truth);
        apiTimeout = settings.duration("cupel.api-timeout", Duration.ofMinutes(10));
        submitWithin = settings.duration("cupel.submit-within", Duration.ofDays(1));
        Duration sweep = settings.duration("cupel.sweep-after", MONTH);
        Duration lost = settings.duration("cupel.lost-after", MONTH);
        Duration refused = settings.duration("cupel.refused-after", MONTH);
        Duration pending = settings.duration("cupel.pending-after", MONTH);
        Duration unschedulable = settings.duration("cupel.unschedulable-after", MONTH);
        Duration silent = settings.duration("cupel.silent-after", MONTH);
        Duration queued = settings.duration("cupel.queued-after", MONTH);
        // By the image's build, before there is a configuration.
        settings.find("cupel.functions-only", "true or false", CupelConfig::truth);
        names = Set.copyOf(settings.names());
        settings.checkNames().forEach(LOG::warn);
        StartFault.raise(settings.problems());
        timeouts = timeouts(() -> new Timeouts(sweep, lost, refused, pending, unschedulable, silent, queued));
    }

    /** Each time may be right, and all together wrong. */
    private static Timeouts timeouts(Supplier<Timeouts> times) {
        List<String> problems = new ArrayList<>();
        Optional<Timeouts> timeouts = Optional.empty();
        try {
            timeouts = Optional.of(times.get());
        } catch (IllegalArgumentException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        StartFault.raise(problems);
        return timeouts.orElseThrow();
    }

    private static Optional<Role> role(String text) {
        return Arrays.stream(Role.values())
                .filter(role -> role.name().equalsIgnoreCase(text))
                .findFirst();
    }

    private static Function<String, Optional<String>> matching(Pattern form) {
        return text -> Optional.of(text).filter(form.asMatchPredicate());
    }

    private static Optional<Path> path(String text) {
        try {
            return Optional.of(Path.of(text));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static Optional<List<String>> names(String text) {
        return Settings.list(text, matching(DnsName.SUBDOMAIN));
    }

    private static Optional<Boolean> truth(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    private static Optional<Integer> jobs(String text) {
        return Optional.of(text)
                .filter(digits -> digits.matches("[0-9]{1,4}"))
                .map(Integer::valueOf)
                .filter(number -> number >= 1 && number <= MAX_JOBS);
    }

    private static Optional<String> url(String text) {
        try {
            URI uri = new URI(text);
            boolean good = ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null;
            return Optional.of(text.replaceAll("/+$", "")).filter(_ -> good);
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    /** The names of all settings. */
    Set<String> names() {
        return names;
    }

    /** {@code render}, {@code submit}, {@code collect}, or {@code api} for all of them with the HTTP calls. */
    public Role role() {
        return role;
    }

    /** The namespace of all Jobs. */
    public String namespace() {
        return namespace;
    }

    /** If not given, there are only the templates that come with the program. */
    public Optional<OwnTemplates> templates() {
        return templates;
    }

    /** The default image of every template, for installations that have one of their own. */
    public Optional<String> executorImage() {
        return executorImage;
    }

    /** What Jobs may be here. */
    public Installation installation() {
        return installation;
    }

    /** Whether a Job that someone deletes stays until its result is settled: where collect is deployed too. */
    boolean finalizer() {
        return finalizer && !isLocal();
    }

    /** Whether Jobs run on this machine: as it is said or, where nothing is, where no cluster is configured. */
    public boolean isLocal() {
        return local.orElseGet(() -> !ClusterConfiguration.isThere());
    }

    /** How many Jobs run at once on this machine; if not given, as many as it has processors. */
    public Optional<Integer> localJobs() {
        return localJobs;
    }

    /** In local mode, the folder in which results are kept when their Jobs are gone. */
    Optional<Path> results() {
        return results;
    }

    /** Where the HTTP calls can be reached, for links in events; without a slash at its end. */
    public String url() {
        return url;
    }

    /** Where the broker takes events, for results that are told before their Jobs are over. */
    Optional<String> broker() {
        return broker;
    }

    /** In local mode, the names beside {@code localhost} by which this server may be called. */
    List<String> hosts() {
        return hosts;
    }

    /** Whether {@code /run_code} is answered, as SandboxFusion does. */
    boolean runCode() {
        return runCode;
    }

    /** Whether {@code /api/v2/execute} is answered, as Piston does. */
    boolean piston() {
        return piston;
    }

    /** Whether there is the page for people: as it is said or, where nothing is, in local mode. */
    boolean page() {
        return page.orElseGet(this::isLocal);
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
    Timeouts timeouts() {
        return timeouts;
    }
}
