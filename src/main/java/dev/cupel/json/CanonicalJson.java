package dev.cupel.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The canonical form of JSON (RFC 8785), for the values that manifests hold: objects, arrays, strings, booleans, null
 * and whole numbers up to 2^53. It refuses other numbers and does not guess.
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
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        write(bytes::write, node);
        return bytes.toByteArray();
    }

    /** Writes the same bytes, a buffer at a time. Returns how many there were. */
    static long write(CanonicalWriter.Sink sink, JsonNode node) {
        CanonicalWriter out = new CanonicalWriter(sink);
        write(out, node);
        return out.finish();
    }

    private static void write(CanonicalWriter out, JsonNode node) {
        switch (node.getNodeType()) {
            case OBJECT -> writeObject(out, node);
            case ARRAY -> writeArray(out, node);
            case STRING -> writeString(out, node);
            case BOOLEAN, NULL -> out.ascii(node.asText());
            case NUMBER -> writeNumber(out, node);
            case BINARY, MISSING, POJO -> throw new IllegalArgumentException("no JSON: " + node.getNodeType());
        }
    }

    private static void writeObject(CanonicalWriter out, JsonNode node) {
        List<Map.Entry<String, JsonNode>> members = new ArrayList<>(node.properties());
        // String compares UTF-16 code units, as RFC 8785 requires.
        members.sort(Map.Entry.comparingByKey());
        out.ascii("{");
        boolean first = true;
        for (var member : members) {
            if (!first) {
                out.ascii(",");
            }
            first = false;
            out.string(member.getKey());
            out.ascii(":");
            write(out, member.getValue());
        }
        out.ascii("}");
    }

    private static void writeArray(CanonicalWriter out, JsonNode node) {
        out.ascii("[");
        for (int i = 0; i < node.size(); i++) {
            if (i > 0) {
                out.ascii(",");
            }
            write(out, node.get(i));
        }
        out.ascii("]");
    }

    private static void writeString(CanonicalWriter out, JsonNode node) {
        if (node instanceof FixedText fixed) {
            out.raw(fixed.canonical(text -> encode(TextNode.valueOf(text))));
        } else {
            out.string(node.textValue());
        }
    }

    private static void writeNumber(CanonicalWriter out, JsonNode node) {
        if (!node.isIntegralNumber() || !node.canConvertToLong() || isUnsafe(node.longValue())) {
            throw new IllegalArgumentException("not a whole number up to 2^53: " + node);
        }
        out.ascii(Long.toString(node.longValue()));
    }

    private static boolean isUnsafe(long value) {
        return value > MAX_SAFE || value < -MAX_SAFE; // abs would let the smallest long through
    }

    /** The same, a buffer at a time. */
    public static void compact(OutputStream out, JsonNode node) throws IOException {
        PLAIN.writer().without(JsonGenerator.Feature.AUTO_CLOSE_TARGET).writeValue(out, node);
    }

    /**
     * Compact JSON with the keys in the order in which the tree has them. For the wire, where nobody takes a digest.
     */
    public static byte[] compact(JsonNode node) {
        try {
            return PLAIN.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree that cannot be written", e);
        }
    }
}
