package dev.cupel.programs;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.json.Bytes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/** What a result must say of one stream. */
public sealed interface Output {
    int TAIL_BYTES = 16_384;

    /** What is wrong with {@code stream}, the result's own field, if anything is. */
    Optional<String> fault(JsonNode stream);

    static Output of(String text) {
        return new Whole(Bytes.utf8(text));
    }

    static Output of(byte[] bytes) {
        return new Whole(Bytes.of(bytes));
    }

    static Output cut(byte[] bytes, int leastKept, int mostKept) {
        return new Cut(Bytes.of(bytes), leastKept, mostKept);
    }

    /** Every byte, and nothing else. */
    record Whole(Bytes wanted) implements Output {
        @Override
        public Optional<String> fault(JsonNode stream) {
            byte[] bytes = wanted.toArray();
            if (stream.path("truncated").asBoolean(true)) {
                return Optional.of("not whole: " + shown(stream));
            }
            if (!Arrays.equals(bytes, content(stream))) {
                return Optional.of("other bytes: %s, wanted %s".formatted(shown(stream), shown(bytes)));
            }
            return totalsFault(stream, bytes);
        }
    }

    /** More than could be kept: the head as far as it was, the tail, and the truth about the rest. */
    record Cut(Bytes wanted, int leastKept, int mostKept) implements Output {
        @Override
        public Optional<String> fault(JsonNode stream) {
            byte[] bytes = wanted.toArray();
            byte[] head = content(stream);
            byte[] tail = content(stream.path("tail"));
            if (!stream.path("truncated").asBoolean(false) || head.length < leastKept || head.length > mostKept) {
                return Optional.of("kept %d bytes, truncated: %s".formatted(head.length, stream.path("truncated")));
            }
            if (!Arrays.equals(head, Arrays.copyOf(bytes, head.length))) {
                return Optional.of("the head has other bytes");
            }
            if (!Arrays.equals(tail, Arrays.copyOfRange(bytes, Math.max(0, bytes.length - TAIL_BYTES), bytes.length))) {
                return Optional.of("the tail of %d bytes is another".formatted(tail.length));
            }
            return totalsFault(stream, bytes);
        }
    }

    /** Some text with this in it. */
    record Holding(String text) implements Output {
        @Override
        public Optional<String> fault(JsonNode stream) {
            return new String(content(stream), UTF_8).contains(text)
                    ? Optional.empty()
                    : Optional.of("no \"%s\" in %s".formatted(text, shown(stream)));
        }
    }

    /** The beginning of these bytes, or all, or nothing known: what arrived before the supervisor was killed. */
    record StartOf(Bytes wanted) implements Output {
        @Override
        public Optional<String> fault(JsonNode stream) {
            byte[] bytes = wanted.toArray();
            byte[] arrived = content(stream);
            return arrived.length <= bytes.length && Arrays.equals(arrived, Arrays.copyOf(bytes, arrived.length))
                    ? Optional.empty()
                    : Optional.of("no beginning of it: " + shown(stream));
        }
    }

    /** Whatever it was: no one vouches for it, or it depends on the moment. */
    record Anything() implements Output {
        @Override
        public Optional<String> fault(JsonNode stream) {
            return Optional.empty();
        }
    }

    private static Optional<String> totalsFault(JsonNode stream, byte[] bytes) {
        boolean fits = stream.path("bytes").asLong(-1) == bytes.length
                && stream.path("sha256").asText().equals(sha256(bytes));
        return fits
                ? Optional.empty()
                : Optional.of("bytes %s, sha256 %s".formatted(stream.path("bytes"), stream.path("sha256")));
    }

    private static byte[] content(JsonNode stream) {
        JsonNode base64 = stream.path("base64");
        return base64.isTextual()
                ? Base64.getDecoder().decode(base64.textValue())
                : stream.path("text").asText().getBytes(UTF_8);
    }

    private static String shown(JsonNode stream) {
        return stream.isObject() ? stream.path("bytes") + " bytes, " + shown(content(stream)) : "null";
    }

    private static String shown(byte[] bytes) {
        String text = new String(bytes, 0, Math.min(200, bytes.length), UTF_8);
        return "\"" + text.replace("\n", "\\n").replace("\r", "\\r") + (bytes.length > 200 ? "…\"" : "\"");
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
