package dev.cupel;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits until something is so; no test sleeps and hopes. */
public final class Await {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private Await() {}

    /** Fails after a minute, with what was waited for. */
    public static void until(String what, Callable<Boolean> isSo) throws InterruptedException {
        until(what, LONG, PAUSE, isSo);
    }

    /** Asks once a pause; fails after that time, with what was waited for. */
    public static void until(String what, Duration limit, Duration pause, Callable<Boolean> isSo)
            throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!ask(isSo)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + limit.toSeconds() + " s: " + what);
            }
            Thread.sleep(pause);
        }
    }

    private static boolean ask(Callable<Boolean> isSo) throws InterruptedException {
        try {
            return isSo.call();
        } catch (InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
