package dev.cupel.local.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.json.StrictJson;
import dev.cupel.rejection.Rejected;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The Pythons on this machine's PATH, and what each needs to run in a sandbox: its own files and no more. Each is asked,
 * past any shim that picks a version (pyenv, asdf), and tried in the sandbox before it is used.
 */
public final class Interpreters {
    private static final String QUESTION = question();
    private static final int SECONDS = 20;

    /** They change where the interpreter looks for its files; no program here has them. */
    private static final List<String> NOT_INHERITED =
            List.of("LD_LIBRARY_PATH", "LD_PRELOAD", "PYTHONHOME", "PYTHONPATH", "PYTHONPLATLIBDIR");

    private final String path;
    private final Sandbox sandbox;
    private final Set<Path> homes;

    /**
     * @param path a value of PATH
     * @param homes folders that no sandbox shows
     */
    public Interpreters(String path, Sandbox sandbox, Collection<Path> homes) {
        this.path = path;
        this.sandbox = sandbox;
        this.homes = SystemFolders.alsoReal(homes);
    }

    /**
     * The Python of that name, or else any {@code python3} or {@code python}: the image that has this version is not
     * here.
     *
     * @throws NotStarted with the line that says why, if there is none that runs
     */
    Executable find(String name) throws NotStarted, InterruptedException {
        List<Path> candidates = Stream.of(name, "python3", "python")
                .distinct()
                .flatMap(candidate -> SystemFolders.onPath(path, candidate).stream())
                .toList();
        Optional<NotStarted> first = Optional.empty();
        for (Path candidate : candidates) {
            try {
                return tried(read(answer(candidate)));
            } catch (NotStarted e) {
                first = first.or(() -> Optional.of(e));
            }
        }
        throw first.orElseGet(() -> new NotStarted("no \"" + name + "\" on this machine's PATH"));
    }

    private static String answer(Path candidate) throws NotStarted, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(candidate.toString(), "-I", "-S", "-c", QUESTION)
                .directory(Path.of("/").toFile());
        NOT_INHERITED.forEach(builder.environment()::remove);
        return Trial.run(builder, SECONDS).orThrow("the Python on this machine's PATH does not run");
    }

    /** @param answer what {@code interpreter.py} printed; a shim may have printed before it */
    private Executable read(String answer) throws NotStarted {
        try {
            JsonNode needs = StrictJson.parse(
                    answer.strip().lines().reduce("", (_, last) -> last).getBytes(UTF_8));
            Path executable = Path.of(needs.path("executable").asText());
            if (!executable.isAbsolute() || !Files.isExecutable(executable)) {
                throw new NotStarted("the Python on this machine's PATH does not say where it is");
            }
            return new Executable(
                    executable, mounts(executable, paths(needs.path("folders")), paths(needs.path("files"))));
        } catch (Rejected | UncheckedIOException | IOException e) {
            throw new NotStarted("the Python on this machine's PATH does not say what it needs");
        }
    }

    private static List<Path> paths(JsonNode texts) {
        return StreamSupport.stream(texts.spliterator(), false)
                .map(text -> Path.of(text.asText()).normalize())
                .toList();
    }

    /** Mounts everything at the path at which it is looked for and, if that is a link, at its real path as well. */
    private List<String> mounts(Path executable, List<Path> folders, List<Path> files) throws NotStarted, IOException {
        Map<Path, Path> shown = new TreeMap<>();
        for (Path folder : folders) {
            Path real = folder.toRealPath();
            if (SystemFolders.isSystem(folder) && SystemFolders.isSystem(real)) {
                continue;
            }
            if (homes.stream().anyMatch(home -> home.startsWith(real) || home.startsWith(folder))) {
                throw new NotStarted("a folder of the Python on this machine's PATH holds the home folder");
            }
            shown.put(folder, real);
            shown.put(real, real);
        }
        Set<Path> covered = new TreeSet<>(shown.keySet());
        for (Path file : files) {
            add(shown, covered, file, file.toRealPath());
        }
        Path real = executable.toRealPath();
        add(shown, covered, real, real);
        List<String> mounts = new ArrayList<>();
        shown.forEach((at, from) -> {
            boolean isWithin = covered.stream().anyMatch(folder -> !folder.equals(at) && at.startsWith(folder));
            if (!SystemFolders.isSystem(at) && !isWithin) {
                mounts.addAll(List.of("--ro-bind", from.toString(), at.toString()));
            }
        });
        boolean isThere = SystemFolders.isSystem(executable) || covered.stream().anyMatch(executable::startsWith);
        if (!executable.equals(real) && !isThere) {
            // A virtualenv is known by the link's place, and its base by where the link leads.
            mounts.addAll(
                    Files.isSymbolicLink(executable)
                            ? List.of("--symlink", real.toString(), executable.toString())
                            : List.of("--ro-bind", real.toString(), executable.toString()));
        }
        return mounts;
    }

    private static void add(Map<Path, Path> shown, Set<Path> covered, Path file, Path real) {
        for (Path at : List.of(file, real)) {
            if (covered.stream().noneMatch(at::startsWith)) {
                shown.put(at, real);
            }
        }
    }

    /** Tries once whether it starts in the sandbox. */
    private Executable tried(Executable executable) throws NotStarted, InterruptedException {
        if (sandbox.isThere()) {
            ProcessBuilder builder =
                    new ProcessBuilder(sandbox.wrapTrial(executable, List.of("-I", "-S", "-c", "print(6 * 7)")));
            builder.environment().clear();
            String does = "the Python on this machine's PATH does not run in the sandbox";
            if (!Trial.run(builder, SECONDS).orThrow(does).strip().endsWith("42")) {
                throw new NotStarted(does);
            }
        }
        return executable;
    }

    private static String question() {
        try (InputStream script = Interpreters.class.getResourceAsStream("interpreter.py")) {
            if (script == null) {
                throw new IllegalStateException("interpreter.py is missing");
            }
            return new String(script.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
