package dev.cupel.cli.batch;

import dev.cupel.batch.BatchRun;
import dev.cupel.batch.RemotePlace;
import dev.cupel.batch.Screen;
import dev.cupel.cli.common.LocalMode;
import dev.cupel.cli.common.QuarkusProcess;
import dev.cupel.cli.common.Version;
import dev.cupel.cli.server.ServerOptions;
import dev.cupel.client.CupelServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cupel batch}: many requests to many results, here or by a server. */
@Command(
        name = "batch",
        description = "Runs a file of requests, one a line, and writes a result for each as it comes.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {
            "",
            "Exits with 0 if each request has a result, whatever its outcome; 1 if some were",
            "rejected; 2 if nothing could begin; 3 if some have no result, such as where the",
            "server cannot be reached. --resume then goes on.",
            "",
            "Examples:",
            "  cupel batch requests.jsonl -o results.jsonl",
            "  cupel batch requests.jsonl -o results.jsonl --resume --url http://127.0.0.1:8080 -j 64"
        })
public final class BatchCommand implements Callable<Integer> {
    static final int MOST_AT_ONCE = 1000;

    /** By a server, where nobody says how many. */
    private static final int AT_ONCE = 16;

    @Parameters(paramLabel = "REQUESTS.jsonl", description = "The requests, one a line; - for standard input.")
    private Path requests;

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "RESULTS.jsonl",
            description = "Where the results go.")
    private Path results;

    @Option(
            names = {"-j", "--jobs"},
            paramLabel = "N",
            description = "How many run at once (default: the processors of this machine, or 16 by a server).")
    private @Nullable Integer atOnce;

    @Option(names = "--resume", description = "Goes on with RESULTS: runs only requests that have no result in it.")
    private boolean resumes;

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (atOnce != null && (atOnce < 1 || atOnce > MOST_AT_ONCE)) {
            throw new ParameterException(spec.commandLine(), "--jobs must be 1 to " + MOST_AT_ONCE + ", was " + atOnce);
        }
        return server.find(spec).map(this::remote).orElseGet(this::local);
    }

    private int remote(CupelServer where) {
        Screen screen = Screen.ofStandardError();
        return BatchRun.run(
                requests,
                results,
                resumes,
                screen,
                batch -> batch.run(RemotePlace.of(where, screen::say), atOnce == null ? AT_ONCE : atOnce));
    }

    private int local() {
        LocalMode.set();
        if (atOnce != null) {
            System.setProperty("cupel.local-jobs", Integer.toString(atOnce));
        }
        List<String> arguments = new ArrayList<>(List.of(requests.toString(), results.toString()));
        arguments.add(Boolean.toString(resumes));
        return QuarkusProcess.run(BatchApplication.class, arguments.toArray(String[]::new));
    }
}
