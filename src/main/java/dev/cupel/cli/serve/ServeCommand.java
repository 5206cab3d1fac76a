package dev.cupel.cli.serve;

import dev.cupel.cli.common.Version;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code cupel serve}: the functions and the HTTP calls. */
@Command(
        name = "serve",
        description = "Serves the functions and the HTTP calls.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {"", "Examples:", "  cupel serve --local", "  cupel serve --local --port 9000"})
public final class ServeCommand implements Callable<Integer> {
    @Option(names = "--local", description = "With the embedded broker, and jobs as processes on this machine.")
    private boolean local;

    @Option(names = "--port", paramLabel = "PORT", description = "Where it listens (default: 8080; 0: any free one).")
    private @Nullable Integer port;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description = "The address on which it listens (default: this machine only, or all in a Pod).")
    private @Nullable String host;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Optional.ofNullable(port).ifPresent(this::setPort);
        Optional.ofNullable(host).ifPresent(name -> System.setProperty("quarkus.http.host", name));
        if (local) {
            System.setProperty("cupel.local", "true");
        }
        return ServeProcess.run();
    }

    private void setPort(int number) {
        if (number < 0 || number > 65_535) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--port must be 0 to 65535, was " + number);
        }
        System.setProperty("quarkus.http.port", Integer.toString(number));
    }
}
