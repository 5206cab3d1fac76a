package dev.cupel.local.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What a program finds on its PATH here: the tools that its template names, before the system's own. */
public final class ToolPath {
    /** As a container has it whose image says nothing. */
    private static final List<String> SYSTEM =
            List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

    /** Where links lie in a sandbox: nothing else is there. */
    private static final Path LINKS = Path.of("/run/cupel");

    private final SequencedSet<String> folders = new LinkedHashSet<>();
    private final SequencedSet<List<String>> mounts = new LinkedHashSet<>();

    /** By name, those that are called otherwise here: a {@code python3.12} that is another Python. */
    private final Map<String, Path> links = new TreeMap<>();

    /**
     * Finds them.
     *
     * @param words their names; one that is a path of the program's own is left to it
     * @throws NotStarted if one is not here
     */
    public static ToolPath of(Executables executables, Collection<String> words)
            throws NotStarted, InterruptedException {
        ToolPath path = new ToolPath();
        for (String word : words) {
            if (!word.contains("/") || word.startsWith("/")) {
                path.add(word, executables.find(word));
            }
        }
        return path;
    }

    private void add(String word, Executable executable) {
        mounts.add(executable.mounts());
        if (word.startsWith("/")) {
            return;
        }
        if (executable.path().endsWith(word)) {
            folders.add(String.valueOf(executable.path().getParent()));
        } else {
            links.put(word, executable.path());
        }
    }

    /** The value of PATH in a sandbox. */
    public String inSandbox() {
        return value(LINKS);
    }

    /** The value of PATH without a sandbox; makes what links it needs in {@code folder}. */
    public String linkedIn(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (Map.Entry<String, Path> link : links.entrySet()) {
            Files.createSymbolicLink(folder.resolve(link.getKey()), link.getValue());
        }
        return value(folder);
    }

    private String value(Path linked) {
        Stream<String> first = links.isEmpty() ? Stream.of() : Stream.of(linked.toString());
        return String.join(
                ":",
                Stream.of(first, folders.stream(), SYSTEM.stream())
                        .flatMap(part -> part)
                        .distinct()
                        .toList());
    }

    /** The arguments for bubblewrap that show what they need besides {@code shown}, which is shown already. */
    public List<String> mounts(Executable shown) {
        List<String> all = new ArrayList<>();
        mounts.stream().filter(some -> !some.equals(shown.mounts())).forEach(all::addAll);
        links.forEach((word, target) -> all.addAll(
                List.of("--symlink", target.toString(), LINKS.resolve(word).toString())));
        return all;
    }
}
