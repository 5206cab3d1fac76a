package dev.cupel.local;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What Linux says of processes in /proc. If there is no /proc, or a process is gone, the answers are empty. */
final class Proc {
    private static final Path ROOT = Path.of("/proc");
    private static final long SIGTERM = 1L << (15 - 1);

    /**
     * One process.
     *
     * @param tasks its threads
     */
    record Found(long pid, int tasks) {}

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
            int own = 0;
            try (DirectoryStream<Path> threads =
                    Files.newDirectoryStream(of(next.get(i)).resolve("task"))) {
                for (Path thread : threads) {
                    own++;
                    for (String child : text(thread.resolve("children")).split(" ", -1)) {
                        if (!child.isBlank()) {
                            next.add(Long.parseLong(child.strip()));
                        }
                    }
                    if (tasks + own > most) {
                        break;
                    }
                }
            } catch (IOException | java.nio.file.DirectoryIteratorException e) {
                continue;
            }
            tasks += own;
            found.add(new Found(next.get(i), own));
        }
        return found;
    }

    /** Bytes in memory, shared ones included: never less than what it takes. */
    static long resident(long pid) {
        return bytes(pid, "status", "VmRSS:");
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
            long kibibytes = 0;
            for (String line : lines(of(pid).resolve(file))) {
                for (String field : fields) {
                    if (line.startsWith(field)) {
                        kibibytes += Long.parseLong(line.replaceAll("[^0-9]", ""));
                    }
                }
            }
            return kibibytes << 10;
        } catch (IOException e) {
            return 0;
        }
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
