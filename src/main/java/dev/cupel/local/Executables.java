package dev.cupel.local;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the first word of a container's command stands for here. A manifest comes from whoever asks, so it chooses nothing
 * but a name: of a Python, which is looked for on this machine's PATH, or of a program in the system's own folders.
 */
final class Executables {
    /** What a sandbox shows in any case. */
    static final List<Path> SYSTEM = Stream.of("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64")
            .map(Path::of)
            .toList();

    private static final List<Path> SYSTEM_PATH = Stream.of(
                    "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
            .map(Path::of)
            .toList();
    private static final Pattern PYTHON = Pattern.compile("python[0-9.]{0,8}");

    private final Interpreters interpreters;

    Executables(Interpreters interpreters) {
        this.interpreters = interpreters;
    }

    /**
     * Finds it; asks nobody but a Python on PATH, which is this machine's own.
     *
     * @throws NotStarted if it is none, or is not here
     */
    Executable find(String word) throws NotStarted, InterruptedException {
        if (PYTHON.matcher(word).matches()) {
            return interpreters.find(word);
        }
        Path path = Path.of(word.indexOf('\0') < 0 ? word : "");
        if (word.contains("/")) {
            if (!path.isAbsolute() || !path.normalize().toString().equals(word) || !isSystem(path)) {
                throw new NotStarted(
                        "local mode runs a Python, or a program in the system's own folders such as /usr/bin;"
                                + " the command of this Job is neither");
            }
            return inSystem(Stream.of(path), word);
        }
        return inSystem(SYSTEM_PATH.stream().map(folder -> folder.resolve(path)), word);
    }

    private static Executable inSystem(Stream<Path> candidates, String word) throws NotStarted {
        return candidates
                .filter(candidate -> Files.isRegularFile(candidate) && Files.isExecutable(candidate))
                .findFirst()
                .map(found -> new Executable(found, List.of()))
                .orElseThrow(() -> new NotStarted("no \"" + word + "\" on this machine"));
    }

    /** Whether a sandbox shows it in any case. */
    static boolean isSystem(Path path) {
        return SYSTEM.stream().anyMatch(path::startsWith) && homesInSystem().noneMatch(path::startsWith);
    }

    /** Some have theirs below a folder of the system's. No sandbox shows it. */
    static Stream<Path> homesInSystem() {
        return homes().stream()
                .filter(home -> SYSTEM.stream().anyMatch(folder -> home.startsWith(folder) && !home.equals(folder)));
    }

    /** The home folders of the user whose process this is. */
    static List<Path> homes() {
        return Stream.of(System.getProperty("user.home"), System.getenv("HOME"))
                .filter(home -> home != null && home.startsWith("/"))
                .map(home -> Path.of(home).normalize())
                .filter(home -> home.getNameCount() > 0)
                .distinct()
                .toList();
    }

    /** The first of that name in the folders of {@code path}, a value of PATH. */
    static Optional<Path> onPath(String path, String name) {
        return Arrays.stream(path.split(java.io.File.pathSeparator, -1))
                .filter(part -> !part.isEmpty())
                .map(part -> Path.of(part).toAbsolutePath().normalize().resolve(name))
                .filter(candidate -> Files.isRegularFile(candidate) && Files.isExecutable(candidate))
                .findFirst();
    }

    /** This process' PATH. */
    static String path() {
        return Optional.ofNullable(System.getenv("PATH")).orElse("");
    }
}
