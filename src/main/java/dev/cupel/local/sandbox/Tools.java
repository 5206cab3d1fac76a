package dev.cupel.local.sandbox;

import dev.cupel.rejection.Quoted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The tools on this machine's PATH that a template may name: compilers, interpreters, whatever runs. Each is looked for
 * past links and the shims of version managers, and shown with the installation that it lies in and the libraries that
 * the loader finds for it, and no more.
 */
public final class Tools {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._+-]{0,99}");
    private static final String SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final int SECONDS = 20;

    /** Each says by {@code which WORD} what its shim of that name starts. */
    private static final List<String> MANAGERS =
            List.of("rustup", "mise", "asdf", "volta", "rbenv", "nodenv", "pyenv", "plenv", "phpenv", "goenv", "jenv");

    /** What an installation has beside its bin folder; a folder of somebody's own programs has none of them. */
    private static final List<String> BESIDE_BIN = List.of("lib", "lib64", "libexec", "share", "pkg");

    /** Many installations are in each, and so none of them is the tool's. */
    private static final Set<Path> SHARED = Set.of(Path.of("/"), Path.of("/usr"), Path.of("/usr/local"));

    private static final int DEPTH = 5;
    private static final int MOST_FILES = 20_000;
    private static final Pattern LIBRARY = Pattern.compile("(?:=>|^)\\s*(/\\S+)");

    private final String path;
    private final Sandbox sandbox;
    private final Set<Path> homes;

    /**
     * @param path a value of PATH
     * @param homes folders that no sandbox shows
     */
    public Tools(String path, Sandbox sandbox, Collection<Path> homes) {
        this.path = path + ":" + SYSTEM_PATH;
        this.sandbox = sandbox;
        this.homes = SystemFolders.alsoReal(homes);
    }

    /** @throws NotStarted with the line that says why, if there is none that runs */
    Executable find(String word) throws NotStarted, InterruptedException {
        NotStarted missing = new NotStarted("no " + Quoted.of(word) + " on this machine's PATH");
        if (!NAME.matcher(word).matches()) {
            throw missing;
        }
        Optional<NotStarted> first = Optional.empty();
        for (Path candidate : SystemFolders.allOnPath(path, word)) {
            try {
                Optional<Path> manager = manager(candidate);
                return tried(executable(manager.isPresent() ? behind(manager.get(), word) : candidate), word);
            } catch (IOException e) {
                first = first.or(() -> Optional.of(missing));
            } catch (NotStarted e) {
                first = first.or(() -> Optional.of(e));
            }
        }
        throw first.orElse(missing);
    }

    /** That which made {@code candidate} as a shim: a link to itself (rustup, mise), or a script in a folder of shims. */
    private Optional<Path> manager(Path candidate) throws IOException {
        boolean isAmongShims = candidate.resolveSibling("").endsWith("shims");
        for (String name : MANAGERS) {
            Optional<Path> manager = SystemFolders.onPath(path, name);
            if (manager.isPresent() && (isAmongShims || Files.isSameFile(manager.get(), candidate))) {
                return manager;
            }
        }
        return Optional.empty();
    }

    private static Path behind(Path manager, String word) throws NotStarted, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(manager.toString(), "which", word)
                .directory(Path.of("/").toFile());
        String said = Trial.run(builder, SECONDS).orThrow("the " + Quoted.of(word) + " on this machine's PATH is none");
        Path real = Path.of(said.strip().lines().reduce("", (_, last) -> last));
        if (!real.isAbsolute() || !Files.isExecutable(real)) {
            throw new NotStarted("the " + Quoted.of(word) + " on this machine's PATH leads nowhere");
        }
        return real.normalize();
    }

    private Executable executable(Path candidate) throws IOException, InterruptedException {
        Path real = candidate.toRealPath();
        Map<Path, Path> shown = new TreeMap<>();
        for (Path place : List.of(candidate, real)) {
            if (!SystemFolders.isSystem(place)) {
                Path what = installation(place).orElse(place);
                shown.put(what, what.toRealPath());
            }
        }
        for (Path library : libraries(real)) {
            if (!SystemFolders.isSystem(library) && shown.keySet().stream().noneMatch(library::startsWith)) {
                shown.put(library, library.toRealPath());
            }
        }
        for (Path setting : settings(real)) {
            shown.put(setting, setting);
        }
        List<String> mounts = new ArrayList<>();
        shown.forEach((at, from) -> mounts.addAll(List.of("--ro-bind", from.toString(), at.toString())));
        // Some find their files by the name that they are called by, others only by where they lie.
        boolean isItself = real.getFileName().equals(candidate.getFileName());
        return new Executable(isItself ? real : candidate, mounts);
    }

    /** The folder that it was installed to, if it is one that holds nothing else: the parent of its bin folder. */
    private Optional<Path> installation(Path executable) throws IOException {
        Path prefix = prefix(executable);
        if (SHARED.contains(prefix)) {
            return Optional.empty();
        }
        Path real = prefix.toRealPath();
        boolean isAnInstallation = BESIDE_BIN.stream().anyMatch(name -> Files.isDirectory(prefix.resolve(name)))
                && !Files.exists(prefix.resolve(".git"));
        boolean isSomebodys = homes.stream()
                .anyMatch(
                        home -> Stream.of(prefix, real).anyMatch(one -> home.startsWith(one) || isHiddenIn(home, one)));
        return isAnInstallation && !isSomebodys ? Optional.of(prefix) : Optional.empty();
    }

    /** The parent of its bin folder; {@code /} if it lies in none. */
    private static Path prefix(Path executable) {
        Path bin = executable.resolveSibling("");
        return bin.endsWith("bin") || bin.endsWith("sbin") ? bin.resolveSibling("") : Path.of("/");
    }

    /** As {@code ~/.local} and {@code ~/.cargo}, which hold what is nobody's business. */
    private static boolean isHiddenIn(Path home, Path folder) {
        return home.equals(folder.getParent())
                && folder.getFileName().toString().startsWith(".");
    }

    /** What the loader takes for it; none if it is a script, or has all that it needs in itself. */
    private static List<Path> libraries(Path real) throws InterruptedException {
        return Trial.run(new ProcessBuilder("ldd", real.toString()), SECONDS)
                .output()
                .lines()
                .flatMap(line -> LIBRARY.matcher(line)
                        .results()
                        .map(found -> Path.of(found.group(1)).normalize()))
                .filter(Files::isRegularFile)
                .toList();
    }

    /**
     * Where its installation has links to /etc, what they lead to, such as a JDK's certificates, unless a sandbox has
     * that already. Nothing that not everybody may read.
     */
    private static List<Path> settings(Path real) throws IOException {
        Path prefix = prefix(real);
        if (SHARED.contains(prefix)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(prefix, DEPTH)) {
            return files.limit(MOST_FILES)
                    .filter(Files::isSymbolicLink)
                    .flatMap(link -> target(link).stream())
                    .distinct()
                    .sorted()
                    .toList();
        } catch (java.io.UncheckedIOException e) {
            return List.of(); // Not all of it may be read.
        }
    }

    private static Optional<Path> target(Path link) {
        try {
            Path target = link.toRealPath();
            boolean isReadByAll = Files.getPosixFilePermissions(target).contains(PosixFilePermission.OTHERS_READ);
            return SystemFolders.isHiddenSetting(target) && isReadByAll ? Optional.of(target) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Whether the loader finds all of its libraries inside; without them a program would be blamed for what never ran. */
    private Executable tried(Executable executable, String word) throws NotStarted, InterruptedException {
        Optional<Path> ldd = SystemFolders.onPath(SYSTEM_PATH, "ldd");
        if (sandbox.isThere() && ldd.isPresent() && !executable.mounts().isEmpty()) {
            ProcessBuilder builder = new ProcessBuilder(sandbox.wrapTrial(
                    new Executable(ldd.get(), executable.mounts()),
                    List.of(executable.path().toString())));
            builder.environment().clear();
            String missing = Trial.run(builder, SECONDS)
                    .output()
                    .lines()
                    .filter(line -> line.contains("not found") || line.startsWith("bwrap:"))
                    .findFirst()
                    .orElse("");
            if (!missing.isEmpty()) {
                throw new NotStarted("the " + Quoted.of(word) + " on this machine's PATH does not run in the sandbox: "
                        + missing.strip());
            }
        }
        return executable;
    }
}
