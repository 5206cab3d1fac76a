package dev.cupel.cli.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.app.ExitCode;
import dev.cupel.batch.BatchRequest;
import dev.cupel.batch.NotTold;
import dev.cupel.batch.RemotePlace;
import dev.cupel.cli.common.RequestFile;
import dev.cupel.cli.common.Version;
import dev.cupel.client.Answer;
import dev.cupel.client.CupelServer;
import dev.cupel.json.CanonicalJson;
import dev.cupel.rejection.Rejected;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cupel submit}: a request to a server. */
@Command(
        name = "submit",
        description = "Sends a request to a server, and prints the name of its Job.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
public final class SubmitCommand extends ServerCall {
    @Parameters(paramLabel = "REQUEST.json", description = "The request; - for standard input.")
    private Path file;

    @Option(names = "--key", paramLabel = "KEY", description = "The same key is the same Job.")
    private @Nullable String key;

    @Option(names = "--wait", description = "Waits for the result, and prints it.")
    private boolean waits;

    @Override
    int call(CupelServer where) throws IOException, InterruptedException {
        byte[] request;
        try {
            request = CanonicalJson.compact(new RequestFile(file).read());
        } catch (Rejected e) {
            return say("rejected: " + e.reason().wireName() + " " + e.field() + ": " + e.text(), ExitCode.WRONG);
        } catch (IOException e) {
            return say("cannot read " + file + ": " + e.getMessage(), ExitCode.WRONG);
        }
        String name = key == null ? UUID.randomUUID().toString() : key;
        return waits ? await(where, request, name) : submit(where, request, name);
    }

    private static int submit(CupelServer where, byte[] request, String key) throws IOException, InterruptedException {
        Answer answer = where.post("/execute", request, Map.of("Idempotency-Key", key), TIMEOUT);
        return answer.isSuccess()
                ? answer.object()
                        .map(json -> print(json.path("job_name").asText() + System.lineSeparator()))
                        .orElseGet(() -> refused(answer))
                : refused(answer);
    }

    private static int await(CupelServer where, byte[] request, String key) throws IOException, InterruptedException {
        RemotePlace place = RemotePlace.of(where, text -> say(text, ExitCode.OK));
        try {
            ObjectNode result = place.run(BatchRequest.only(request), key);
            int printed = print(result);
            return switch (result.path("outcome").asText()) {
                case "success" -> printed;
                case "rejected" -> ExitCode.WRONG;
                default -> ExitCode.FAILED;
            };
        } catch (NotTold e) {
            return say(String.valueOf(e.getMessage()), AWAY);
        }
    }
}
