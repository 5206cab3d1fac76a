package dev.cupel.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import dev.cupel.rejection.Pointers;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads JSON strictly (RFC 8259, and for keys and surrogates I-JSON, RFC 7493): it must be well-formed UTF-8, with one
 * value, no key twice, no unpaired surrogate, at most {@value #MAX_DEPTH} levels deep.
 */
public final class StrictJson {
    /** A Job with its managed fields is about 20 deep; a request 3. */
    public static final int MAX_DEPTH = 64;

    /**
     * The largest request body: 1 MiB of code in its longest JSON form, six bytes a character, and room for the rest.
     */
    public static final int MAX_BYTES = 8 << 20;

    /** A limit of its own, because an object or array of two bytes takes far more memory. */
    public static final int MAX_TOKENS = 200_000;

    private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
                    // Its table of names throws if many names have the same hash.
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxStringLength(MAX_BYTES)
                            .maxNumberLength(64)
                            .maxTokenCount(MAX_TOKENS)
                            .maxNameLength(MAX_BYTES)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            // As it is written: what has three decimals is not one of another fraction that lies near.
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .configure(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES, false);

    private StrictJson() {}

    /** @throws Rejected {@code MalformedJson}, {@code DuplicateKey}, {@code TooDeep} or {@code TooLarge} */
    public static JsonNode parse(byte[] utf8) {
        if (utf8.length > MAX_BYTES) {
            throw new Rejected(
                    RejectionReason.TOO_LARGE, "", "must be at most " + MAX_BYTES + " bytes, has " + utf8.length);
        }
        JsonNode node = read(decode(utf8));
        if (node.isMissingNode()) {
            throw new Rejected(RejectionReason.MALFORMED_JSON, "", "must be one JSON value, is empty");
        }
        WellFormed.check(node);
        return node;
    }

    private static String decode(byte[] utf8) {
        // This is quick, but replaces malformed UTF-8 by U+FFFD. If the text has no U+FFFD, nothing was malformed.
        String text = new String(utf8, StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') < 0) {
            return text;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Rejected(RejectionReason.MALFORMED_JSON, "", "must be UTF-8, but holds bytes that are none");
        }
    }

    private static JsonNode read(String text) {
        try (JsonParser parser = MAPPER.createParser(text)) {
            return readTree(parser);
        } catch (IOException e) {
            throw new Rejected(RejectionReason.MALFORMED_JSON, "", "cannot be read");
        }
    }

    private static JsonNode readTree(JsonParser parser) throws IOException {
        try {
            JsonNode node = MAPPER.readTree(parser);
            if (node != null && parser.nextToken() != null) {
                throw malformed("text after the value", parser.currentLocation(), pointer(parser));
            }
            return node == null ? MAPPER.missingNode() : node;
        } catch (StreamConstraintsException e) {
            throw beyond(parser);
        } catch (JsonProcessingException e) {
            String message = e.getOriginalMessage();
            if (message.startsWith("Duplicate ")) {
                throw new Rejected(RejectionReason.DUPLICATE_KEY, pointer(parser), "stands twice in its object");
            }
            throw malformed("not JSON", e.getLocation(), pointer(parser));
        }
    }

    private static Rejected beyond(JsonParser parser) {
        if (parser.getParsingContext().getNestingDepth() >= MAX_DEPTH) {
            return new Rejected(RejectionReason.TOO_DEEP, "", "must nest at most " + MAX_DEPTH + " levels deep");
        }
        if (parser.currentTokenCount() >= MAX_TOKENS) {
            return new Rejected(RejectionReason.TOO_LARGE, "", "must hold at most " + MAX_TOKENS + " names and values");
        }
        return new Rejected(RejectionReason.TOO_LARGE, pointer(parser), "a string or number is too long");
    }

    private static Rejected malformed(String what, JsonLocation at, String pointer) {
        return new Rejected(
                RejectionReason.MALFORMED_JSON,
                pointer,
                what + " at line " + at.getLineNr() + ", column " + at.getColumnNr());
    }

    /** Not Jackson's own {@code pathAsPointer}: a key can be long, and can hold characters that act on a terminal. */
    private static String pointer(JsonParser parser) {
        String pointer = "";
        for (JsonStreamContext at = parser.getParsingContext(); at != null; at = at.getParent()) {
            if (at.inArray() && at.hasCurrentIndex()) {
                pointer = "/" + at.getCurrentIndex() + pointer;
            } else if (at.inObject() && at.getCurrentName() != null) {
                pointer = "/" + Pointers.escape(at.getCurrentName()) + pointer;
            }
        }
        return pointer;
    }
}
