package dev.cupel.local;

import dev.cupel.local.sandbox.ProcessLimits;
import java.util.Comparator;
import java.util.List;

/**
 * Keeps a container's memory under its limit, as far as looking now and then can: of those that take too much together, the
 * largest is killed, as by the kernel. A peak between two looks passes. It also ends what has more processes than any
 * program may have, where the kernel does not refuse them.
 */
final class MemoryWatchdog {
    /** After so many, the next takes all with it: something makes them anew. */
    private static final int KILLS = 5;

    private final ProcessHandle root;
    private final long limit;
    private final boolean spareFirst;
    private final int helpers;
    private int kills;
    private volatile boolean outOfMemory;

    /**
     * @param root the process that was started
     * @param limit in bytes
     * @param helpers how many of the first processes are not the container's
     * @param spareFirst whether the container's first process is a supervisor, that tells what became of the others
     */
    MemoryWatchdog(ProcessHandle root, long limit, int helpers, boolean spareFirst) {
        this.root = root;
        this.limit = limit;
        this.helpers = helpers;
        this.spareFirst = spareFirst;
    }

    boolean isOutOfMemory() {
        return outOfMemory;
    }

    void look() {
        List<Proc.Found> family = Proc.family(root.pid(), ProcessLimits.PROCESSES + helpers);
        if (family.stream().mapToInt(Proc.Found::tasks).sum() > ProcessLimits.PROCESSES + helpers) {
            killAll();
            return;
        }
        if (family.stream().mapToLong(Proc.Found::resident).sum() <= limit) {
            return;
        }
        record Size(long pid, long bytes) {}
        List<Size> sizes = family.stream()
                .skip(helpers)
                .map(found -> new Size(found.pid(), Proc.own(found.pid())))
                .toList();
        if (sizes.stream().mapToLong(Size::bytes).sum() <= limit) {
            return;
        }
        outOfMemory = true;
        if (++kills > KILLS) {
            killAll();
            return;
        }
        sizes.stream()
                .skip(spareFirst && sizes.size() > 1 ? 1 : 0)
                .max(Comparator.comparingLong(Size::bytes))
                .flatMap(largest -> ProcessHandle.of(largest.pid()))
                .ifPresent(ProcessHandle::destroyForcibly);
    }

    /** In a sandbox, the end of the first is the end of all. */
    private void killAll() {
        List<ProcessHandle> all = root.descendants().toList();
        root.destroyForcibly();
        all.forEach(ProcessHandle::destroyForcibly);
    }
}
