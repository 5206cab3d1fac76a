package dev.cupel.http.problem;

import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import dev.cupel.rejection.Unavailable;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.net.SocketException;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Answers every failure with a problem document, on a route of Vert.x and in a JAX-RS call. */
@Provider
public final class ProblemWriter implements ExceptionMapper<RuntimeException> {
    private static final Logger LOG = Logger.getLogger(ProblemWriter.class);
    private static final String RETRY_AFTER = "Retry-After";

    /** Tells the reason to {@code http.door.CallLog}, which takes it off the answer again. */
    public static final String REASON = "Cupel-Internal-Reason";

    /** For JAX-RS: answers everything that a call throws. */
    @Override
    public Response toResponse(RuntimeException exception) {
        Problem problem = find(exception).orElseGet(() -> unknown(exception));
        Response.ResponseBuilder response =
                Response.status(problem.status()).type(Problem.MEDIA_TYPE).entity(problem.bytes());
        problem.retryAfter().ifPresent(wait -> response.header(RETRY_AFTER, wait.toSeconds()));
        problem.reason().ifPresent(reason -> response.header(REASON, reason));
        return response.build();
    }

    private static Problem unknown(RuntimeException exception) {
        if (exception instanceof WebApplicationException e) {
            int status = e.getResponse().getStatus();
            // Quarkus REST answers 400 if Content-Type or Accept is not a media type. It parses nothing else of these
            // calls.
            return ofStatus(status == 400 ? 415 : status);
        }
        LOG.error("unexpected failure of a call", exception);
        return Problem.ofFault();
    }

    /** For Vert.x: answers every failure of this route and of those behind it. */
    public static void answer(RoutingContext exchange) {
        if (exchange.response().ended() || exchange.response().headWritten()) {
            return;
        }
        Optional<Problem> known = find(exchange.failure());
        if (known.isEmpty() && isClosed(exchange.failure())) {
            return; // The client hung up. Nobody would get the answer, and many such clients could fill the log.
        }
        write(exchange, known.orElseGet(() -> unknown(exchange)));
    }

    private static Problem unknown(RoutingContext exchange) {
        int status = exchange.statusCode();
        if (status >= 400 && status < 500) {
            return ofStatus(status);
        }
        LOG.error("unexpected failure of " + exchange.request().method(), exchange.failure());
        return Problem.ofFault();
    }

    private static void write(RoutingContext exchange, Problem problem) {
        problem.retryAfter()
                .ifPresent(wait -> exchange.response().putHeader(RETRY_AFTER, Long.toString(wait.toSeconds())));
        problem.reason().ifPresent(reason -> exchange.response().putHeader(REASON, reason));
        exchange.response()
                .setStatusCode(problem.status())
                .putHeader("Content-Type", Problem.MEDIA_TYPE)
                .end(Buffer.buffer(problem.bytes()));
    }

    /** Finds Cupel's own exception. The outermost one counts, because an {@link Unavailable} can have any cause. */
    private static Optional<Problem> find(@Nullable Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            switch (t) {
                case RejectedCall e -> {
                    return Optional.of(Problem.of(e.rejected(), e.evalId()));
                }
                case Rejected e -> {
                    return Optional.of(Problem.of(e, Optional.empty()));
                }
                case HttpRejected e -> {
                    return Optional.of(Problem.of(e));
                }
                case UnavailableCall e -> {
                    LOG.warnf("not now: %s", e.getMessage());
                    return Optional.of(Problem.of(e.unavailable(), e.jobName()));
                }
                case Unavailable e -> {
                    LOG.warnf("not now: %s", e.getMessage());
                    return Optional.of(Problem.of(e));
                }
                default -> {}
            }
        }
        return Optional.empty();
    }

    private static boolean isClosed(@Nullable Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof HttpClosedException || t instanceof SocketException) {
                return true;
            }
        }
        return false;
    }

    /** Gives a status of the framework's a reason of ours, if we have one. */
    private static Problem ofStatus(int status) {
        return switch (status) {
            case 404 -> rejected(RejectionReason.NOT_FOUND, "no such path");
            case 405 -> rejected(HttpReason.METHOD_NOT_ALLOWED, "not on this path");
            case 406, 415 -> rejected(HttpReason.UNSUPPORTED_MEDIA_TYPE, "Content-Type must be application/json");
            case 413 -> rejected(RejectionReason.TOO_LARGE, "the body is over this server's limit");
            default -> Problem.ofStatus(status);
        };
    }

    private static Problem rejected(RejectionReason reason, String text) {
        return Problem.of(new Rejected(reason, "", text), Optional.empty());
    }

    private static Problem rejected(HttpReason reason, String text) {
        return Problem.of(new HttpRejected(reason, text));
    }
}
