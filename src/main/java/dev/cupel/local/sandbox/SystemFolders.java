package dev.cupel.local.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The system's own folders, which a sandbox shows, the home folders, which none does, and what lies on a PATH. */
public final class SystemFolders {
    /** What a sandbox shows in any case. */
    private static final List<Path> ALL = Stream.of("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64")
            .map(Path::of)
            .toList();

    private static final Path ETC = Path.of("/etc");

    /** Of /etc: what a loader and the interpreters in system folders look for, by their names in Debian and others. */
    private static final Pattern SETTINGS =
            Pattern.compile("alternatives|ld\\.so\\.cache|localtime|java-[0-9]+-openjdk|perl|php|python3(\\.[0-9]+)?");

    private SystemFolders() {}

    /** All that a sandbox shows in any case. Looked up each time: an interpreter may be installed while Cupel runs. */
    static Stream<Path> shown() {
        String[] settings =
                ETC.toFile().list((_, name) -> SETTINGS.matcher(name).matches());
        Stream<String> sorted =
                Stream.of(settings == null ? new String[0] : settings).sorted();
        return Stream.concat(ALL.stream(), sorted.map(ETC::resolve)).filter(Files::exists);
    }

    /** Whether it lies in /etc, where a sandbox has nothing of that name: neither this machine's nor its own. */
    static boolean isHiddenSetting(Path path) {
        if (!path.startsWith(ETC) || path.equals(ETC)) {
            return false;
        }
        String name = path.getName(1).toString();
        return !SETTINGS.matcher(name).matches() && !ContainerFiles.NAMES.contains(name);
    }

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
