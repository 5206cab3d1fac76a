package dev.cupel.local;

import java.nio.file.Path;
import java.util.List;

/**
 * What a container's command stands for on this machine.
 *
 * @param path as it is run, inside and outside a sandbox
 * @param mounts the arguments for bubblewrap that show it what it needs besides the system's folders
 */
record Executable(Path path, List<String> mounts) {
    Executable {
        mounts = List.copyOf(mounts);
    }
}
