package dev.cupel.http;

import dev.cupel.event.EventContext;
import dev.cupel.event.EventType;
import dev.cupel.event.Quoted;
import dev.cupel.event.Rejected;
import dev.cupel.event.RejectionReason;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a direct call says beside its body, in the words of an event. */
final class Asked {
    static final int MAX_WAIT_SECONDS = 600;
    private static final Pattern WAIT = Pattern.compile("(?:^|[,;\\s])wait\\s*=\\s*\"?([0-9]{1,9})\"?");

    private Asked() {}

    /** The context of the event that this call stands for; {@code Idempotency-Key} is its id. */
    static EventContext context(HttpHeaders headers) {
        SortedMap<String, String> extensions = new TreeMap<>();
        put(extensions, EventContext.TRACE_PARENT, headers.getHeaderString("traceparent"));
        put(extensions, EventContext.CORRELATION_ID, headers.getHeaderString("Correlation-Id"));
        String key = headers.getHeaderString("Idempotency-Key");
        try {
            return new EventContext(
                    key == null ? UUID.randomUUID().toString() : key,
                    "/cupel/http",
                    EventType.REQUESTED.wire(),
                    Optional.empty(),
                    Optional.empty(),
                    extensions);
        } catch (Rejected e) {
            throw new Rejected(RejectionReason.INVALID_FIELD, "", "a header: " + e.field() + " " + e.text());
        }
    }

    private static void put(SortedMap<String, String> extensions, String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            extensions.put(name, value);
        }
    }

    /** {@code Prefer: wait=SECONDS} (RFC 7240, section 4.3), at most {@value #MAX_WAIT_SECONDS}; 0 if not asked for. */
    static int waitSeconds(HttpHeaders headers) {
        String prefer = headers.getHeaderString("Prefer");
        if (prefer == null) {
            return 0;
        }
        Matcher matcher = WAIT.matcher(prefer);
        if (!matcher.find()) {
            return 0; // RFC 7240: a preference that is not understood is no error.
        }
        int seconds = Integer.parseInt(matcher.group(1));
        if (seconds > MAX_WAIT_SECONDS) {
            throw Rejected.invalid(
                    "",
                    "Prefer: wait must be at most " + MAX_WAIT_SECONDS + " seconds, was "
                            + Quoted.of(matcher.group(1)));
        }
        return seconds;
    }
}
