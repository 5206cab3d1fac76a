package dev.cupel.local.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The system's own folders, which a sandbox shows, the home folders, which none does, and what lies on a PATH. */
public final class SystemFolders {
    /** What a sandbox shows in any case. */
    static final List<Path> ALL = Stream.of("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64")
            .map(Path::of)
            .toList();

    private SystemFolders() {}

    /** Whether a sandbox shows it in any case. */
    static boolean isSystem(Path path) {
        return ALL.stream().anyMatch(path::startsWith) && homesInSystem().noneMatch(path::startsWith);
    }

    /** Some users have their home folder below a system folder. No sandbox shows it. */
    static Stream<Path> homesInSystem() {
        return homes().stream()
                .filter(home -> ALL.stream().anyMatch(folder -> home.startsWith(folder) && !home.equals(folder)));
    }

    /** The home folders of the user whose process this is. */
    public static List<Path> homes() {
        return Stream.of(System.getProperty("user.home"), System.getenv("HOME"))
                .filter(home -> home != null && home.startsWith("/"))
                .map(home -> Path.of(home).normalize())
                .filter(home -> home.getNameCount() > 0)
                .distinct()
                .toList();
    }

    /** The first of that name in the folders of {@code path}, a value of PATH. */
    static Optional<Path> onPath(String path, String name) {
        return allOnPath(path, name).stream().findFirst();
    }

    /** All of that name, in the order in which a shell looks. */
    static List<Path> allOnPath(String path, String name) {
        return Arrays.stream(path.split(java.io.File.pathSeparator, -1))
                .filter(part -> !part.isEmpty())
                .map(part -> Path.of(part).toAbsolutePath().normalize().resolve(name))
                .filter(candidate -> Files.isRegularFile(candidate) && Files.isExecutable(candidate))
                .distinct()
                .toList();
    }

    /** The same folders, and where they really are. */
    static Set<Path> alsoReal(Collection<Path> folders) {
        return folders.stream().flatMap(SystemFolders::alsoReal).collect(Collectors.toUnmodifiableSet());
    }

    private static Stream<Path> alsoReal(Path folder) {
        try {
            return Stream.of(folder, folder.toRealPath());
        } catch (IOException e) {
            return Stream.of(folder);
        }
    }

    /** This process' PATH. */
    public static String path() {
        return Optional.ofNullable(System.getenv("PATH")).orElse("");
    }
}
