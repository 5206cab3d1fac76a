package dev.cupel.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * The canonical form of JSON (RFC 8785), for the values that manifests hold: objects, arrays, strings, booleans, null and
 * whole numbers up to 2^53. Other numbers are refused rather than guessed at.
 */
public final class CanonicalJson {
    private static final long MAX_SAFE = 1L << 53;
    private static final ObjectMapper PLAIN = new ObjectMapper();

    private CanonicalJson() {}

    /**
     * UTF-8, keys in the order of their UTF-16 code units, no white space.
     *
     * @throws IllegalArgumentException on a number that is not whole or is over 2^53, and on an unpaired surrogate
     */
    public static byte[] encode(JsonNode node) {
        StringBuilder out = new StringBuilder(1024);
        append(out, node);
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void append(StringBuilder out, JsonNode node) {
        switch (node.getNodeType()) {
            case OBJECT -> appendObject(out, node);
            case ARRAY -> appendArray(out, node);
            case STRING -> appendString(out, node.textValue());
            case BOOLEAN, NULL -> out.append(node.asText());
            case NUMBER -> appendNumber(out, node);
            case BINARY, MISSING, POJO -> throw new IllegalArgumentException("no JSON: " + node.getNodeType());
        }
    }

    private static void appendObject(StringBuilder out, JsonNode node) {
        // String's own order is that of UTF-16 code units, which RFC 8785 asks for.
        Map<String, JsonNode> sorted = new TreeMap<>();
        node.properties().forEach(member -> sorted.put(member.getKey(), member.getValue()));
        char before = '{';
        for (var member : sorted.entrySet()) {
            out.append(before);
            appendString(out, member.getKey());
            out.append(':');
            append(out, member.getValue());
            before = ',';
        }
        out.append(before == '{' ? "{}" : "}");
    }

    private static void appendArray(StringBuilder out, JsonNode node) {
        out.append('[');
        for (int i = 0; i < node.size(); i++) {
            if (i > 0) {
                out.append(',');
            }
            append(out, node.get(i));
        }
        out.append(']');
    }

    private static void appendNumber(StringBuilder out, JsonNode node) {
        if (!node.isIntegralNumber() || !node.canConvertToLong() || isUnsafe(node.longValue())) {
            throw new IllegalArgumentException("not a whole number up to 2^53: " + node);
        }
        out.append(node.longValue());
    }

    private static boolean isUnsafe(long value) {
        return value > MAX_SAFE || value < -MAX_SAFE; // abs would let the smallest long through
    }

    private static void appendString(StringBuilder out, String text) {
        if (text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            throw new IllegalArgumentException("an unpaired surrogate");
        }
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            appendCharacter(out, text.charAt(i));
        }
        out.append('"');
    }

    private static void appendCharacter(StringBuilder out, char c) {
        switch (c) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\b' -> out.append("\\b");
            case '\f' -> out.append("\\f");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> {
                if (c < 0x20) {
                    out.append("\\u00").append(c < 0x10 ? '0' : '1').append(Character.forDigit(c & 15, 16));
                } else {
                    out.append(c);
                }
            }
        }
    }

    /** Compact JSON as it comes, keys in their own order: for the wire, where no digest is taken. */
    public static byte[] compact(JsonNode node) {
        try {
            return PLAIN.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree that cannot be written", e);
        }
    }
}
