package dev.cupel.cli.run;

import dev.cupel.cli.common.OutputFormat;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is to be run, and how its end is to be told: also as the words in which a body of a command gets it. */
record Wanted(
        OutputFormat format,
        Path file,
        boolean isProgram,
        Optional<String> template,
        Optional<BigDecimal> timeout,
        Optional<Path> stdin,
        List<String> arguments) {
    private static final int WORDS = 6;

    Wanted {
        arguments = List.copyOf(arguments);
    }

    boolean isText() {
        return format == OutputFormat.text;
    }

    String[] toArguments() {
        List<String> words = new ArrayList<>(List.of(
                format.name(),
                file.toString(),
                Boolean.toString(isProgram),
                template.orElse(""),
                timeout.map(BigDecimal::toString).orElse(""),
                stdin.map(Path::toString).orElse("")));
        words.addAll(arguments);
        return words.toArray(String[]::new);
    }

    static Wanted of(String... words) {
        return new Wanted(
                OutputFormat.valueOf(words[0]),
                Path.of(words[1]),
                Boolean.parseBoolean(words[2]),
                word(words[3]),
                word(words[4]).map(BigDecimal::new),
                word(words[5]).map(Path::of),
                List.of(words).subList(WORDS, words.length));
    }

    private static Optional<String> word(String word) {
        return Optional.of(word).filter(some -> !some.isEmpty());
    }
}
