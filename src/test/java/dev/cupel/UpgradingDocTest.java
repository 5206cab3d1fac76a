package dev.cupel;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/developing/upgrading.md} names each class that knows a library's inside, and nothing that is not there. */
class UpgradingDocTest {
    private static final Path MAIN = Path.of("src/main/java/dev/cupel");
    private static final Path TESTS = Path.of("src/test/java/dev/cupel");

    private static final Pattern INTERNALS = Pattern.compile(
            "^import io\\.(?:\\w+\\.)+(?:impl|internal)\\.|^import io\\.quarkus\\.runtime\\.(?:configuration|util)\\.",
            Pattern.MULTILINE);
    private static final Pattern COMMENT = Pattern.compile(
            "(?:^ *\\*|//|/\\*\\*).*\\b(?:Quarkus|Funqy|Vert\\.x|Netty|SmallRye|Jackson)\\b", Pattern.MULTILINE);

    private final String page = String.join(
            "\n", Markdown.read(Path.of("docs/developing/upgrading.md")).lines());

    /** As in {@code http.door.Door}, by file. */
    private static Stream<Path> classes(Path root) {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String name(Path root, Path file) {
        return root.relativize(file).toString().replace(".java", "").replace('/', '.');
    }

    private Set<String> named(String pattern) {
        return Pattern.compile(pattern)
                .matcher(page)
                .results()
                .map(found -> found.group(1))
                .collect(toCollection(TreeSet::new));
    }

    @Test
    void namesEachClassThatKnowsALibrarysInside() {
        Set<String> knowing = classes(MAIN)
                .filter(file -> !file.endsWith("package-info.java"))
                .filter(file -> {
                    String text = text(file);
                    return INTERNALS.matcher(text).find()
                            || COMMENT.matcher(text).find();
                })
                .map(file -> name(MAIN, file))
                .collect(toCollection(TreeSet::new));
        knowing.removeAll(named("`([\\w.]+)"));

        assertEquals(Set.of(), knowing);
    }

    @Test
    void namesNoClassAndNoTestThatIsNotThere() {
        Set<String> classes = named("`((?:[a-z0-9]+\\.)+[A-Z]\\w+)");
        classes.remove("sun.misc.Unsafe");
        classes(MAIN).map(file -> name(MAIN, file)).forEach(classes::remove);
        Set<String> tests = named("`(\\w+(?:Test|IT|Contract))\\b");
        classes(TESTS)
                .map(file -> file.getFileName().toString().replace(".java", ""))
                .forEach(tests::remove);

        assertEquals(Set.of(), classes);
        assertEquals(Set.of(), tests);
    }
}
