package dev.cupel.event;

import com.fasterxml.jackson.databind.node.TextNode;
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
     * By RFC 8785, quotes included; not a copy.
     *
     * @throws IllegalArgumentException on an unpaired surrogate
     */
    byte[] canonical() {
        byte[] made = canonical;
        if (made == null) {
            made = CanonicalJson.encode(TextNode.valueOf(textValue()));
            canonical = made; // by two at once: both are the same
        }
        return made;
    }
}
