package dev.cupel.local;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Starts every process from one thread that outlives them. bubblewrap's {@code --die-with-parent} is PR_SET_PDEATHSIG, which
 * fires when the <em>thread</em> that forked ends, not the process; a virtual thread forks on a carrier, and an idle carrier
 * ends after 30 s.
 */
public final class Spawner implements AutoCloseable {
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("spawner").factory());

    Process start(ProcessBuilder builder) throws IOException, InterruptedException {
        try {
            return thread.submit(builder::start).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IllegalStateException("a process could not be started", e.getCause());
        }
    }

    /** The processes that still run end with it, at least those in a sandbox. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
