package dev.cupel.result;

import java.util.Locale;

/** How well the output in a result is known. */
public enum Capture {
    /** Both streams apart, byte for byte; every seal and digest was checked. */
    EXACT,
    /** The container was killed before its last frame: what arrived is given, and nothing vouches for it. */
    PARTIAL,
    /** All there is is the container's log: streams merged, line ends as the runtime left them. */
    LOG,
    /** There was output, or may have been, that could not be had. */
    LOST,
    /** Nothing ever ran. */
    NONE;

    /** The word on the wire, as in {@code exact}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
