package dev.cupel.local.sandbox;

import java.nio.file.Path;
import java.util.List;

/**
 * What a container's command stands for on this machine.
 *
 * @param path as it is run, inside and outside a sandbox
 * @param mounts the arguments for bubblewrap that show it what it needs besides the system's folders
 */
public record Executable(Path path, List<String> mounts) {
    public Executable {
        mounts = List.copyOf(mounts);
    }
}
