package dev.cupel.cli.server;

import dev.cupel.app.ExitCode;
import dev.cupel.cli.common.Version;
import dev.cupel.client.Answer;
import dev.cupel.client.CupelServer;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cupel logs}: the bytes that a Job of a server wrote. */
@Command(
        name = "logs",
        description = "Prints the bytes that a Job wrote, once it has ended.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {"", "Example:", "  cupel logs eval-demo-1 --stderr --url http://127.0.0.1:8080"})
public final class LogsCommand extends ServerCall {
    private static final int RUNS = 202;

    @Parameters(paramLabel = "JOB", description = "The name of a Job.")
    private String job;

    @Option(names = "--stderr", description = "What it wrote to stderr, in place of stdout.")
    private boolean stderr;

    @Override
    int call(CupelServer where) throws IOException, InterruptedException {
        Answer answer = get(where, "/jobs/" + GetCommand.encode(job) + (stderr ? "/stderr" : "/stdout"));
        if (answer.status() == RUNS) {
            return say("Job " + job + " has not ended", ExitCode.FAILED);
        }
        return answer.isSuccess() ? print(answer.body()) : refused(answer);
    }
}
