package dev.cupel.app;

import io.quarkus.runtime.Quarkus;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cupel run}: request to result in this process, no cluster. */
@Command(name = "run", description = "Runs a request on this machine and prints its finished event.")
public final class RunCommand implements Callable<Integer> {
    /** A port of this machine's own, nothing on stdout but the result. */
    private static final Map<String, String> SETTINGS = Map.of(
            "quarkus.log.category.\"io.netty\".level", "OFF",
            "cupel.local", "true",
            "quarkus.http.host", "127.0.0.1",
            "quarkus.http.port", "0",
            "quarkus.banner.enabled", "false",
            "quarkus.log.level", "WARN",
            "quarkus.log.console.stderr", "true",
            "quarkus.log.console.format", "cupel: %s%n");

    @Option(names = "--raw", description = "Writes the program's own bytes to stdout and stderr, exits with its code.")
    private boolean raw;

    @Parameters(paramLabel = "REQUEST.json", description = "The request; - for standard input.")
    private Path file;

    @Override
    public Integer call() {
        if (!new RequestFile(file).isReadable()) {
            System.err.println("cupel: cannot read " + file);
            return Cupel.WRONG;
        }
        SETTINGS.forEach(System::setProperty);
        Quarkus.run(RunApplication.class, raw ? "--raw" : "--event", file.toString());
        return ServeCommand.ENDS_ITSELF;
    }
}
