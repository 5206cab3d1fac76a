package dev.cupel.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cupel.result.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class EndedJobTest {
    @Test
    void eachPhaseIsBetweenTwoTimesOfTheResult() throws IOException {
        EndedJob job = job("""
                "requested_at": "2026-11-24T10:00:00.500Z", "submitted_at": "2026-11-24T10:00:01Z",
                "scheduled_at": "2026-11-24T10:00:03Z", "started_at": "2026-11-24T10:00:07.250Z",
                "finished_at": "2026-11-24T10:00:15.250Z", "collected_at": "2026-11-24T10:00:31.250Z"
                """);
        assertEquals(Reason.OOM_KILLED, job.reason());
        assertEquals(Optional.of("python"), job.template());
        assertEquals(
                Map.of(
                        Phase.REQUESTED, 500L,
                        Phase.QUEUED, 2000L,
                        Phase.STARTING, 4250L,
                        Phase.RUNNING, 8000L,
                        Phase.COLLECTING, 16_000L,
                        Phase.TOTAL, 30_750L),
                millis(job));
        assertEquals(Optional.of(Duration.ofMillis(14_250)), job.lifetime().map(Interval::length));
    }

    @Test
    void whatNeverStartedHasNoTimeOfRunning() throws IOException {
        EndedJob job = job("""
                "requested_at": "2026-11-24T10:00:00Z", "submitted_at": "2026-11-24T10:00:01Z", "started_at": null,
                "collected_at": "2026-11-24T10:05:00Z"
                """);
        assertEquals(Map.of(Phase.REQUESTED, 1000L, Phase.TOTAL, 300_000L), millis(job));
        assertEquals(Optional.of(Duration.ofSeconds(299)), job.lifetime().map(Interval::length));
    }

    @Test
    void clocksThatDisagreeMakeNoNegativeTime() throws IOException {
        EndedJob job = job("""
                "submitted_at": "2026-11-24T10:00:05Z", "started_at": "2026-11-24T10:00:03Z",
                "finished_at": "no time", "collected_at": "2026-11-24T10:00:04Z"
                """);
        assertEquals(Map.of(Phase.QUEUED, 0L, Phase.STARTING, 0L), millis(job));
    }

    @Test
    void whatHasNoKnownReasonIsNone() throws IOException {
        for (String data : new String[] {"{}", "[]", "{\"reason\": \"Made up\"}", "{\"reason\": 1}"}) {
            assertEquals(Optional.empty(), EndedJob.of(new ObjectMapper().readTree(data)), data);
        }
    }

    private static EndedJob job(String timings) throws IOException {
        JsonNode result = new ObjectMapper().readTree("""
                {"eval_id": "e", "job_name": "eval-e", "outcome": "failure", "reason": "OOMKilled",
                 "template": {"name": "python"}, "timings": {%s}}""".formatted(timings));
        return EndedJob.of(result).orElseThrow();
    }

    private static Map<Phase, Long> millis(EndedJob job) {
        return job.phases().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().length().toMillis()));
    }
}
