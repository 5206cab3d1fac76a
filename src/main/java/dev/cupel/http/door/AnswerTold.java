package dev.cupel.http.door;

import dev.cupel.cloudevents.EventContext;
import dev.cupel.cloudevents.EventType;
import dev.cupel.cloudevents.HttpBinding;
import dev.cupel.cloudevents.Trace;
import dev.cupel.http.problem.ProblemWriter;
import dev.cupel.rejection.Stage;
import dev.cupel.result.Outcome;
import dev.cupel.result.Reason;
import dev.cupel.telemetry.Telemetry;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What an answer says of a result, or of why there will be none, for the log and for those who count. */
record AnswerTold(int status, Stage stage, Optional<String> outcome, Optional<String> reason, Optional<String> trace) {
    private static final String NOTED = AnswerTold.class.getName();
    private static final String RESULTS_PAGE = "</docs/outcomes.md#";

    /** When the headers are about to be written. */
    static void note(RoutingContext exchange) {
        MultiMap answered = exchange.response().headers();
        MultiMap asked = exchange.request().headers();
        String problem = answered.get(ProblemWriter.REASON);
        answered.remove(ProblemWriter.REASON);
        Optional<Reason> result = result(answered.get("Link"));
        Optional<String> outcome = event(answered, EventContext.OUTCOME)
                .or(() -> result.map(Reason::outcome).map(Outcome::wireName));
        Optional<String> reason = event(answered, EventContext.REASON)
                .or(() -> Optional.ofNullable(problem))
                .or(() -> result.map(Reason::wireName));
        Optional<String> trace = trace(answered, HttpBinding.PREFIX)
                .or(() -> trace(asked, HttpBinding.PREFIX))
                .or(() -> trace(asked, ""));
        Stage stage = stage(answered.get(HttpBinding.PREFIX + "source"), asked.get(HttpBinding.PREFIX + "type"));
        exchange.put(NOTED, new AnswerTold(exchange.response().getStatusCode(), stage, outcome, reason, trace));
    }

    static AnswerTold of(RoutingContext exchange) {
        AnswerTold noted = exchange.get(NOTED);
        return noted == null
                ? new AnswerTold(0, Stage.HTTP, Optional.empty(), Optional.empty(), Optional.empty())
                : noted;
    }

    /** What was rejected, and what was asked not now; of results tells whoever settles them, once for each. */
    void tell(Supplier<Telemetry> telemetry) {
        if (status == 429 || status == 503) {
            telemetry.get().retried(stage);
        } else if (outcome.isEmpty()) {
            reason.ifPresent(why -> telemetry.get().rejected(stage, why));
        }
    }

    private static Optional<String> event(MultiMap headers, String attribute) {
        return Optional.ofNullable(headers.get(HttpBinding.PREFIX + attribute));
    }

    private static Optional<Reason> result(@Nullable String link) {
        return link == null || !link.startsWith(RESULTS_PAGE)
                ? Optional.empty()
                : Arrays.stream(Reason.values())
                        .filter(reason -> link.startsWith(RESULTS_PAGE + reason.wireName() + ">"))
                        .findFirst();
    }

    private static Optional<String> trace(MultiMap headers, String prefix) {
        return new Trace(Optional.ofNullable(headers.get(prefix + Trace.PARENT)), Optional.empty()).id();
    }

    /** Whoever answered or, where that was no event, should have. */
    private static Stage stage(@Nullable String source, @Nullable String type) {
        Optional<Stage> answering = Arrays.stream(Stage.values())
                .filter(stage -> stage.source().equals(source))
                .findFirst();
        return answering.orElseGet(() -> Optional.ofNullable(type)
                .flatMap(EventType::find)
                .map(AnswerTold::stage)
                .orElse(Stage.HTTP));
    }

    private static Stage stage(EventType type) {
        return switch (type) {
            case REQUESTED -> Stage.RENDER;
            case RENDERED -> Stage.SUBMIT;
            case SUBMITTED, REJECTED -> Stage.HTTP;
            case FINISHED, CANCEL, RESOURCE_UPDATE, RESOURCE_ADD, RESOURCE_DELETE, PING -> Stage.COLLECT;
        };
    }
}
