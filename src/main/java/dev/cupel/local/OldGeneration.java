package dev.cupel.local;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.util.Optional;

/**
 * Has Java's old generation collected where much of it is garbage. The serial collector would rather let it grow, up to
 * all that it may ever have; the others see to it themselves.
 */
public final class OldGeneration {
    private static final String SERIAL = "Tenured Gen";
    private static final long SMALL_BYTES = 40L << 20;

    private OldGeneration() {}

    /** Collects it, if that is due. */
    public static void tidy() {
        if (find().filter(OldGeneration::isDue).isPresent()) {
            System.gc();
        }
    }

    private static Optional<MemoryPoolMXBean> find() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getName().equals(SERIAL))
                .findFirst();
    }

    private static boolean isDue(MemoryPoolMXBean pool) {
        MemoryUsage afterLast = pool.getCollectionUsage();
        return isDue(pool.getUsage().getUsed(), afterLast == null ? 0 : afterLast.getUsed());
    }

    /** @param afterLast what the last collection left */
    static boolean isDue(long used, long afterLast) {
        return used > SMALL_BYTES && used > afterLast + afterLast / 2;
    }
}
