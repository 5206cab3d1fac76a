package dev.cupel.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.app.ExitCode;
import dev.cupel.cli.common.OutputFormat;
import dev.cupel.cli.common.RequestFile;
import dev.cupel.cloudevents.Event;
import dev.cupel.cloudevents.EventContext;
import dev.cupel.cloudevents.EventType;
import dev.cupel.cloudevents.StructuredMode;
import dev.cupel.collect.Collect;
import dev.cupel.collect.ResultBuilder;
import dev.cupel.kubernetes.JobApi;
import dev.cupel.kubernetes.JobName;
import dev.cupel.kubernetes.JobReference;
import dev.cupel.local.LocalJobApi;
import dev.cupel.local.broker.LocalBroker;
import dev.cupel.rejection.Rejected;
import dev.cupel.request.JobRequest;
import dev.cupel.request.TemplateName;
import dev.cupel.result.JobFinished;
import dev.cupel.template.Template;
import dev.cupel.template.Templates;
import dev.cupel.terminal.Colours;
import dev.cupel.terminal.StandardStream;
import io.quarkus.runtime.QuarkusApplication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** The body of {@code cupel run}: sends the request to the embedded broker and waits for what comes of it. */
public final class RunApplication implements QuarkusApplication {
    private static final Colours COLOURS = Colours.of(StandardStream.ERROR);

    private final LocalBroker broker;
    private final Collect collect;
    private final Templates templates;
    private final JobApi jobs;

    RunApplication(Optional<LocalBroker> broker, Collect collect, Templates templates, JobApi jobs) {
        this.broker = broker.orElseThrow();
        this.collect = collect;
        this.templates = templates;
        this.jobs = jobs;
    }

    /** The last event, and of a finished one the result, all of it: nobody can ask this process for it later. */
    private record End(Event event, Optional<Whole> whole) {}

    private record Whole(JobFinished result, ResultBuilder kept) {}

    @Override
    public int run(String... args) throws Exception {
        Wanted wanted = Wanted.of(args);
        boolean raw = wanted.isText();
        try {
            JsonNode request =
                    wanted.isProgram() ? new Program(wanted).request(templates) : new RequestFile(wanted.file()).read();
            if (raw && request.has("cases")) {
                say(
                        "text is the bytes of one program, and this request has cases; run it without --raw or --output text");
                return ExitCode.WRONG;
            }
            if (raw) {
                warnTerminal();
                keepAll(request);
            }
            return finish(await(new Event(RequestFile.context(), request), raw), wanted.format());
        } catch (Program.Unusable e) {
            say(String.valueOf(e.getMessage()));
            return ExitCode.WRONG;
        } catch (Rejected e) {
            say("rejected: " + e.reason().wireName() + " " + e.field() + ": " + e.text());
            return ExitCode.WRONG;
        } catch (IOException e) {
            say("cannot read " + wanted.file() + ": " + e.getMessage());
            return ExitCode.WRONG;
        } catch (ExecutionException e) {
            say(String.valueOf(e.getMessage()));
            return raw ? RawResult.NOT_ALL : ExitCode.FAILED;
        } finally {
            // While the functions still answer: what is on its way arrives, and nothing more is sent.
            broker.close();
        }
    }

    /** Standard error is the program's, whatever it is: so the person at the terminal is told there, if there is one. */
    private void warnTerminal() {
        if (jobs instanceof LocalJobApi local && !local.isSandboxed()) {
            try {
                Files.writeString(Path.of("/dev/tty"), "cupel: the program runs UNSANDBOXED\n");
            } catch (IOException e) {
                // No terminal.
            }
        }
    }

    /** Nothing is to be cut that need not be. */
    private void keepAll(JsonNode request) {
        if (request instanceof ObjectNode object && !object.has("output_limit") && isSupervised(object)) {
            object.put("output_limit", JobRequest.MAX_OUTPUT_LIMIT);
        }
    }

    private boolean isSupervised(ObjectNode request) {
        String name = request.path("template").asText(JobRequest.DEFAULT_TEMPLATE.value());
        return TemplateName.isOne(name)
                && templates
                        .find(new TemplateName(name))
                        .filter(Template::supervised)
                        .isPresent();
    }

    private End await(Event request, boolean raw) throws InterruptedException, ExecutionException {
        CompletableFuture<End> end = new CompletableFuture<>();
        String id = request.context().id();
        broker.listen(event -> {
            if (event.context().correlationId().equals(id)) {
                // Before the broker settles the Job, whose time to live then begins.
                Optional<Whole> whole = whole(event);
                if (!raw) {
                    tell(event, whole);
                }
                if (isEnd(event)) {
                    end.complete(new End(event, whole));
                }
            }
        });
        broker.whenGivenUp(event -> {
            if (event.context().id().equals(id)
                    || event.context().correlationId().equals(id)) {
                end.completeExceptionally(new IllegalStateException(
                        "gave up at " + event.context().type() + ", which nothing answers"));
            }
        });
        broker.publish(request);
        return end.get();
    }

    private Optional<Whole> whole(Event event) {
        if (!event.context().type().equals(EventType.FINISHED.wireName())) {
            return Optional.empty();
        }
        JobName name = JobReference.name(event.data().path("job_name").asText());
        return collect.find(name)
                .filter(Collect.State.Ended.class::isInstance)
                .map(state -> ((Collect.State.Ended) state).result())
                .map(kept -> new Whole(collect.result(kept, ResultBuilder.WHOLE), kept));
    }

    private static boolean isEnd(Event event) {
        String type = event.context().type();
        return type.equals(EventType.FINISHED.wireName()) || type.equals(EventType.REJECTED.wireName());
    }

    private static void tell(Event event, Optional<Whole> whole) {
        EventContext context = event.context();
        String what = EventType.find(context.type())
                .map(type -> type.name().toLowerCase(Locale.ROOT))
                .orElseGet(context::type);
        String end = context.extension("outcome")
                        .map(outcome -> ", " + COLOURS.outcome(outcome))
                        .orElse("")
                + context.extension("reason").map(reason -> " (" + reason + ")").orElse("")
                + whole.flatMap(some -> RawResult.cut(some.result()))
                        .map(cut -> ", " + cut)
                        .orElse("");
        say(what + context.subject().map(subject -> " " + subject).orElse("") + end);
    }

    private static int finish(End end, OutputFormat format) throws IOException {
        Event event = end.event();
        boolean raw = format == OutputFormat.text;
        if (event.context().type().equals(EventType.REJECTED.wireName())) {
            say(event.data().path("reason").asText() + " "
                    + event.data().path("field").asText() + ": "
                    + event.data().path("message").asText());
            if (!raw) {
                format.print(StructuredMode.encode(event));
            }
            return ExitCode.WRONG;
        }
        if (raw) {
            return end.whole()
                    .map(whole -> new RawResult(whole.result(), whole.kept(), StandardStream.ERROR.isTerminal())
                            .write(System.out, System.err))
                    .orElse(RawResult.NOT_ALL);
        }
        boolean printed = format.print(StructuredMode.encode(end.whole()
                .map(whole -> new Event(event.context(), whole.result().toJson()))
                .orElse(event)));
        return printed && event.data().path("outcome").asText().equals("success") ? ExitCode.OK : ExitCode.FAILED;
    }

    private static void say(String text) {
        System.err.println("cupel: " + text);
    }
}
