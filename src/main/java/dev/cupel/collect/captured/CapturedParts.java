package dev.cupel.collect.captured;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a log holds besides the only program's output.
 *
 * @param cases those of which anything is known, by their index
 * @param files in the order in which they were collected
 */
public record CapturedParts(
        Optional<CapturedRun> compile, SortedMap<Integer, CapturedRun> cases, List<CollectedFile> files) {
    public static final CapturedParts NONE = new CapturedParts(Optional.empty(), Map.of(), List.of());

    public CapturedParts(Optional<CapturedRun> compile, Map<Integer, CapturedRun> cases, List<CollectedFile> files) {
        this(compile, Collections.unmodifiableSortedMap(new TreeMap<>(cases)), List.copyOf(files));
    }

    /** Whether there was a program to run: the compiler did well. */
    public boolean isCompiled() {
        return compile.flatMap(CapturedRun::end).filter(RunEnd::isSuccess).isPresent();
    }
}
