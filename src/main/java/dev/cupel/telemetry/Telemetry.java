package dev.cupel.telemetry;

import dev.cupel.cloudevents.Event;
import dev.cupel.cloudevents.EventContext;
import dev.cupel.cloudevents.Trace;
import dev.cupel.rejection.Stage;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;

/** Who is told what Cupel does. Nobody, unless someone set it up. */
public record Telemetry(Tracing tracing, List<Listener> listeners) {
    public static final Telemetry NONE = new Telemetry(Tracing.NONE, List.of());

    public Telemetry {
        listeners = List.copyOf(listeners);
    }

    /** Answers an event, as a span. */
    public Event answer(Step step, EventContext context, Function<EventContext, Event> work) {
        return tracing.step(step, Instant.now(), context.trace(), trace -> work.apply(context.with(trace)), Facts::of);
    }

    /** Does something for a request, as a span. */
    public <T> T step(Step step, EventContext context, Function<EventContext, T> work) {
        return tracing.step(
                step, Instant.now(), context.trace(), trace -> work.apply(context.with(trace)), Facts::none);
    }

    /** @param created where in its trace the Job was created */
    public void result(EndedJob job, Trace created) {
        tracing.job(job, created);
        listeners.forEach(listener -> listener.result(job, created));
    }

    public void rejected(Stage stage, String reason) {
        listeners.forEach(listener -> listener.rejected(stage, reason));
    }

    public void retried(Stage stage) {
        listeners.forEach(listener -> listener.retried(stage));
    }

    public void jobs(JobCounts counts) {
        listeners.forEach(listener -> listener.jobs(counts));
    }
}
