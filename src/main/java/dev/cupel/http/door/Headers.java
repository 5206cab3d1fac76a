package dev.cupel.http.door;

import dev.cupel.cloudevents.HttpBinding;
import dev.cupel.http.problem.HttpReason;
import dev.cupel.http.problem.HttpRejected;
import dev.cupel.rejection.Quoted;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the headers of requests. */
public final class Headers {
    private Headers() {}

    /** The media type without its parameters, in lower case; empty if there is none. */
    public static String mediaType(@Nullable String contentType) {
        return contentType == null ? "" : contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    /** @throws HttpRejected {@code BatchUnsupported} if this media type is of several events at once */
    public static void requireOneEvent(String mediaType) {
        if (mediaType.startsWith("application/cloudevents-batch")) {
            throw new HttpRejected(HttpReason.BATCH_UNSUPPORTED, "send the events one by one");
        }
    }

    /** @throws HttpRejected {@code UnsupportedMediaType} if this media type is not JSON's */
    public static void requireJson(String mediaType) {
        boolean json = mediaType.equals("application/json") || mediaType.endsWith("+json");
        if (!json) {
            throw new HttpRejected(
                    HttpReason.UNSUPPORTED_MEDIA_TYPE,
                    "Content-Type must be application/json, "
                            + (mediaType.isEmpty() ? "is not there" : "was " + Quoted.of(mediaType)));
        }
    }

    /**
     * The {@code ce-} headers by lower-case name, without the prefix.
     *
     * @throws Rejected {@code MalformedEvent} if a header is there twice
     */
    public static Map<String, String> attributes(MultiMap headers) {
        Map<String, String> attributes = new TreeMap<>();
        headers.forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!lower.startsWith(HttpBinding.PREFIX)) {
                return;
            }
            String attribute = lower.substring(HttpBinding.PREFIX.length());
            if (attributes.put(attribute, utf8(value)) != null) {
                throw new Rejected(RejectionReason.MALFORMED_EVENT, "/" + attribute, "stands twice among the headers");
            }
        });
        return attributes;
    }

    /** Netty reads headers as Latin-1, but senders that do not percent-encode mostly send UTF-8. */
    private static String utf8(String value) {
        return value.chars().allMatch(c -> c < 0x80)
                ? value
                : new String(value.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
