package dev.cupel.cloudevents;

import dev.cupel.rejection.Pointers;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import dev.cupel.rejection.Stage;
import java.time.OffsetDateTime;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The context attributes of a CloudEvent (CloudEvents 1.0.2, section 3), checked.
 *
 * @param extensions by name, each a string; a {@link Trace} that is none is left out
 */
public record EventContext(
        String id,
        String source,
        String type,
        Optional<String> subject,
        Optional<OffsetDateTime> time,
        SortedMap<String, String> extensions) {

    public static final String CORRELATION_ID = "correlationid";
    public static final String REPLY_TO = "replyto";
    /** Of {@code finished} and {@code rejected}: why, in a word. */
    public static final String REASON = "reason";

    /** Of {@code finished}: how it ended. */
    public static final String OUTCOME = "outcome";

    /** Of the CloudEvents extension for partitioning: what has the same is kept in order, by brokers that can. */
    public static final String PARTITION_KEY = "partitionkey";

    /** Longer attributes are refused: they end up in annotations and headers. */
    public static final int MAX_LENGTH = 2048;

    private static final Pattern NAME = Pattern.compile("[a-z0-9]{1,64}");

    /** @throws Rejected {@code MalformedEvent} at the attribute's name */
    public EventContext {
        SortedMap<String, String> checked = new TreeMap<>(extensions);
        Trace.of(extensions).putInto(checked);
        extensions = Collections.unmodifiableSortedMap(checked);
        check("id", id);
        check("source", source);
        check("type", type);
        if (source.chars().anyMatch(c -> c <= ' ' || "\"<>\\^`{|}".indexOf(c) >= 0)) {
            throw malformed("source", "must be a URI reference");
        }
        subject.ifPresent(text -> check("subject", text));
        extensions.forEach((name, value) -> {
            if (!NAME.matcher(name).matches()) {
                throw malformed(name, "an attribute's name must be lower-case letters and digits");
            }
            if (!value.isEmpty()) {
                check(name, value);
            }
        });
    }

    public Optional<String> extension(String name) {
        return Optional.ofNullable(extensions.get(name)).filter(value -> !value.isEmpty());
    }

    /** Where in a trace it stands. */
    public Trace trace() {
        return Trace.of(extensions);
    }

    /** The same at another place of a trace. */
    public EventContext with(Trace trace) {
        SortedMap<String, String> others = new TreeMap<>(extensions);
        trace.putInto(others);
        return new EventContext(id, source, type, subject, time, others);
    }

    /** What follows from one request is told by one id: the request's own correlation id, else its event's id. */
    public String correlationId() {
        return extension(CORRELATION_ID).orElse(id);
    }

    /**
     * The context of an event that follows from this one: what links them is handed on. Those of one Job have its name as their
     * partition key; a request that is rejected has no Job.
     *
     * @param more extensions of its own
     */
    public EventContext followedBy(Stage stage, EventType type, String id, String subject, Map<String, String> more) {
        SortedMap<String, String> handedOn = new TreeMap<>(more);
        handedOn.put(CORRELATION_ID, correlationId());
        if (type != EventType.REJECTED) {
            handedOn.put(PARTITION_KEY, subject);
        }
        extension(REPLY_TO).ifPresent(value -> handedOn.put(REPLY_TO, value));
        trace().putInto(handedOn);
        return new EventContext(
                id, stage.source(), type.wireName(), Optional.of(subject), Optional.of(now()), handedOn);
    }

    /** Milliseconds are what JSON readers everywhere take. */
    public static OffsetDateTime now() {
        return OffsetDateTime.now(java.time.ZoneOffset.UTC).truncatedTo(java.time.temporal.ChronoUnit.MILLIS);
    }

    /** The schema of its data, where the event is one that Cupel sends. Not handed on: it is the type's. */
    public Optional<String> dataSchema() {
        return EventType.dataSchema(type);
    }

    private static void check(String attribute, String value) {
        fault(value).ifPresent(message -> {
            throw malformed(attribute, message);
        });
    }

    /** What is wrong with an attribute's value. */
    public static Optional<String> fault(String value) {
        if (value.isEmpty() || value.length() > MAX_LENGTH) {
            return Optional.of("must be 1 to " + MAX_LENGTH + " characters, has " + value.length());
        }
        return value.codePoints().anyMatch(EventContext::isForbidden)
                ? Optional.of("must not hold control characters or unpaired surrogates")
                : Optional.empty();
    }

    /** CloudEvents 1.0.2, section "Type System": what a String must not hold. */
    private static boolean isForbidden(int codePoint) {
        return Character.isISOControl(codePoint) || (codePoint >= 0xD800 && codePoint <= 0xDFFF);
    }

    static Rejected malformed(String attribute, String message) {
        return new Rejected(RejectionReason.MALFORMED_EVENT, "/" + Pointers.escape(attribute), message);
    }
}
