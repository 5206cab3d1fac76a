package dev.cupel.json;

import com.fasterxml.jackson.databind.node.TextNode;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A string that many trees share, such as the supervisor's text in every Job of a template. Its canonical form is made
 * once. Otherwise it behaves as any {@link TextNode}, and equals one of the same text.
 */
public final class FixedText extends TextNode {
    private static final long serialVersionUID = 1L;

    private transient volatile byte @Nullable [] canonical;

    public FixedText(String text) {
        super(text);
    }

    /**
     * Its canonical form with the quotes. This is not a copy: do not change it.
     *
     * @param encode makes the canonical form of a string; called the first time only
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
