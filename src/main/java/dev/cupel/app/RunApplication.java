package dev.cupel.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.cupel.collect.CapturedStream;
import dev.cupel.collect.Collect;
import dev.cupel.event.Event;
import dev.cupel.event.EventContext;
import dev.cupel.event.EventType;
import dev.cupel.event.JobName;
import dev.cupel.event.Rejected;
import dev.cupel.event.StructuredMode;
import dev.cupel.local.LocalBroker;
import io.quarkus.runtime.QuarkusApplication;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** The body of {@code cupel run}: sends the request to the embedded broker and waits for what comes of it. */
public final class RunApplication implements QuarkusApplication {
    private final Optional<LocalBroker> broker;
    private final Collect collect;

    RunApplication(Optional<LocalBroker> broker, Collect collect) {
        this.broker = broker;
        this.collect = collect;
    }

    @Override
    public int run(String... args) throws Exception {
        boolean raw = args[0].equals("--raw");
        RequestFile file = new RequestFile(Path.of(args[1]));
        try {
            return finish(await(new Event(RequestFile.context(), file.read())), raw);
        } catch (Rejected e) {
            progress("rejected: " + e.reason().wire() + " " + e.field() + ": " + e.text());
            return Cupel.WRONG;
        } catch (IOException e) {
            progress("cannot read " + args[1] + ": " + e.getMessage());
            return Cupel.WRONG;
        }
    }

    private Event await(Event request) throws InterruptedException, ExecutionException {
        CompletableFuture<Event> end = new CompletableFuture<>();
        LocalBroker local = broker.orElseThrow();
        local.listen(event -> {
            if (event.context().correlationId().equals(request.context().id())) {
                tell(event);
                if (isEnd(event)) {
                    end.complete(event);
                }
            }
        });
        local.publish(request);
        return end.get();
    }

    private static boolean isEnd(Event event) {
        String type = event.context().type();
        return type.equals(EventType.FINISHED.wire()) || type.equals(EventType.REJECTED.wire());
    }

    private static void tell(Event event) {
        EventContext context = event.context();
        String what = EventType.find(context.type())
                .map(type -> type.name().toLowerCase(java.util.Locale.ROOT))
                .orElseGet(context::type);
        String end = context.extension("outcome").map(outcome -> ", " + outcome).orElse("")
                + context.extension("reason").map(reason -> " (" + reason + ")").orElse("");
        progress(what + context.subject().map(subject -> " " + subject).orElse("") + end);
    }

    private int finish(Event end, boolean raw) throws IOException {
        if (end.context().type().equals(EventType.REJECTED.wire())) {
            progress(end.data().path("reason").asText() + " "
                    + end.data().path("field").asText() + ": "
                    + end.data().path("message").asText());
            if (!raw) {
                print(end);
            }
            return Cupel.WRONG;
        }
        if (raw) {
            return writeRaw(end.data());
        }
        print(end);
        return end.data().path("outcome").asText().equals("success") ? Cupel.OK : Cupel.FAILED;
    }

    private static void print(Event event) throws IOException {
        System.out.println(new ObjectMapper()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .writeValueAsString(StructuredMode.encode(event)));
    }

    private int writeRaw(JsonNode result) throws IOException {
        JobName name = new JobName(result.path("job_name").asText());
        if (collect.find(name).orElse(null) instanceof Collect.State.Ended ended) {
            write(System.out, ended.result().captured().stdout());
            write(System.err, ended.result().captured().stderr());
        }
        JsonNode code = result.path("exit_code");
        return code.isInt() ? code.intValue() : Cupel.FAILED;
    }

    private static void write(PrintStream to, Optional<CapturedStream> stream) throws IOException {
        if (stream.isPresent()) {
            to.write(stream.get().head());
            to.flush();
        }
    }

    private static void progress(String text) {
        System.err.println("cupel: " + text);
    }
}
