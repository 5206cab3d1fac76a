package dev.cupel.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * What stands around a program that runs on this machine: bubblewrap, where it is installed and works, with namespaces of
 * its own, no network, a read-only view of the system's programs, and a private /tmp. It is no gVisor: {@code SECURITY.md}
 * tells the difference.
 */
final class Sandbox {
    private static final Logger LOG = Logger.getLogger(Sandbox.class);
    private static final List<String> SYSTEM = List.of(
            "/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc/alternatives", "/etc/ld.so.cache", "/etc/localtime");

    private final Optional<Path> bwrap;

    private Sandbox(Optional<Path> bwrap) {
        this.bwrap = bwrap;
    }

    /** Looks for bubblewrap and tries it; warns once if there is none. */
    static Sandbox detect() {
        return detect(Executables.find("bwrap"), LOG::warn);
    }

    static Sandbox detect(Optional<Path> bwrap, Consumer<String> warning) {
        Optional<Path> found = bwrap.filter(Sandbox::works);
        if (found.isEmpty()) {
            warning.accept(
                    "bubblewrap is not installed or does not work here: programs run UNSANDBOXED, as the user that"
                            + " started Cupel. Run only code that you trust, or install it (Debian: apt-get install bubblewrap).");
        }
        return new Sandbox(found);
    }

    private static boolean works(Path bwrap) {
        try {
            Process trial = new ProcessBuilder(
                            bwrap.toString(),
                            "--unshare-all",
                            "--uid",
                            "1000",
                            "--ro-bind",
                            "/",
                            "/",
                            "--proc",
                            "/proc",
                            "true")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return trial.waitFor(10, TimeUnit.SECONDS) && trial.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    boolean isThere() {
        return bwrap.isPresent();
    }

    /**
     * The command that runs {@code command} inside.
     *
     * @param folder the program's private folder, seen as /tmp
     * @param terminationLog seen as /dev/termination-log
     */
    List<String> wrap(List<String> command, Path folder, Path terminationLog) {
        if (bwrap.isEmpty()) {
            return command;
        }
        List<String> all = new ArrayList<>(List.of(bwrap.get().toString()));
        all.addAll(List.of("--unshare-all", "--die-with-parent", "--new-session", "--as-pid-1"));
        all.addAll(List.of("--uid", "1000", "--gid", "1000", "--hostname", "cupel"));
        SYSTEM.stream().filter(path -> Files.exists(Path.of(path))).forEach(path -> readOnly(all, path));
        Executables.prefix(command.getFirst()).ifPresent(prefix -> readOnly(all, prefix.toString()));
        all.addAll(List.of("--proc", "/proc", "--dev", "/dev"));
        all.addAll(List.of("--bind", folder.toString(), "/tmp", "--chdir", "/tmp"));
        all.addAll(List.of("--bind", terminationLog.toString(), "/dev/termination-log"));
        all.addAll(List.of("--remount-ro", "/")); // As in the cluster: only /tmp can be written to.
        all.add("--");
        all.addAll(command);
        return all;
    }

    private static void readOnly(List<String> arguments, String path) {
        arguments.addAll(List.of("--ro-bind", path, path));
    }
}
