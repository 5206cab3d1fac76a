package dev.cupel.rejection;

/** JSON Pointer (RFC 6901). */
public final class Pointers {
    private Pointers() {}

    /** One reference token, escaped; what a log or terminal would act on is made visible, and a long one is cut. */
    public static String escape(String token) {
        return Quoted.visible(token).replace("~", "~0").replace("/", "~1");
    }
}
