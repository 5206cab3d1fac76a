package dev.cupel.telemetry.otel;

import dev.cupel.cloudevents.Trace;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.Unavailable;
import dev.cupel.telemetry.EndedJob;
import dev.cupel.telemetry.Interval;
import dev.cupel.telemetry.Names;
import dev.cupel.telemetry.Phase;
import dev.cupel.telemetry.Step;
import dev.cupel.telemetry.Tracing;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Makes OpenTelemetry's spans. No code, no output and no message of a program is among their attributes. */
final class Spans implements Tracing {
    private static final List<Phase> OF_JOB = List.of(Phase.QUEUED, Phase.STARTING, Phase.RUNNING);

    private final Tracer tracer;

    Spans(Tracer tracer) {
        this.tracer = tracer;
    }

    @Override
    public <T> T step(
            Step step, Instant began, Trace from, Function<Trace, T> work, Function<T, Map<String, String>> facts) {
        Span span = tracer.spanBuilder(step.wireName())
                .setSpanKind(step == Step.EXECUTE ? SpanKind.SERVER : SpanKind.CONSUMER)
                .setParent(TracePlaces.context(from))
                .setStartTimestamp(began)
                .startSpan();
        try {
            T result = work.apply(TracePlaces.trace(span.getSpanContext()));
            facts.apply(result).forEach(span::setAttribute);
            return result;
        } catch (RuntimeException e) {
            tell(span, e);
            throw e;
        } finally {
            span.end();
        }
    }

    /** What is rejected is no error of Cupel's. */
    private static void tell(Span span, RuntimeException failure) {
        Optional<Rejected> rejected = rejected(failure);
        if (rejected.isPresent()) {
            span.setAttribute(Names.SPAN_REASON, rejected.get().reason().wireName());
        } else {
            span.setStatus(StatusCode.ERROR, String.valueOf(failure.getMessage()));
            span.setAttribute("error.type", failure.getClass().getName());
        }
    }

    /** What is behind an {@link Unavailable} does not count: that can have any cause. */
    private static Optional<Rejected> rejected(RuntimeException failure) {
        for (Throwable t = failure; t != null && !(t instanceof Unavailable); t = t.getCause()) {
            if (t instanceof Rejected rejected) {
                return Optional.of(rejected);
            }
        }
        return Optional.empty();
    }

    /** None for a Job that was created outside of any trace: it would be a trace of nothing else. */
    @Override
    public void job(EndedJob job, Trace from) {
        if (from.parent().isEmpty() || job.lifetime().isEmpty()) {
            return;
        }
        Interval lifetime = job.lifetime().get();
        Span span = tracer.spanBuilder("job")
                .setParent(TracePlaces.context(from))
                .setStartTimestamp(lifetime.from())
                .startSpan();
        span.setAttribute(Names.SPAN_JOB, job.jobName())
                .setAttribute(Names.SPAN_EVAL_ID, job.evalId())
                .setAttribute(Names.SPAN_OUTCOME, job.reason().outcome().wireName())
                .setAttribute(Names.SPAN_REASON, job.reason().wireName());
        job.template().ifPresent(name -> span.setAttribute(Names.SPAN_TEMPLATE, name));
        Context inside = Context.root().with(span);
        for (Phase phase : OF_JOB) {
            Optional.ofNullable(job.phases().get(phase)).ifPresent(interval -> part(phase, interval, inside));
        }
        span.end(lifetime.to());
    }

    private void part(Phase phase, Interval interval, Context job) {
        tracer.spanBuilder(phase.wireName())
                .setParent(job)
                .setStartTimestamp(interval.from())
                .startSpan()
                .end(interval.to());
    }
}
