package dev.cupel.local.sandbox;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a container's command stands for on this machine.
 *
 * @param path as it is run, inside and outside a sandbox
 * @param mounts the arguments for bubblewrap that show it what it needs besides the system's folders: for each an
 *     option, what it is here, and where it is seen
 */
public record Executable(Path path, List<String> mounts) {
    public Executable {
        mounts = List.copyOf(mounts);
    }

    /** Whether it and all that it needs are still here. They may be removed, or replaced by another version. */
    boolean isThere() {
        return Files.isExecutable(path)
                && IntStream.range(0, mounts.size() / 3).allMatch(i -> Files.exists(Path.of(mounts.get(3 * i + 1))));
    }
}
