package dev.cupel.local.sandbox;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * The sandbox of a program that runs on this machine: bubblewrap, if it is installed and works. The program has
 * namespaces of its own, no network, no capability, a read-only view of the system's programs, and a private /tmp of
 * limited size. It is no gVisor: {@code SECURITY.md} says what is different.
 */
public final class Sandbox {
    /** For a container whose manifest does not limit its /tmp. */
    public static final long TMP_BYTES = 1L << 30;

    private static final Logger LOG = Logger.getLogger(Sandbox.class);

    /** As containerd gives it. */
    private static final String SHM_BYTES = Long.toString(64 << 20);

    /** What runs in the container's first process before its command does. */
    public static final Set<String> HELPERS = Set.of("bwrap", "prlimit");

    private static final int SECONDS = 10;

    private final List<String> start;
    private final boolean sizes;
    private final Optional<Path> prlimit;

    /** @param start the command and its first arguments; none if there is no sandbox */
    private Sandbox(List<String> start, boolean sizes, Optional<Path> prlimit) {
        this.start = List.copyOf(start);
        this.sizes = sizes;
        this.prlimit = prlimit;
    }

    /** Looks for bubblewrap and tries it; warns once if there is none. */
    public static Sandbox detect() {
        return detect(SystemFolders.onPath(SystemFolders.path(), "bwrap"), LOG::warn);
    }

    public static Sandbox detect(Optional<Path> bwrap, Consumer<String> warning) {
        return bwrap.flatMap(Sandbox::tried).orElseGet(() -> {
            warning.accept(
                    "bubblewrap is not installed or does not work here: programs run UNSANDBOXED, as the user that"
                            + " started Cupel. Run only code that you trust, or install it (Debian: apt-get install bubblewrap).");
            return none();
        });
    }

    private static Sandbox none() {
        return new Sandbox(List.of(), false, Optional.empty());
    }

    /** As much as this version of bubblewrap can do: sizes came with 0.7, no nested user namespaces with 0.8. */
    private static Optional<Sandbox> tried(Path bwrap) {
        List<String> least = List.of(bwrap.toString(), "--unshare-all", "--unshare-user");
        List<String> most =
                Stream.concat(least.stream(), Stream.of("--disable-userns")).toList();
        return Stream.of(SystemFolders.onPath("/usr/bin:/bin", "prlimit"), Optional.<Path>empty())
                .distinct()
                .flatMap(prlimit -> Stream.of(
                        new Sandbox(most, true, prlimit),
                        new Sandbox(least, true, prlimit),
                        new Sandbox(least, false, prlimit)))
                .filter(Sandbox::works)
                .findFirst();
    }

    private boolean works() {
        try {
            List<String> command = wrapTrial(new Executable(Path.of("/bin/sh"), List.of()), List.of("-c", ":"));
            return Trial.run(new ProcessBuilder(command), SECONDS).code() == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    public boolean isThere() {
        return !start.isEmpty();
    }

    /** Whether the size of /tmp is limited, and of /dev/shm. */
    public boolean limitsSizes() {
        return sizes;
    }

    /**
     * What differs from program to program in a sandbox.
     *
     * @param etc holds hosts, passwd and their like
     * @param terminationLog seen as /dev/termination-log
     * @param tmpBytes the size of its /tmp
     * @param mounts bubblewrap's arguments for what it sees besides
     */
    public record Inside(Path etc, Path terminationLog, long tmpBytes, List<String> mounts) {
        public Inside {
            mounts = List.copyOf(mounts);
        }
    }

    /** The command that runs {@code executable} inside. */
    public List<String> wrap(Executable executable, List<String> arguments, Inside inside) {
        return wrap(executable, arguments, Optional.of(inside));
    }

    /** The same, for a trial without a program. */
    List<String> wrapTrial(Executable executable, List<String> arguments) {
        return wrap(executable, arguments, Optional.empty());
    }

    private List<String> wrap(Executable executable, List<String> arguments, Optional<Inside> inside) {
        List<String> all = new ArrayList<>(start);
        if (isThere()) {
            long tmpBytes = inside.map(Inside::tmpBytes).orElse(TMP_BYTES);
            all.addAll(List.of("--die-with-parent", "--new-session", "--as-pid-1", "--cap-drop", "ALL"));
            all.addAll(List.of("--uid", "1000", "--gid", "1000", "--hostname", "cupel"));
            SystemFolders.shown().forEach(path -> readOnly(all, path, path.toString()));
            inside.ifPresent(some -> ContainerFiles.NAMES.forEach(
                    name -> readOnly(all, some.etc().resolve(name), "/etc/" + name)));
            all.addAll(List.of("--proc", "/proc", "--dev", "/dev"));
            addTmpfs(all, SHM_BYTES, "/dev/shm");
            inside.ifPresent(
                    some -> all.addAll(List.of("--bind", some.terminationLog().toString(), "/dev/termination-log")));
            addTmpfs(all, Long.toString(tmpBytes), "/tmp");
            List<String> homes = SystemFolders.homesInSystem()
                    .filter(Files::isDirectory)
                    .map(Path::toString)
                    .toList();
            homes.forEach(home -> all.addAll(List.of("--tmpfs", home)));
            // Last: they may lie below one of these, or below /tmp.
            all.addAll(executable.mounts());
            inside.ifPresent(some -> all.addAll(some.mounts()));
            homes.forEach(home -> all.addAll(List.of("--remount-ro", home)));
            // As in the cluster: only /tmp can be written to, /dev/shm and the termination log.
            all.addAll(List.of("--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/tmp", "--"));
            prlimit.ifPresent(path -> all.addAll(ProcessLimits.command(path, tmpBytes)));
        }
        all.add(executable.path().toString());
        all.addAll(arguments);
        return all;
    }

    private void addTmpfs(List<String> all, String bytes, String path) {
        all.addAll(List.of("--perms", "1777"));
        if (sizes) {
            all.addAll(List.of("--size", bytes));
        }
        all.addAll(List.of("--tmpfs", path));
    }

    private static void readOnly(List<String> arguments, Path from, String at) {
        arguments.addAll(List.of("--ro-bind", from.toString(), at));
    }
}
