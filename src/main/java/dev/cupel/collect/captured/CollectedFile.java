package dev.cupel.collect.captured;

import java.util.Optional;

/**
 * A file that the program left.
 *
 * @param path relative to the working folder
 * @param caseIndex the case that left it, where there are cases
 * @param bytes how large it is, kept or not
 * @param sha256 of all of it; absent where it was too large to be read
 * @param content all of it, where it was kept
 */
public record CollectedFile(
        String path,
        Optional<Integer> caseIndex,
        long bytes,
        Optional<String> sha256,
        Optional<CapturedStream> content) {}
