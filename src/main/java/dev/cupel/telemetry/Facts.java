package dev.cupel.telemetry;

import dev.cupel.cloudevents.Event;
import dev.cupel.cloudevents.EventContext;
import java.util.Map;
import java.util.TreeMap;

/** What a span says of what came of it. */
public final class Facts {
    private Facts() {}

    public static Map<String, String> none(Object result) {
        return Map.of();
    }

    /** Of the event that is the answer. */
    public static Map<String, String> of(Event answer) {
        Map<String, String> facts = new TreeMap<>();
        EventContext context = answer.context();
        facts.put(Names.SPAN_ANSWER, context.type());
        context.subject().ifPresent(subject -> facts.put(Names.SPAN_JOB, subject));
        context.extension(EventContext.OUTCOME).ifPresent(outcome -> facts.put(Names.SPAN_OUTCOME, outcome));
        context.extension(EventContext.REASON).ifPresent(reason -> facts.put(Names.SPAN_REASON, reason));
        return facts;
    }
}
