package dev.cupel.local;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the words of a supervised container tell of the tools it needs; {@code PROTOCOL.md} has them all. */
final class SupervisorWords {
    private SupervisorWords() {}

    /** The names of the compiler and of what runs the program. Where a template names neither, the args are the command. */
    static List<String> tools(List<String> words) {
        Optional<String> run = first(words, "run=").or(() -> first(words, "arg="));
        return Stream.of(first(words, "compile="), run)
                .flatMap(Optional::stream)
                .distinct()
                .toList();
    }

    private static Optional<String> first(List<String> words, String key) {
        return words.stream()
                .filter(word -> word.startsWith(key))
                .findFirst()
                .map(word -> word.substring(key.length()));
    }
}
