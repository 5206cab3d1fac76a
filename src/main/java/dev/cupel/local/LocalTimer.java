package dev.cupel.local;

import java.time.Duration;

/** What PingSource is in a cluster: does something again and again, until it is closed. */
public final class LocalTimer implements AutoCloseable {
    private final Thread thread;

    private LocalTimer(Thread thread) {
        this.thread = thread;
    }

    /** @param tick done in a thread of its own, first when {@code every} has passed; must not throw */
    public static LocalTimer start(Duration every, Runnable tick) {
        return new LocalTimer(Thread.ofVirtual().name("sweep").start(() -> {
            try {
                while (true) {
                    Thread.sleep(every);
                    tick.run();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
