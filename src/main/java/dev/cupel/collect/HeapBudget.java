package dev.cupel.collect;

import dev.cupel.rejection.Unavailable;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A share of the heap: who needs much of it says so before, and waits in turn until there is room. So the number of large
 * things in memory follows from its size, whatever the number of requests.
 */
public final class HeapBudget {
    private static final int UNIT = 1024;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final int units;
    private final Semaphore free;
    private final Duration timeout;

    /**
     * @param bytes how many there are in all
     * @param timeout how long is waited for them
     */
    public HeapBudget(long bytes, Duration timeout) {
        this.units = Math.clamp(bytes / UNIT, 1, Integer.MAX_VALUE);
        this.free = new Semaphore(units, true);
        this.timeout = timeout;
    }

    /** A share of what the heap may grow to, and never less than one of the things that it is for. */
    public static HeapBudget ofHeap(double share, long atLeast, Duration timeout) {
        return new HeapBudget(
                Math.max(atLeast, (long) (share * Runtime.getRuntime().maxMemory())), timeout);
    }

    /**
     * Takes room, waiting for it; who asks for more than there is gets all of it.
     *
     * @throws Unavailable if there is none for too long
     */
    public Lease enter(long bytes) {
        int wanted = units(bytes);
        try {
            if (free.tryAcquire(wanted, timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                return new Lease(wanted);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new Unavailable("too many large requests and results at once", RETRY_AFTER);
    }

    private int units(long bytes) {
        return Math.clamp((bytes + UNIT - 1) / UNIT, 0, units);
    }

    /** Room that somebody has; given back once, however often it is closed. */
    public final class Lease implements AutoCloseable {
        private final AtomicInteger held;

        private Lease(int held) {
            this.held = new AtomicInteger(held);
        }

        /** Gives back what is more than this. */
        public void keep(long bytes) {
            int kept = units(bytes);
            int before = held.getAndUpdate(now -> Math.min(now, kept));
            free.release(Math.max(0, before - kept));
        }

        @Override
        public void close() {
            keep(0);
        }
    }
}
