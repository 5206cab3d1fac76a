package dev.cupel.local.sandbox;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * What the words of a Job that name a program stand for here. A manifest comes from whoever asks, so it chooses nothing
 * but a name, which is looked for on this machine's PATH, or a program in the system's own folders.
 */
public final class Executables {
    private static final Pattern PYTHON = Pattern.compile("python[0-9.]{0,8}");

    private final Interpreters interpreters;
    private final Tools tools;
    private final Map<String, Executable> known = new ConcurrentHashMap<>();

    /**
     * @param path a value of PATH
     * @param homes folders that no sandbox shows
     */
    public Executables(String path, Sandbox sandbox, Collection<Path> homes) {
        this.interpreters = new Interpreters(path, sandbox, homes);
        this.tools = new Tools(path, sandbox, homes);
    }

    /**
     * Finds it, and looks only once as long as what it found is there. Runs nothing but a Python on the PATH and the
     * managers of versions there, which are this machine's own.
     *
     * @throws NotStarted if it is none, or is not here
     */
    public Executable find(String word) throws NotStarted, InterruptedException {
        if (word.contains("/")) {
            return inSystem(word);
        }
        Optional<Executable> found = known(word);
        if (found.isPresent()) {
            return found.get();
        }
        synchronized (known) { // One looks, the others wait for what it finds.
            Optional<Executable> meanwhile = known(word);
            if (meanwhile.isPresent()) {
                return meanwhile.get();
            }
            Executable looked = PYTHON.matcher(word).matches() ? interpreters.find(word) : tools.find(word);
            known.put(word, looked);
            return looked;
        }
    }

    private Optional<Executable> known(String word) {
        return Optional.ofNullable(known.get(word)).filter(Executable::isThere);
    }

    private static Executable inSystem(String word) throws NotStarted {
        Path path = Path.of(word.indexOf('\0') < 0 ? word : "");
        if (!path.isAbsolute() || !path.normalize().toString().equals(word) || !SystemFolders.isSystem(path)) {
            throw new NotStarted("local mode runs a program that is found on the PATH by its name, or one in the"
                    + " system's own folders such as /usr/bin; the command of this Job is neither");
        }
        if (!Files.isRegularFile(path) || !Files.isExecutable(path)) {
            throw new NotStarted("no \"" + word + "\" on this machine");
        }
        return new Executable(path, List.of());
    }
}
