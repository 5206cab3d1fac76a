package dev.cupel.result;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cupel.json.Utf8Cut;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;

/** Bytes on the wire: {@code text} where they are valid UTF-8, else {@code base64}. */
public sealed interface Content {
    record Text(String value) implements Content {}

    record Base64(String value) implements Content {}

    String value();

    /** The name of the field that holds it. */
    default String field() {
        return switch (this) {
            case Text _ -> "text";
            case Base64 _ -> "base64";
        };
    }

    /** All of the bytes. */
    static Content whole(byte[] bytes) {
        return of(bytes, 0, bytes.length);
    }

    /** The first bytes of more: what is left of a character at the cut is dropped, if the rest is text then. */
    static Content head(byte[] bytes, int length) {
        Content text = of(bytes, 0, Utf8Cut.lastWhole(bytes, length));
        return text instanceof Text ? text : of(bytes, 0, length);
    }

    /** The last bytes of more, from an offset: what is left of a character at the cut is dropped, as in a head. */
    static Content tail(byte[] bytes, int from) {
        Content text = of(bytes, Utf8Cut.firstWhole(bytes, from), bytes.length);
        return text instanceof Text ? text : of(bytes, from, bytes.length);
    }

    private static Content of(byte[] bytes, int from, int to) {
        if (isUtf8(bytes, from, to)) {
            return new Text(new String(bytes, from, to - from, UTF_8));
        }
        ByteBuffer encoded = java.util.Base64.getEncoder().encode(ByteBuffer.wrap(bytes, from, to - from));
        return new Base64(new String(encoded.array(), 0, encoded.limit(), ISO_8859_1));
    }

    /** Looks before anything is made: 4 MiB that are no text would be 12 MiB of replacement characters. */
    private static boolean isUtf8(byte[] bytes, int from, int to) {
        CharsetDecoder decoder = UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes, from, to - from);
        CharBuffer out = CharBuffer.allocate(Math.clamp(to - from, 2, 8192));
        CoderResult result = CoderResult.OVERFLOW;
        while (result.isOverflow()) {
            result = decoder.decode(in, out.clear(), true);
        }
        return result.isUnderflow();
    }
}
