package dev.cupel.cli.run;

import dev.cupel.app.ExitCode;
import dev.cupel.cli.common.LocalMode;
import dev.cupel.cli.common.QuarkusProcess;
import dev.cupel.cli.common.RequestFile;
import dev.cupel.cli.common.Version;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cupel run}: request to result in this process, no cluster. */
@Command(
        name = "run",
        description = "Runs a request on this machine and prints its finished event.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {
            "",
            "Exits with 0 if the outcome is success, 1 if not, 2 if the request is rejected or a setting wrong.",
            "With --raw: the program's own code, 128 + n for signal n, 124 where its time was up, and 125 where nothing ran to",
            "an end, or not all that it printed could be had."
        })
public final class RunCommand implements Callable<Integer> {
    @Option(names = "--raw", description = "Writes the program's own bytes to stdout and stderr, exits with its code.")
    private boolean raw;

    @Parameters(paramLabel = "REQUEST.json", description = "The request; - for standard input.")
    private Path file;

    @Override
    public Integer call() {
        if (!new RequestFile(file).isReadable()) {
            System.err.println("cupel: cannot read " + file);
            return ExitCode.WRONG;
        }
        LocalMode.set();
        if (raw) {
            System.setProperty("quarkus.log.level", "OFF"); // Standard error is the program's.
        }
        return QuarkusProcess.run(RunApplication.class, raw ? "--raw" : "--event", file.toString());
    }
}
