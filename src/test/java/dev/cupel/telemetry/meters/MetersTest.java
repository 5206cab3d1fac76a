package dev.cupel.telemetry.meters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cupel.Markdown;
import dev.cupel.cloudevents.Trace;
import dev.cupel.rejection.Stage;
import dev.cupel.result.Reason;
import dev.cupel.telemetry.EndedJob;
import dev.cupel.telemetry.Interval;
import dev.cupel.telemetry.JobCounts;
import dev.cupel.telemetry.LastCounts;
import dev.cupel.telemetry.Phase;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The numbers, as Prometheus reads them; the dashboard and the page that name them. */
@SuppressWarnings("deprecation") // The registry that Quarkus has.
class MetersTest {
    private static final Path DASHBOARD = Path.of("knative/components/observability/dashboard.json");
    private static final Pattern SERIES = Pattern.compile("\\b(cupel|http_server)_[a-z_]+");
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

    private final AtomicReference<Optional<JobCounts>> counts = new AtomicReference<>(Optional.empty());
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Meters meters = new Meters(registry, counts::get);

    private static EndedJob job(Reason reason) {
        Map<Phase, Interval> phases = Arrays.stream(Phase.values())
                .collect(Collectors.toMap(Function.identity(), _ -> new Interval(NOON, NOON.plusMillis(1500))));
        return new EndedJob("eval-1", "e", reason, Optional.of("python"), Optional.empty(), phases);
    }

    private void tellAll() {
        for (Reason reason : Reason.values()) {
            meters.result(job(reason), Trace.NONE);
        }
        meters.result(job(Reason.COMPLETED), Trace.NONE);
        meters.rejected(Stage.RENDER, "InvalidField");
        meters.retried(Stage.SUBMIT);
        counts.set(Optional.of(new JobCounts(3, 2)));
    }

    @Test
    void countsInPrometheusOwnForm() {
        tellAll();
        String text = registry.scrape().replace(",}", "}");
        for (String line : new String[] {
            "cupel_results_total{outcome=\"success\",reason=\"Completed\"} 2.0",
            "cupel_results_total{outcome=\"failure\",reason=\"OOMKilled\"} 1.0",
            "cupel_rejected_total{reason=\"InvalidField\",stage=\"render\"} 1.0",
            "cupel_retries_total{stage=\"submit\"} 1.0",
            "cupel_jobs_queued 3.0",
            "cupel_jobs_running 2.0",
            "cupel_phase_seconds_bucket{phase=\"running\",le=\"1.0\"} 0.0",
            "cupel_phase_seconds_bucket{phase=\"running\",le=\"2.5\"} " + (Reason.values().length + 1.0)
        }) {
            assertTrue(text.lines().anyMatch(line::equals), () -> line + " is not in\n" + text);
        }
    }

    @Test
    void whatNobodyCountedIsNoNumber() {
        assertTrue(registry.scrape().lines().anyMatch("cupel_jobs_queued NaN"::equals), registry::scrape);
    }

    /** Each series of the dashboard is one that there is, and each one of Cupel's is on the dashboard and in the page. */
    @Test
    void theDashboardAndThePageNameExactlyTheseSeries() throws IOException {
        tellAll();
        Set<String> told = registry.scrape()
                .lines()
                .filter(line -> line.startsWith("# TYPE cupel_"))
                .map(line -> line.split(" ", 4)[2])
                .filter(name -> !name.endsWith("_max"))
                .collect(Collectors.toCollection(TreeSet::new));
        JsonNode dashboard = new ObjectMapper().readTree(DASHBOARD.toFile());
        Set<String> shown = new TreeSet<>();
        Set<Integer> ids = new TreeSet<>();
        for (JsonNode panel : dashboard.path("panels")) {
            assertTrue(ids.add(panel.path("id").asInt()), "two panels have one id");
            assertTrue(panel.path("targets").size() > 0, panel.path("title").asText());
            panel.path("targets")
                    .forEach(target -> names(target.path("expr").asText()).forEach(shown::add));
        }
        assertTrue(shown.remove("http_server_requests_seconds"));
        assertEquals(told, shown);
        assertEquals(
                told,
                Markdown.read(Path.of("docs/observability.md")).table("series").stream()
                        .map(cells -> cells.get(0).replace("`", "").replaceAll("\\{.*", ""))
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    private static Set<String> names(String expression) {
        return SERIES.matcher(expression)
                .results()
                .map(MatchResult::group)
                .map(name -> name.replaceAll("_(bucket|count|sum)$", ""))
                .collect(Collectors.toSet());
    }

    @Test
    void whatTheLastSweepCountedHoldsUntilTheNextButOne() {
        AtomicReference<Instant> now = new AtomicReference<>(NOON);
        LastCounts last = new LastCounts(now::get);
        assertEquals(Optional.empty(), last.get());
        last.jobs(new JobCounts(1, 2));
        now.set(NOON.plusSeconds(89));
        assertEquals(Optional.of(new JobCounts(1, 2)), last.get());
        now.set(NOON.plusSeconds(90));
        assertEquals(Optional.empty(), last.get());
    }
}
