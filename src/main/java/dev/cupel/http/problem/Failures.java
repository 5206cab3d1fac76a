package dev.cupel.http.problem;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.json.CanonicalJson;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import dev.cupel.rejection.Unavailable;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Turns what went wrong on a route into a problem document; no stack trace and no path ever leaves. */
public final class Failures {
    private static final Logger LOG = Logger.getLogger(Failures.class);

    private Failures() {}

    /** The path as it is matched; empty where its percent-encoding is wrong. */
    public static Optional<String> path(RoutingContext exchange) {
        try {
            return Optional.of(exchange.normalizedPath());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** For Vert.x: whatever failed behind this route. */
    public static void answer(RoutingContext exchange) {
        if (exchange.response().ended() || exchange.response().headWritten()) {
            return;
        }
        if (find(exchange.failure(), HttpClosedException.class) != null) {
            return; // The client hung up: nobody is there to be answered, and thousands could fill the log.
        }
        Rejected rejected = find(exchange.failure(), Rejected.class);
        if (rejected != null) {
            reject(exchange, rejected, Optional.empty());
            return;
        }
        Unavailable unavailable = find(exchange.failure(), Unavailable.class);
        if (unavailable != null) {
            answer(exchange, unavailable);
            return;
        }
        answerStatus(exchange);
    }

    private static void answerStatus(RoutingContext exchange) {
        int status = exchange.statusCode();
        Optional<Rejected> rejected = find(status);
        if (rejected.isPresent()) {
            reject(exchange, rejected.get(), Optional.empty());
            return;
        }
        if (status >= 400 && status < 500) {
            write(exchange, Problem.of(status, "The request cannot be taken.", "HTTP status " + status));
            return;
        }
        LOG.error("unexpected failure of " + exchange.request().method(), exchange.failure());
        write(exchange, Problem.of(500, "A fault of Cupel's own.", "it is in the log of the server"));
    }

    /** What a status that a framework gives means in our words, if it is one that we have. */
    static Optional<Rejected> find(int status) {
        return switch (status) {
            case 404 -> Optional.of(new Rejected(RejectionReason.NOT_FOUND, "", "no such path"));
            case 405 -> Optional.of(new Rejected(RejectionReason.METHOD_NOT_ALLOWED, "", "not on this path"));
            case 406, 415 ->
                Optional.of(new Rejected(
                        RejectionReason.UNSUPPORTED_MEDIA_TYPE, "", "Content-Type must be application/json"));
            case 413 ->
                Optional.of(new Rejected(RejectionReason.TOO_LARGE, "", "the body is over this server's limit"));
            default -> Optional.empty();
        };
    }

    public static void reject(RoutingContext exchange, Rejected rejected, Optional<String> evalId) {
        write(exchange, Problem.of(rejected, evalId));
    }

    private static void answer(RoutingContext exchange, Unavailable unavailable) {
        LOG.warnf("not now: %s", unavailable.getMessage());
        unavailable
                .retryAfter()
                .ifPresent(wait -> exchange.response().putHeader("Retry-After", Long.toString(wait.toSeconds())));
        write(exchange, of(unavailable));
    }

    static ObjectNode of(Unavailable unavailable) {
        return Problem.of(unavailable.status(), "Not now; try again.", String.valueOf(unavailable.getMessage()));
    }

    private static void write(RoutingContext exchange, ObjectNode problem) {
        exchange.response()
                .setStatusCode(problem.get("status").asInt())
                .putHeader("Content-Type", Problem.MEDIA_TYPE)
                .end(Buffer.buffer(CanonicalJson.compact(problem)));
    }

    private static <T extends Throwable> @Nullable T find(@Nullable Throwable failure, Class<T> type) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (type.isInstance(t)) {
                return type.cast(t);
            }
        }
        return null;
    }
}
