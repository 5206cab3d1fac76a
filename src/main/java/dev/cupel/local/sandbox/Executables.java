package dev.cupel.local.sandbox;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the first word of a container's command stands for here. A manifest comes from whoever asks, so it chooses nothing
 * but a name: of a Python, which is looked for on this machine's PATH, or of a program in the system's own folders.
 */
public final class Executables {
    private static final List<Path> SYSTEM_PATH = Stream.of(
                    "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
            .map(Path::of)
            .toList();
    private static final Pattern PYTHON = Pattern.compile("python[0-9.]{0,8}");

    private final Interpreters interpreters;

    public Executables(Interpreters interpreters) {
        this.interpreters = interpreters;
    }

    /**
     * Finds it. Runs nothing but a Python on the PATH, which is this machine's own.
     *
     * @throws NotStarted if it is none, or is not here
     */
    public Executable find(String word) throws NotStarted, InterruptedException {
        if (PYTHON.matcher(word).matches()) {
            return interpreters.find(word);
        }
        Path path = Path.of(word.indexOf('\0') < 0 ? word : "");
        if (word.contains("/")) {
            if (!path.isAbsolute() || !path.normalize().toString().equals(word) || !SystemFolders.isSystem(path)) {
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
}
