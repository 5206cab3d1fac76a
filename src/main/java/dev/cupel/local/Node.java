package dev.cupel.local;

import dev.cupel.local.sandbox.CompiledSupervisor;
import dev.cupel.local.sandbox.Executables;
import dev.cupel.local.sandbox.Limits;
import dev.cupel.local.sandbox.Sandbox;
import java.nio.file.Path;
import java.util.List;

/**
 * This machine, as a node for Jobs.
 *
 * @param executables what their commands stand for
 * @param supervisor compiled beforehand
 */
public record Node(
        Sandbox sandbox, Executables executables, CompiledSupervisor supervisor, Spawner spawner, ServerFolder folder)
        implements AutoCloseable {
    /**
     * One with a folder of its own.
     *
     * @param path a value of PATH, on which what their commands name is looked for
     * @param homes folders that no sandbox shows
     */
    public static Node of(Sandbox sandbox, String path, List<Path> homes) {
        return of(sandbox, path, homes, List.of());
    }

    /** @param supervisor the command by which Jobs start it, to be compiled beforehand */
    public static Node of(Sandbox sandbox, String path, List<Path> homes, List<String> supervisor) {
        ServerFolder folder = ServerFolder.open();
        return new Node(
                sandbox,
                new Executables(path, sandbox, homes),
                new CompiledSupervisor(supervisor, folder.supervisor(), sandbox),
                new Spawner(),
                folder);
    }

    @Override
    public void close() {
        spawner.close();
        folder.close();
    }

    /** Those of {@code limits} that it does not hold a program to, by their names in a request where they have one. */
    List<String> unenforced(Limits limits) {
        return limits.unenforced(sandbox.isThere(), sandbox.limitsSizes(), Proc.isThere());
    }
}
