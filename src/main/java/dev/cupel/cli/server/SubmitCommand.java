package dev.cupel.cli.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.app.ExitCode;
import dev.cupel.batch.BatchRequest;
import dev.cupel.batch.NotTold;
import dev.cupel.batch.RemotePlace;
import dev.cupel.cli.common.OutputFormat;
import dev.cupel.cli.common.RequestFile;
import dev.cupel.cli.common.Version;
import dev.cupel.client.Answer;
import dev.cupel.client.CupelServer;
import dev.cupel.json.CanonicalJson;
import dev.cupel.rejection.Rejected;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
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
        versionProvider = Version.class,
        footer = {
            "",
            "With --wait it exits with 0 if the outcome is success, 1 if not, 2 if rejected.",
            "",
            "Examples:",
            "  cupel submit request.json --url http://127.0.0.1:8080",
            "  cupel submit request.json --wait --output text --url http://127.0.0.1:8080"
        })
public final class SubmitCommand extends ServerCall {
    @Parameters(paramLabel = "REQUEST.json", description = "The request; - for standard input.")
    private Path file;

    @Option(names = "--key", paramLabel = "KEY", description = "The same key is the same Job.")
    private @Nullable String key;

    @Option(names = "--wait", description = "Waits for the result, and prints it.")
    private boolean waits;

    @Option(
            names = "--output",
            paramLabel = "FORMAT",
            description =
                    "json or yaml: the server's answer, or the result. text: the Job's name, or what the program printed."
                            + " Default: text, and json with --wait.")
    private @Nullable OutputFormat output;

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

    private int submit(CupelServer where, byte[] request, String key) throws IOException, InterruptedException {
        Answer answer = where.post("/execute", request, Map.of("Idempotency-Key", key), TIMEOUT);
        Optional<ObjectNode> json = answer.object().filter(_ -> answer.isSuccess());
        if (json.isEmpty()) {
            return refused(answer);
        }
        return output == null || output == OutputFormat.text
                ? print(json.get().path("job_name").asText() + System.lineSeparator())
                : code(output.print(json.get()));
    }

    private int await(CupelServer where, byte[] request, String key) throws IOException, InterruptedException {
        RemotePlace place = RemotePlace.of(where, text -> say(text, ExitCode.OK));
        try {
            ObjectNode result = place.run(BatchRequest.only(request), key);
            int printed = printResult(result);
            return switch (result.path("outcome").asText()) {
                case "success" -> printed;
                case "rejected" -> ExitCode.WRONG;
                default -> ExitCode.FAILED;
            };
        } catch (NotTold e) {
            return say(String.valueOf(e.getMessage()), AWAY);
        }
    }

    private int printResult(ObjectNode result) throws IOException {
        OutputFormat format = output == null ? OutputFormat.json : output;
        if (format != OutputFormat.text) {
            return code(format.print(result));
        }
        if (result.has("cases")) {
            return say(
                    "text is the bytes of one program, and this result has cases; take json or yaml", ExitCode.WRONG);
        }
        System.err.write(PrintedStream.of(result.path("stderr")));
        System.err.flush();
        int printed = print(PrintedStream.of(result.path("stdout")));
        String outcome = result.path("outcome").asText();
        boolean isWhole = !result.at("/stdout/truncated").asBoolean()
                && !result.at("/stderr/truncated").asBoolean();
        if (!outcome.equals("success") || !isWhole) {
            say(
                    outcome + " (" + result.path("reason").asText() + ")"
                            + (isWhole ? "" : "; what it printed is cut at its output_limit"),
                    ExitCode.OK);
        }
        return printed;
    }
}
