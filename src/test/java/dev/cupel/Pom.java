package dev.cupel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code pom.xml} says, where the version stands. */
public final class Pom {
    private static final Pattern VERSION = Pattern.compile("(?m)^  <version>(.+)</version>$");

    private Pom() {}

    public static String version() {
        try {
            Matcher found = VERSION.matcher(Files.readString(Path.of("pom.xml")));
            if (!found.find()) {
                throw new AssertionError("no version of its own in pom.xml");
            }
            return found.group(1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
