package dev.cupel.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.collect.Collect;
import dev.cupel.collect.HeapBudget;
import dev.cupel.collect.ResultBuilder;
import dev.cupel.collect.ResultBuilder.Kept;
import dev.cupel.collect.observed.Observed;
import dev.cupel.http.door.EndHandlers;
import dev.cupel.json.CanonicalJson;
import dev.cupel.rejection.Rejected;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers with the output of a program. Each answer holds a lease of the {@link HeapBudget} from when it is read until
 * its client has it. It is written a buffer at a time, because its JSON may be six times as long. Read results on
 * virtual threads only: reading may wait for the budget.
 */
@Singleton
class Results {
    /** What a result takes beside the output. */
    private static final long OTHER_BYTES = 64 * 1024;

    /** Of a case or a file: its words, and the JSON that they are in. */
    private static final long PART_BYTES = 6 * 1024;

    /** How long a client may take for an answer; {@link #BYTES_A_SECOND} adds to it. */
    private static final Duration TAKING = Duration.ofSeconds(60);

    private static final int BYTES_A_SECOND = 32 * 1024;

    /** A page that this server shows ({@link PageCalls}); each reason has an anchor there. */
    private static final String PAGE = "/docs/outcomes.md";

    private final Collect collect;
    private final HeapBudget budget;

    Results(Collect collect, HeapBudget budget) {
        this.collect = collect;
        this.budget = budget;
    }

    /** A result that several callers share. The last one to leave gives its memory back. */
    static final class Shared {
        private final JsonNode json;
        private final HeapBudget.Lease lease;
        private final long bytes;
        private final AtomicInteger users = new AtomicInteger(1);

        private Shared(JsonNode json, HeapBudget.Lease lease, long bytes) {
            this.json = json;
            this.lease = lease;
            this.bytes = bytes;
        }

        /** Adds a user, which must call {@link #leave}. */
        void join() {
            users.incrementAndGet();
        }

        /** A user does not need the result any more. */
        void leave() {
            if (users.decrementAndGet() == 0) {
                lease.close();
            }
        }
    }

    /** Answers with the whole result as JSON; empty if there is none yet. */
    Optional<Response.ResponseBuilder> json(Observed observed, RoutingContext exchange) {
        return read(observed).map(shared -> json(shared, exchange));
    }

    /** The same for one user of a shared result, which leaves it when the client has the answer. */
    static Response.ResponseBuilder json(Shared shared, RoutingContext exchange) {
        keep(exchange, shared.bytes, shared::leave);
        StreamingOutput json = out -> CanonicalJson.compact(out, shared.json);
        return Response.ok(json)
                .type(MediaType.APPLICATION_JSON)
                .header("Link", "<" + PAGE + "#" + shared.json.path("reason").asText() + ">; rel=\"help\"");
    }

    /** The same in another form, which takes at most as much memory again. */
    static Response.ResponseBuilder json(Shared shared, RoutingContext exchange, Function<JsonNode, Answer> form) {
        keep(exchange, shared.bytes, shared::leave);
        Answer answer = form.apply(shared.json);
        StreamingOutput json = out -> CanonicalJson.compact(out, answer.json());
        return Response.status(answer.status()).entity(json).type(MediaType.APPLICATION_JSON);
    }

    /** Reads a result; empty if there is none yet. The caller of this method is its first user. */
    Optional<Shared> read(Observed observed) {
        if (!observed.isOver()) {
            return Optional.empty();
        }
        HeapBudget.Lease lease = budget.enter(Collect.READING_BYTES);
        @Nullable Shared shared = null;
        try {
            shared = collect.read(observed).map(result -> share(result, lease)).orElse(null);
            return Optional.ofNullable(shared);
        } finally {
            if (shared == null) {
                lease.close();
            }
        }
    }

    private Shared share(ResultBuilder result, HeapBudget.Lease lease) {
        JsonNode json = collect.result(result, ResultBuilder.WHOLE).toJson();
        // Java keeps text that is not all Latin-1 in two bytes a character.
        lease.keep(OTHER_BYTES + PART_BYTES * result.partCount() + 2 * result.keptBytes());
        return new Shared(json, lease, result.keptBytes());
    }

    /**
     * Answers with the bytes of one stream or file; empty if there is no result yet.
     *
     * @param nothing if nothing is known of it
     */
    Optional<Response> bytes(
            Observed observed,
            RoutingContext exchange,
            Function<ResultBuilder, Optional<Kept>> which,
            Supplier<Rejected> nothing) {
        if (!observed.isOver()) {
            return Optional.empty();
        }
        HeapBudget.Lease lease = budget.enter(Collect.READING_BYTES);
        @Nullable Kept kept = null;
        try {
            kept = collect.read(observed)
                    .map(result -> which.apply(result).orElseThrow(nothing))
                    .orElse(null);
            if (kept == null) {
                return Optional.empty();
            }
            byte[] head = kept.bytes().head();
            lease.keep(OTHER_BYTES + 2L * head.length);
            keep(exchange, head.length, lease::close);
            return Optional.of(Response.ok(head)
                    .type("application/octet-stream")
                    .header("Cupel-Capture", kept.capture().wireName())
                    .header("Cupel-Truncated", head.length < kept.bytes().bytes())
                    .build());
        } finally {
            if (kept == null) {
                lease.close();
            }
        }
    }

    private static void keep(RoutingContext exchange, long bytes, Runnable end) {
        long millis = TAKING.toMillis() + bytes * 1000 / BYTES_A_SECOND;
        long timer = exchange.vertx()
                .setTimer(millis, _ -> exchange.request().connection().close());
        EndHandlers.add(exchange, () -> {
            exchange.vertx().cancelTimer(timer);
            end.run();
        });
    }
}
