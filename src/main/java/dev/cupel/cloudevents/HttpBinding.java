package dev.cupel.cloudevents;

import dev.cupel.json.Bytes;
import dev.cupel.rejection.Quoted;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The binary content mode of CloudEvents' HTTP protocol binding (1.0.2, section 3.1): attributes as {@code ce-} headers,
 * percent-encoded where a header cannot carry them, the data as the body.
 */
public final class HttpBinding {
    public static final String PREFIX = "ce-";

    private static final String DATA_SCHEMA = "dataschema";

    private static final Pattern RFC_3339 = Pattern.compile(
            "[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?([Zz]|[-+][0-9]{2}:[0-9]{2})");

    /**
     * The most that the attributes of an event may take as headers. What follows from it repeats some of them and adds its
     * own, and must fit among the headers that a function takes ({@code quarkus.http.limits.max-header-size}).
     */
    public static final int MAX_ENCODED = 16 * 1024;

    /** Each extension is a header, and few servers take many. */
    public static final int MAX_EXTENSIONS = 64;

    /** Beside name and value: a colon, a space, the end of the line. */
    private static final int HEADER_EXTRA = 4;

    private HttpBinding() {}

    /**
     * @param headers by lower-case name, without the prefix, as they came
     * @throws Rejected {@code MalformedEvent}
     */
    public static EventContext decode(Map<String, String> headers) {
        SortedMap<String, String> attributes = new TreeMap<>();
        headers.forEach((name, value) -> decode(name, value).ifPresent(text -> attributes.put(name, text)));
        return context(attributes);
    }

    private static Optional<String> decode(String name, String value) {
        try {
            return Optional.of(decodeValue(name, value));
        } catch (Rejected e) {
            if (Trace.isPart(name)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The headers, by lower-case name with the prefix, that carry this context. */
    public static SortedMap<String, String> encode(EventContext context) {
        SortedMap<String, String> headers = new TreeMap<>();
        attributes(context).forEach((name, value) -> headers.put(PREFIX + name, percentEncode(value)));
        return headers;
    }

    /** How many bytes the headers of this context are, but for {@code dataschema}, which is no one's but Cupel's. */
    public static int encodedLength(EventContext context) {
        return encode(context).entrySet().stream()
                .filter(header -> !header.getKey().equals(PREFIX + DATA_SCHEMA))
                .mapToInt(header -> header.getKey().length() + header.getValue().length() + HEADER_EXTRA)
                .sum();
    }

    /** @throws Rejected {@code MalformedEvent} if headers cannot carry these attributes, and what follows from them, everywhere */
    public static void requireRoom(EventContext context) {
        int extensions = context.extensions().size();
        if (extensions > MAX_EXTENSIONS) {
            throw new Rejected(
                    RejectionReason.MALFORMED_EVENT,
                    "",
                    "must have at most " + MAX_EXTENSIONS + " extensions, has " + extensions);
        }
        int length = encodedLength(context);
        if (length > MAX_ENCODED) {
            throw new Rejected(
                    RejectionReason.MALFORMED_EVENT,
                    "",
                    "its attributes must take at most " + MAX_ENCODED + " bytes as headers, percent-encoded, take "
                            + length);
        }
    }

    /** All attributes by name, {@code specversion} among them. */
    static Map<String, String> attributes(EventContext context) {
        Map<String, String> attributes = new java.util.LinkedHashMap<>();
        attributes.put("specversion", "1.0");
        attributes.put("id", context.id());
        attributes.put("source", context.source());
        attributes.put("type", context.type());
        context.subject().ifPresent(subject -> attributes.put("subject", subject));
        context.time().ifPresent(time -> attributes.put("time", DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time)));
        context.dataSchema().ifPresent(schema -> attributes.put(DATA_SCHEMA, schema));
        attributes.putAll(context.extensions());
        return attributes;
    }

    /** Makes a context of attributes by name, whichever way they came. */
    static EventContext context(SortedMap<String, String> attributes) {
        SortedMap<String, String> rest = new TreeMap<>(attributes);
        String version = take(rest, "specversion");
        if (!version.equals("1.0")) {
            throw EventContext.malformed("specversion", "must be \"1.0\", was " + Quoted.of(version));
        }
        String id = take(rest, "id");
        String source = take(rest, "source");
        String type = take(rest, "type");
        Optional<String> subject = Optional.ofNullable(rest.remove("subject"));
        Optional<OffsetDateTime> time = Optional.ofNullable(rest.remove("time")).map(HttpBinding::time);
        rest.remove(DATA_SCHEMA);
        rest.remove("datacontenttype");
        return new EventContext(id, source, type, subject, time, rest);
    }

    private static String take(SortedMap<String, String> attributes, String name) {
        String value = attributes.remove(name);
        if (value == null) {
            throw EventContext.malformed(name, "is required");
        }
        return value;
    }

    /** OffsetDateTime alone also takes times without seconds, years of more digits and offsets with seconds. */
    private static OffsetDateTime time(String text) {
        try {
            OffsetDateTime time = OffsetDateTime.parse(text);
            int year = time.withOffsetSameInstant(ZoneOffset.UTC).getYear();
            if (RFC_3339.matcher(text).matches() && year >= 0 && year <= 9999) {
                return time;
            }
        } catch (DateTimeParseException e) {
            // told below
        }
        throw EventContext.malformed("time", "must be a timestamp as in RFC 3339, was " + Quoted.of(text));
    }

    /** A header's value for this text: all but printable ASCII, and space, quote and percent, is encoded. */
    public static String percentEncode(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = b > 0x20 && b < 0x7F && b != '"' && b != '%';
            if (plain) {
                out.append((char) b);
            } else {
                out.append('%').append(hex(b >> 4)).append(hex(b));
            }
        }
        return out.toString();
    }

    private static char hex(int nibble) {
        return Character.toUpperCase(Character.forDigit(nibble & 15, 16));
    }

    /** Undoes quotes (RFC 9110, section 5.6.4), then percent-encoding once, as section 3.1.3.2 of the binding asks. */
    private static String decodeValue(String name, String value) {
        return percentDecode(name, unquote(value));
    }

    private static String unquote(String value) {
        boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1") : value;
    }

    private static String percentDecode(String name, String value) {
        if (value.indexOf('%') < 0) {
            return value;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(value.length());
        for (int i = 0; i < value.length(); ) {
            int codePoint = value.codePointAt(i);
            if (codePoint == '%') {
                bytes.write(digit(name, value, i + 1) * 16 + digit(name, value, i + 2));
                i += 3;
            } else {
                bytes.writeBytes(Character.toString(codePoint).getBytes(StandardCharsets.UTF_8));
                i += Character.charCount(codePoint);
            }
        }
        return Bytes.of(bytes.toByteArray())
                .text()
                .orElseThrow(() -> EventContext.malformed(name, "must be percent-encoded UTF-8"));
    }

    private static int digit(String name, String value, int at) {
        if (at >= value.length() || !HexFormat.isHexDigit(value.charAt(at))) {
            throw EventContext.malformed(name, "must be percent-encoded: % and two hexadecimal digits");
        }
        return HexFormat.fromHexDigit(value.charAt(at));
    }
}
