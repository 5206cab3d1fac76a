package dev.cupel.cli.serve;

import dev.cupel.cli.common.QuarkusProcess;
import dev.cupel.quarkus.FunctionsOnly;

/**
 * What {@code cupel serve} starts. It names no class of the command line's: to check one that throws picocli's
 * exception Java reads that from its jar, and looks through all others on the way, at every start.
 */
public final class ServeProcess {
    private ServeProcess() {}

    /** By the properties that are set. */
    public static int run() {
        // Quarkus would answer 400 without a word to a path that it cannot decode: the door has words.
        System.setProperty("vertx.disableURIValidation", "true");
        // Before Quarkus has read its configuration. The image's AOT cache is trained with all functions and as none.
        String role = System.getProperty("cupel.role", System.getenv().getOrDefault("CUPEL_ROLE", "api"));
        if (!role.equalsIgnoreCase("api") || Boolean.getBoolean("cupel.functions-only")) {
            Thread main = Thread.currentThread();
            main.setContextClassLoader(new FunctionsOnly(main.getContextClassLoader()));
        }
        return QuarkusProcess.run(ServeApplication.class);
    }
}
