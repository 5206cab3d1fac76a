package dev.cupel.local;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What Linux says of processes in /proc. If there is no /proc, or a process is gone, the answers are empty. */
final class Proc {
    private static final Path ROOT = Path.of("/proc");
    private static final long SIGTERM = 1L << (15 - 1);

    /**
     * One process.
     *
     * @param tasks its threads
     * @param resident bytes in memory, shared ones included: never less than what it takes
     */
    record Found(long pid, int tasks, long resident) {}

    private Proc() {}

    static boolean isThere() {
        return Files.isRegularFile(ROOT.resolve("self/stat"));
    }

    /** {@code pid} and all that descend from it, parents first; not many more than {@code most} tasks. */
    static List<Found> family(long pid, int most) {
        List<Found> found = new ArrayList<>();
        List<Long> next = new ArrayList<>(List.of(pid));
        int tasks = 0;
        for (int i = 0; i < next.size() && tasks <= most; i++) {
            try {
                Found each = find(next.get(i));
                tasks += each.tasks();
                if (tasks <= most) {
                    addChildren(each, next);
                }
                found.add(each);
            } catch (IOException | DirectoryIteratorException e) {
                // It is gone.
            }
        }
        return found;
    }

    private static Found find(long pid) throws IOException {
        String status = text(of(pid).resolve("status"));
        return new Found(pid, (int) number(status, "Threads:"), number(status, "VmRSS:") << 10);
    }

    /** Any of its threads may have some; few programs have more than one, whose place is known. */
    private static void addChildren(Found parent, List<Long> to) throws IOException {
        Path tasks = of(parent.pid()).resolve("task");
        if (parent.tasks() == 1) {
            addChildren(tasks.resolve(Long.toString(parent.pid())), to);
            return;
        }
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
            for (Path thread : threads) {
                addChildren(thread, to);
            }
        }
    }

    private static void addChildren(Path thread, List<Long> to) throws IOException {
        for (String child : text(thread.resolve("children")).split(" ", -1)) {
            if (!child.isBlank()) {
                to.add(Long.parseLong(child.strip()));
            }
        }
    }

    /**
     * Bytes of its own memory, and its part of what it shares with the processes that it was forked from. Files do not
     * count. If nobody may look into the process, everything but the files.
     */
    static long own(long pid) {
        long own = bytes(pid, "smaps_rollup", "Pss_Anon:", "Pss_Shmem:");
        return own > 0 ? own : bytes(pid, "status", "RssAnon:", "RssShmem:");
    }

    private static long bytes(long pid, String file, String... fields) {
        try {
            String text = text(of(pid).resolve(file));
            return Stream.of(fields).mapToLong(field -> number(text, field)).sum() << 10;
        } catch (IOException e) {
            return 0;
        }
    }

    /** The first whole number behind the field's name, which begins a line; 0 if there is none. */
    private static long number(String text, String field) {
        int at = text.indexOf("\n" + field);
        long number = 0;
        for (int i = at + 1 + field.length(); at >= 0 && i < text.length() && text.charAt(i) != '\n'; i++) {
            int digit = Character.digit(text.charAt(i), 10);
            number = digit < 0 ? number : 10 * number + digit;
        }
        return number;
    }

    /** The name of the program that it runs, if it did not choose another. */
    static Optional<String> name(long pid) {
        try {
            return Optional.of(text(of(pid).resolve("comm")).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Whether it blocks or handles SIGTERM; empty if that is not known. */
    static Optional<Boolean> takesSigterm(long pid) {
        try {
            long signals = 0;
            for (String line : lines(of(pid).resolve("status"))) {
                if (line.startsWith("SigBlk:") || line.startsWith("SigCgt:")) {
                    signals |= Long.parseUnsignedLong(
                            line.substring("SigBlk:".length()).strip(), 16);
                }
            }
            return Optional.of((signals & SIGTERM) != 0);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Path of(long pid) {
        return ROOT.resolve(Long.toString(pid));
    }

    private static String[] lines(Path file) throws IOException {
        return text(file).split("\n", -1);
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), ISO_8859_1);
    }
}
