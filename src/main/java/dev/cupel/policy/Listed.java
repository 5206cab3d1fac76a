package dev.cupel.policy;

import dev.cupel.rejection.Quoted;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Names that an installation lists. */
final class Listed {
    private Listed() {}

    /** @param word what those that are listed are, such as {@code allowed} */
    static Optional<String> fault(Optional<String> named, Set<String> listed, String word) {
        return named.filter(name -> !listed.contains(name)).map(name -> {
            String known = listed.isEmpty() ? "none is" : word + ": " + String.join(", ", new TreeSet<>(listed));
            return Quoted.of(name) + " is not " + word + " here; " + known;
        });
    }
}
