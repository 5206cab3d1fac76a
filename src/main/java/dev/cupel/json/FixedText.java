package dev.cupel.json;

import com.fasterxml.jackson.databind.node.TextNode;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A string that stands in many trees, as the supervisor's text stands in every Job of a template: its canonical form is
 * made once. Else it is as any other {@link TextNode}, and equal to one of the same text.
 */
public final class FixedText extends TextNode {
    private static final long serialVersionUID = 1L;

    private transient volatile byte @Nullable [] canonical;

    public FixedText(String text) {
        super(text);
    }

    /**
     * Its canonical form, quotes included; not a copy.
     *
     * @param encode makes the canonical form of a string, the first time
     */
    byte[] canonical(Function<String, byte[]> encode) {
        byte[] made = canonical;
        if (made == null) {
            made = encode.apply(textValue());
            canonical = made; // Not thread-safe by design: both results are equal.
        }
        return made;
    }
}
