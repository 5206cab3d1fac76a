package dev.cupel.app;

import io.quarkus.runtime.Quarkus;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code cupel serve}: the functions and the HTTP calls. */
@Command(name = "serve", description = "Serves the functions and the HTTP calls on port 8080 (QUARKUS_HTTP_PORT).")
public final class ServeCommand implements Callable<Integer> {
    /** Quarkus ends the process itself, with its own code. */
    static final int ENDS_ITSELF = Integer.MIN_VALUE;

    @Option(names = "--local", description = "With the embedded broker, and jobs as processes on this machine.")
    private boolean local;

    @Override
    public Integer call() {
        if (local) {
            System.setProperty("cupel.local", "true");
        }
        serve();
        return ENDS_ITSELF;
    }

    static void serve() {
        boolean runsHere = Boolean.getBoolean("cupel.local")
                || (System.getenv("CUPEL_LOCAL") == null && !ClusterConfiguration.isThere());
        // Whoever can reach the port can run programs here, so it is this machine's own unless somebody says otherwise.
        if (runsHere && System.getenv("QUARKUS_HTTP_HOST") == null && System.getProperty("quarkus.http.host") == null) {
            System.setProperty("quarkus.http.host", "127.0.0.1");
        }
        // Before Quarkus has read its configuration. The image's AOT cache is trained with all functions and as none.
        String role = System.getProperty("cupel.role", System.getenv().getOrDefault("CUPEL_ROLE", "api"));
        if (!role.equalsIgnoreCase("api") || Boolean.getBoolean("cupel.functions-only")) {
            Thread main = Thread.currentThread();
            main.setContextClassLoader(new FunctionsOnly(main.getContextClassLoader()));
        }
        Quarkus.run();
    }
}
