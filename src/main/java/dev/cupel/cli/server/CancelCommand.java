package dev.cupel.cli.server;

import dev.cupel.app.ExitCode;
import dev.cupel.cli.common.Version;
import dev.cupel.client.Answer;
import dev.cupel.client.CupelServer;
import java.io.IOException;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cupel cancel}: stops a Job of a server. */
@Command(
        name = "cancel",
        description = "Stops a Job; its output so far is collected.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {"", "Example:", "  cupel cancel eval-demo-1 --url http://127.0.0.1:8080"})
public final class CancelCommand extends ServerCall {
    @Parameters(paramLabel = "JOB", description = "The name of a Job.")
    private String job;

    @Override
    int call(CupelServer where) throws IOException, InterruptedException {
        Answer answer = where.call("DELETE", "/jobs/" + GetCommand.encode(job), Map.of(), TIMEOUT);
        return answer.isSuccess() ? ExitCode.OK : refused(answer);
    }
}
