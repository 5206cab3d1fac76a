package dev.cupel.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The processes that a program without a sandbox left running, found by the environment that they inherited. In a
 * container all processes end with the first one; here this class has to end them. A process that cleared its
 * environment is not found.
 */
final class OrphanProcesses {
    private OrphanProcesses() {}

    /** Kills every process that has {@code folder} in the environment it started with. */
    static void kill(Path folder) {
        ProcessHandle.allProcesses()
                .filter(process -> isFrom(process.pid(), folder.toString()))
                .forEach(ProcessHandle::destroyForcibly);
    }

    private static boolean isFrom(long pid, String folder) {
        try {
            byte[] environment = Files.readAllBytes(Path.of("/proc", Long.toString(pid), "environ"));
            return new String(environment, StandardCharsets.ISO_8859_1).contains(folder + "/");
        } catch (IOException e) {
            return false; // Gone meanwhile, another user's, or no Linux.
        }
    }
}
