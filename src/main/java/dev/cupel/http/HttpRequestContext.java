package dev.cupel.http;

import dev.cupel.cloudevents.EventContext;
import dev.cupel.cloudevents.EventType;
import dev.cupel.cloudevents.HttpBinding;
import dev.cupel.cloudevents.Trace;
import dev.cupel.kubernetes.JobName;
import dev.cupel.rejection.Rejected;
import dev.cupel.render.JobNamer;
import dev.cupel.request.EvalId;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the headers of a direct call say, as an event's context.
 *
 * @param context of the event that the call stands for; its id is the {@code Idempotency-Key}, or a new one
 * @param isKeyed whether there is such a key: a repeat then means the same Job, and another request is a conflict
 * @param waitSeconds {@code Prefer: wait} (RFC 7240, section 4.3), at most {@value #MAX_WAIT_SECONDS}; 0 if it is
 *     missing
 */
record HttpRequestContext(EventContext context, boolean isKeyed, int waitSeconds) {
    static final int MAX_WAIT_SECONDS = 600;

    private static final String SOURCE = "/cupel/http";
    private static final Pattern WAIT = Pattern.compile("(?:^|[,;\\s])wait\\s*=\\s*\"?([0-9]{1,9})");

    /** @throws Rejected {@code InvalidField} with the header's name */
    static HttpRequestContext of(HttpHeaders headers) {
        // The key first: if there was no Correlation-Id, CallLog has set it to the key.
        return of(headers, find(headers, "Idempotency-Key"));
    }

    /** The same for a call that knows no such key: every one of them is a new Job. */
    static HttpRequestContext withoutKey(HttpHeaders headers) {
        return of(headers, Optional.empty());
    }

    private static HttpRequestContext of(HttpHeaders headers, Optional<String> key) {
        SortedMap<String, String> extensions = new TreeMap<>();
        trace(headers).putInto(extensions);
        find(headers, "Correlation-Id").ifPresent(value -> extensions.put(EventContext.CORRELATION_ID, value));
        EventContext context = context(key.orElseGet(() -> UUID.randomUUID().toString()), extensions);
        HttpBinding.requireRoom(context);
        return new HttpRequestContext(context, key.isPresent(), waitSeconds(headers));
    }

    /** The name of the Job that this call asks for. */
    JobName jobName(EvalId evalId) {
        return isKeyed
                ? JobNamer.nameOfKey(context.source(), context.id())
                : JobNamer.name(evalId, context.source(), context.id());
    }

    private static Optional<String> find(HttpHeaders headers, String name) {
        Optional<String> value = Optional.ofNullable(headers.getHeaderString(name));
        value.flatMap(EventContext::fault).ifPresent(fault -> {
            throw Rejected.invalid("", "the header " + name + " " + fault);
        });
        return value;
    }

    private static Trace trace(HttpHeaders headers) {
        return new Trace(
                Optional.ofNullable(headers.getHeaderString(Trace.PARENT)),
                Optional.ofNullable(headers.getHeaderString(Trace.STATE)));
    }

    private static EventContext context(String id, SortedMap<String, String> extensions) {
        return new EventContext(
                id, SOURCE, EventType.REQUESTED.wireName(), Optional.empty(), Optional.empty(), extensions);
    }

    /**
     * A preference that Cupel does not understand, or that asks for too much, is not an error (RFC 7240, section 2).
     */
    static int waitSeconds(HttpHeaders headers) {
        Matcher matcher = WAIT.matcher(
                Optional.ofNullable(headers.getHeaderString("Prefer")).orElse(""));
        return matcher.find() ? Math.min(Integer.parseInt(matcher.group(1)), MAX_WAIT_SECONDS) : 0;
    }
}
