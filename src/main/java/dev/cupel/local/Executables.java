package dev.cupel.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** Programs on this machine's PATH. */
final class Executables {
    private Executables() {}

    static Optional<Path> find(String name) {
        if (name.contains("/")) {
            return Optional.of(Path.of(name)).filter(Files::isExecutable);
        }
        return path().map(folder -> folder.resolve(name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * A Python, past any shim that picks a version (pyenv, asdf): a shim is a script and needs a home folder that a sandbox
     * does not have.
     */
    static Optional<Path> findPython(String name) {
        return Stream.of(name, "python3", "python")
                .distinct()
                .flatMap(candidate -> find(candidate).flatMap(Executables::interpreter).stream())
                .findFirst();
    }

    private static Optional<Path> interpreter(Path candidate) {
        try {
            Process process = new ProcessBuilder(
                            candidate.toString(), "-I", "-S", "-c", "import sys; print(sys.executable)")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String printed =
                    new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            return Optional.of(printed.strip())
                    .filter(text -> !text.isEmpty())
                    .map(Path::of)
                    .filter(Files::isExecutable);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The folder of an installation outside the system's own: {@code PREFIX/bin/NAME}. */
    static Optional<Path> prefix(String executable) {
        try {
            Path real = Path.of(executable).toRealPath();
            Path bin = real.getParent();
            Path prefix = bin == null ? null : bin.getParent();
            return Optional.ofNullable(prefix).filter(path -> path.getNameCount() > 1 || !path.startsWith("/usr"));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Stream<Path> path() {
        String path = System.getenv("PATH");
        return path == null
                ? Stream.empty()
                : Arrays.stream(path.split(java.io.File.pathSeparator))
                        .filter(part -> !part.isEmpty())
                        .map(Path::of);
    }
}
