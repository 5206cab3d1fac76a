package dev.cupel.rejection;

import java.util.Locale;

/** The part of Cupel that says something, as events name it. */
public enum Stage {
    RENDER,
    SUBMIT,
    COLLECT,
    HTTP;

    /** The name on the wire: lower case. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The {@code source} of every event that this stage sends: a URI reference. */
    public String source() {
        return "/cupel/" + wireName();
    }
}
