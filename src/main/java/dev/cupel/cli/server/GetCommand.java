package dev.cupel.cli.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.app.ExitCode;
import dev.cupel.cli.common.OutputFormat;
import dev.cupel.cli.common.Version;
import dev.cupel.client.Answer;
import dev.cupel.client.CupelServer;
import dev.cupel.rejection.Quoted;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cupel get}: a Job of a server, or all of them. */
@Command(
        name = "get",
        description = "Prints the state of a Job, or its result; without a name, all Jobs.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {
            "",
            "Examples:",
            "  cupel get --state running --url http://127.0.0.1:8080",
            "  cupel get eval-demo-1 --output yaml --url http://127.0.0.1:8080"
        })
public final class GetCommand extends ServerCall {
    @Parameters(arity = "0..1", paramLabel = "JOB", description = "The name of a Job.")
    private @Nullable String job;

    @Option(names = "--eval-id", paramLabel = "EVAL_ID", description = "Only Jobs of this name for a run.")
    private @Nullable String evalId;

    @Option(
            names = "--state",
            paramLabel = "STATE",
            completionCandidates = States.class,
            description = "Only queued, starting, running or ended.")
    private @Nullable String state;

    @Option(names = "--label", paramLabel = "KEY=VALUE", description = "Only Jobs with this label; may be repeated.")
    private List<String> labels = new ArrayList<>();

    @Option(
            names = "--output",
            paramLabel = "FORMAT",
            description = "json, yaml or text. Default: json for one Job, text (a line each) for all.")
    private @Nullable OutputFormat output;

    /** What a shell offers. */
    static final class States implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return List.of("queued", "starting", "running", "ended").iterator();
        }
    }

    @Override
    int call(CupelServer where) throws IOException, InterruptedException {
        if (job == null) {
            return list(where);
        }
        Answer answer = get(where, "/jobs/" + encode(job));
        Optional<ObjectNode> json = answer.object().filter(_ -> answer.isSuccess());
        return json.isPresent() ? one(json.get()) : refused(answer);
    }

    private int one(ObjectNode json) throws IOException {
        OutputFormat format = output == null ? OutputFormat.json : output;
        return format == OutputFormat.text ? print(lines(json)) : code(format.print(json));
    }

    /** The plain fields, a line each. */
    private static String lines(ObjectNode json) {
        StringBuilder lines = new StringBuilder();
        json.properties().stream()
                .filter(field ->
                        field.getValue().isValueNode() && !field.getValue().isNull())
                .forEach(field -> lines.append("%-13s  %s%n"
                        .formatted(
                                field.getKey(), Quoted.visible(field.getValue().asText()))));
        return lines.toString();
    }

    private int list(CupelServer where) throws IOException, InterruptedException {
        String query = "/jobs?limit=500" + parameter("eval_id", evalId) + parameter("state", state);
        for (String label : labels) {
            query += parameter("label", label);
        }
        OutputFormat format = output == null ? OutputFormat.text : output;
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        ArrayNode items = all.putArray("items");
        String after = "";
        do {
            Answer answer = get(where, query + after);
            Optional<ObjectNode> page = answer.object().filter(_ -> answer.isSuccess());
            if (page.isEmpty()) {
                return refused(answer);
            }
            if (format != OutputFormat.text) {
                page.get().path("items").forEach(items::add);
            } else if (!printLines(page.get())) {
                return ExitCode.FAILED;
            }
            after = parameter("continue", page.get().path("continue").textValue());
        } while (!after.isEmpty());
        return format == OutputFormat.text ? ExitCode.OK : code(format.print(all));
    }

    private static boolean printLines(ObjectNode page) {
        StringBuilder lines = new StringBuilder();
        page.path("items").forEach(item -> lines.append(line(item)));
        return print(lines.toString()) == ExitCode.OK;
    }

    private static String line(JsonNode item) {
        return "%-63s  %-8s  %-10s  %s%n"
                .formatted(
                        item.path("job_name").asText(),
                        item.path("state").asText(),
                        item.path("template").asText(),
                        Quoted.visible(item.path("eval_id").asText()));
    }

    private static String parameter(String name, @Nullable String value) {
        return value == null ? "" : "&" + name + "=" + encode(value);
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
