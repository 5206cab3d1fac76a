package dev.cupel.batch;

import java.nio.file.Path;
import java.util.function.ToIntFunction;

/** A batch from the opening of its files to its end, or to the signal that ends it. */
public final class BatchRun {
    private BatchRun() {}

    /**
     * Runs it.
     *
     * @return the code to exit with
     */
    public static int run(Path requests, Path results, boolean resumes, Screen screen, ToIntFunction<Batch> how) {
        Batch batch;
        try {
            batch = Batch.open(requests, results, resumes, screen);
        } catch (Batch.CannotBegin e) {
            screen.say(String.valueOf(e.getMessage()));
            return Batch.WRONG;
        }
        Thread hook = Thread.ofPlatform().unstarted(batch::interrupt);
        Runtime.getRuntime().addShutdownHook(hook);
        int code = how.applyAsInt(batch);
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // It is being ended: the signal's code is the process's.
        }
        return code;
    }
}
