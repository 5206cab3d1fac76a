package dev.cupel.telemetry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.result.Reason;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * A Job whose result is in the broker's hands, as far as it is told to those who count and trace.
 *
 * @param lifetime from when it was created until its program had ended or, where none was started, until the result
 * @param phases those whose both ends are known
 */
public record EndedJob(
        String jobName,
        String evalId,
        Reason reason,
        Optional<String> template,
        Optional<Interval> lifetime,
        Map<Phase, Interval> phases) {
    public EndedJob {
        phases = Collections.unmodifiableMap(copy(phases));
    }

    private static Map<Phase, Interval> copy(Map<Phase, Interval> phases) {
        Map<Phase, Interval> sorted = new EnumMap<>(Phase.class);
        sorted.putAll(phases);
        return sorted;
    }

    /** @param result the data of {@code finished}; empty if it has no reason that Cupel knows */
    public static Optional<EndedJob> of(JsonNode result) {
        String reason = result.path("reason").asText();
        return Arrays.stream(Reason.values())
                .filter(one -> one.wireName().equals(reason))
                .findFirst()
                .map(known -> of(result, known));
    }

    private static EndedJob of(JsonNode result, Reason reason) {
        Optional<String> template =
                Optional.of(result.at("/template/name").asText()).filter(name -> !name.isEmpty());
        return new EndedJob(
                result.path("job_name").asText(),
                result.path("eval_id").asText(),
                reason,
                template,
                lifetime(result.path("timings")),
                phases(result.path("timings")));
    }

    private static Optional<Interval> lifetime(JsonNode timings) {
        Optional<Instant> end = time(timings, "finished_at").or(() -> time(timings, "collected_at"));
        return time(timings, "submitted_at").flatMap(begin -> end.map(last -> new Interval(begin, last)));
    }

    private static Map<Phase, Interval> phases(JsonNode timings) {
        Optional<Instant> requested = time(timings, "requested_at");
        Optional<Instant> submitted = time(timings, "submitted_at");
        Optional<Instant> started = time(timings, "started_at");
        Optional<Instant> finished = time(timings, "finished_at");
        Optional<Instant> collected = time(timings, "collected_at");
        // Where nobody tells of a node, as on one machine, what waits for its turn waits for its start.
        Optional<Instant> scheduled = time(timings, "scheduled_at").or(() -> started);
        Map<Phase, Interval> phases = new EnumMap<>(Phase.class);
        put(phases, Phase.REQUESTED, requested, submitted);
        put(phases, Phase.QUEUED, submitted, scheduled);
        put(phases, Phase.STARTING, scheduled, started);
        put(phases, Phase.RUNNING, started, finished);
        put(phases, Phase.COLLECTING, finished, collected);
        put(phases, Phase.TOTAL, requested, collected);
        return phases;
    }

    private static void put(Map<Phase, Interval> phases, Phase phase, Optional<Instant> from, Optional<Instant> to) {
        from.ifPresent(begin -> to.ifPresent(end -> phases.put(phase, new Interval(begin, end))));
    }

    private static Optional<Instant> time(JsonNode timings, String name) {
        JsonNode text = timings.path(name);
        try {
            return text.isTextual() ? Optional.of(Instant.parse(text.textValue())) : Optional.empty();
        } catch (DateTimeException notATime) {
            return Optional.empty();
        }
    }
}
