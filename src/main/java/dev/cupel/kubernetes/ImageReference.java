package dev.cupel.kubernetes;

import java.util.regex.Pattern;

/** What is taken for the name of an image: with or without registry, tag and digest. */
public final class ImageReference {
    public static final int MAX_LENGTH = 512;
    public static final Pattern PATTERN = Pattern.compile("[a-z0-9][A-Za-z0-9._/:@-]{0," + (MAX_LENGTH - 1) + "}");

    private ImageReference() {}
}
