package dev.cupel.collect;

import dev.cupel.cloudevents.Event;
import dev.cupel.cloudevents.EventContext;
import dev.cupel.cloudevents.EventType;
import dev.cupel.cloudevents.HttpBinding;
import dev.cupel.cloudevents.Trace;
import dev.cupel.collect.observed.Observed;
import dev.cupel.kubernetes.CupelMetadata;
import dev.cupel.rejection.Stage;
import dev.cupel.result.JobFinished;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The event that tells a result. One Job has one, under one source and id, however often it is told. */
final class FinishedEvent {
    private FinishedEvent() {}

    /** @param trace where in its trace it is told */
    static Event of(Observed observed, JobFinished result, Trace trace) {
        SortedMap<String, String> extensions = new TreeMap<>();
        extensions.put(EventContext.OUTCOME, result.outcome().wireName());
        extensions.put(EventContext.REASON, result.reason().wireName());
        extensions.put(EventContext.PARTITION_KEY, result.subject().jobName());
        put(extensions, EventContext.CORRELATION_ID, observed.annotation(CupelMetadata.CORRELATION_ID));
        put(extensions, EventContext.REPLY_TO, observed.annotation(CupelMetadata.REPLY_TO));
        trace.putInto(extensions);
        EventContext context = new EventContext(
                result.subject().uid() + "-finished",
                Stage.COLLECT.source(),
                EventType.FINISHED.wireName(),
                Optional.of(result.subject().jobName()),
                Optional.of(EventContext.now()),
                extensions);
        return new Event(fitting(context), result.toJson());
    }

    /** A manifest that Cupel did not render can hold more than fits into headers. Its result is told all the same. */
    private static EventContext fitting(EventContext context) {
        SortedMap<String, String> extensions = new TreeMap<>(context.extensions());
        EventContext fitting = context;
        for (String name : List.of(EventContext.REPLY_TO, EventContext.CORRELATION_ID)) {
            if (HttpBinding.encodedLength(fitting) <= HttpBinding.MAX_ENCODED) {
                break;
            }
            extensions.remove(name);
            fitting = new EventContext(
                    context.id(), context.source(), context.type(), context.subject(), context.time(), extensions);
        }
        return fitting;
    }

    private static void put(Map<String, String> extensions, String name, Optional<String> value) {
        value.ifPresent(text -> extensions.put(name, text));
    }
}
