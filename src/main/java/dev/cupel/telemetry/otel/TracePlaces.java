package dev.cupel.telemetry.otel;

import dev.cupel.cloudevents.Trace;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Our traces as OpenTelemetry's contexts, and back. */
final class TracePlaces {
    private static final W3CTraceContextPropagator W3C = W3CTraceContextPropagator.getInstance();

    private static final TextMapGetter<Map<String, String>> GETTER = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Map<String, String> carrier) {
            return carrier.keySet();
        }

        @Override
        public @Nullable String get(@Nullable Map<String, String> carrier, String key) {
            return carrier == null ? null : carrier.get(key);
        }
    };

    private TracePlaces() {}

    static Context context(Trace trace) {
        Map<String, String> carrier = new HashMap<>();
        trace.putInto(carrier);
        return W3C.extract(Context.root(), carrier, GETTER);
    }

    static Trace trace(SpanContext span) {
        Map<String, String> carrier = new HashMap<>();
        W3C.inject(Context.root().with(Span.wrap(span)), carrier, (map, name, value) -> {
            if (map != null) {
                map.put(name, value);
            }
        });
        return Trace.of(carrier);
    }
}
