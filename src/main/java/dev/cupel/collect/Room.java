package dev.cupel.collect;

import dev.cupel.rejection.Unavailable;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A share of the heap. Code that needs much memory asks for it first, and waits in turn until there is room. So the
 * number of large things in memory depends on the heap, and not on the number of requests.
 */
public final class Room {
    private static final int UNIT = 1024;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final int units;
    private final Semaphore free;
    private final Duration patience;

    /**
     * @param bytes how many there are in all
     * @param patience how long is waited for them
     */
    public Room(long bytes, Duration patience) {
        this.units = Math.clamp(bytes / UNIT, 1, Integer.MAX_VALUE);
        this.free = new Semaphore(units, true);
        this.patience = patience;
    }

    /** A share of the largest size of the heap, and never less than one of the things that it is for. */
    public static Room ofHeap(double share, long atLeast, Duration patience) {
        return new Room(Math.max(atLeast, (long) (share * Runtime.getRuntime().maxMemory())), patience);
    }

    /**
     * Takes room, and waits for it. A request for more than there is gets all of it.
     *
     * @throws Unavailable if there is none for too long
     */
    public Lease enter(long bytes) {
        int wanted = units(bytes);
        try {
            if (free.tryAcquire(wanted, patience.toMillis(), TimeUnit.MILLISECONDS)) {
                return new Lease(wanted);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new Unavailable(503, "too many large requests and results at once", Optional.of(RETRY_AFTER));
    }

    private int units(long bytes) {
        return Math.clamp((bytes + UNIT - 1) / UNIT, 0, units);
    }

    /** Room that was taken. It is given back once, however often this is closed. */
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
