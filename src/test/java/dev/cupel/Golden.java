package dev.cupel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A folder of pairs: {@code CASE.request.json} beside what must come of it, byte for byte. {@code -Dcupel.golden=rewrite}
 * writes what comes of each, to be read as a diff.
 */
public record Golden(Path folder, String outputSuffix) {
    private static final String INPUT = ".request.json";

    /** What comes of a sample where it is run: {@code LanguagesTest} holds it to that. */
    private static final String RESULT = ".expect.json";

    /** What a test makes of one input. */
    public interface Output {
        String of(String name, byte[] input) throws IOException;
    }

    /** The names of all cases; fails on half a pair, and on a file that is neither. */
    public Set<String> names() {
        Set<String> inputs = names(INPUT);
        assertFalse(inputs.isEmpty(), "no case in " + folder);
        if (!isRewrite()) {
            assertEquals(inputs, names(outputSuffix), "each request has its output in " + folder);
        }
        try (Stream<Path> files = Files.list(folder)) {
            files.map(file -> file.getFileName().toString())
                    .filter(file -> !file.endsWith(INPUT) && !file.endsWith(outputSuffix))
                    .forEach(file -> assertTrue(
                            file.endsWith(RESULT) && inputs.contains(file.replace(RESULT, "")), "stray: " + file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return inputs;
    }

    private Set<String> names(String suffix) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(suffix))
                    .map(file -> file.substring(0, file.length() - suffix.length()))
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public byte[] input(String name) throws IOException {
        return Files.readAllBytes(folder.resolve(name + INPUT));
    }

    /** Holds what comes of one case against its golden file, or rewrites that. */
    public void check(String name, Output output) throws IOException {
        Path golden = folder.resolve(name + outputSuffix);
        String made = output.of(name, input(name));
        if (isRewrite()) {
            Files.write(golden, made.getBytes(UTF_8));
        }
        assertEquals(
                new String(Files.readAllBytes(golden), UTF_8),
                made,
                "rewrite with -Dcupel.golden=rewrite and read the diff");
    }

    public static boolean isRewrite() {
        return System.getProperty("cupel.golden", "").equals("rewrite");
    }
}
