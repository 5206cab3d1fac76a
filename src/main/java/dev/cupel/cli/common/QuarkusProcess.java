package dev.cupel.cli.common;

import dev.cupel.app.StartFault;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;

/** A command whose body Quarkus runs. */
public final class QuarkusProcess {
    /** Quarkus ends the process itself, with its own code. */
    public static final int ENDS_ITSELF = Integer.MIN_VALUE;

    private QuarkusProcess() {}

    /** Returns {@link #ENDS_ITSELF}. */
    public static int run(Class<? extends QuarkusApplication> body, String... arguments) {
        Quarkus.run(body, StartFault::exit, arguments);
        return ENDS_ITSELF;
    }
}
