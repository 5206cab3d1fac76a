package dev.cupel.request;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;

/** The path of a file below a program's working folder. */
public final class RelativePath {
    private static final int MAX_BYTES = 255;

    private RelativePath() {}

    /** What is wrong with it, if anything is. */
    public static Optional<String> fault(String path) {
        if (path.isEmpty() || path.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            return Optional.of("a path must be 1 to " + MAX_BYTES + " bytes long");
        }
        if (path.codePoints().anyMatch(Character::isISOControl)) {
            return Optional.of("a path must not hold control characters");
        }
        return staysBelow(path)
                ? Optional.empty()
                : Optional.of("a path must be relative, without empty parts, \".\" or \"..\"");
    }

    /** Whether it is relative and leads nowhere but down. */
    static boolean staysBelow(String path) {
        return Stream.of(path.split("/", -1))
                .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
    }
}
