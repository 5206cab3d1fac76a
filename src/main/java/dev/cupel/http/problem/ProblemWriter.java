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
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Answers with a problem document whatever went wrong, on a route of Vert.x or in a JAX-RS call. */
@Provider
public final class ProblemWriter implements ExceptionMapper<RuntimeException> {
    private static final Logger LOG = Logger.getLogger(ProblemWriter.class);
    private static final String RETRY_AFTER = "Retry-After";

    /** For JAX-RS: all that a call throws. */
    @Override
    public Response toResponse(RuntimeException exception) {
        Problem problem = find(exception).orElseGet(() -> unknown(exception));
        Response.ResponseBuilder response =
                Response.status(problem.status()).type(Problem.MEDIA_TYPE).entity(problem.bytes());
        problem.retryAfter().ifPresent(wait -> response.header(RETRY_AFTER, wait.toSeconds()));
        return response.build();
    }

    private static Problem unknown(RuntimeException exception) {
        if (exception instanceof WebApplicationException e) {
            int status = e.getResponse().getStatus();
            // 400: a Content-Type or Accept that is no media type; these calls take nothing else that Quarkus REST
            // parses.
            return ofStatus(status == 400 ? 415 : status);
        }
        LOG.error("unexpected failure of a call", exception);
        return Problem.ofFault();
    }

    /** For Vert.x: whatever failed behind this route. */
    public static void answer(RoutingContext exchange) {
        if (exchange.response().ended() || exchange.response().headWritten()) {
            return;
        }
        if (isClosed(exchange.failure())) {
            return; // The client hung up: nobody is there to be answered, and thousands could fill the log.
        }
        write(exchange, find(exchange.failure()).orElseGet(() -> unknown(exchange)));
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
        exchange.response()
                .setStatusCode(problem.status())
                .putHeader("Content-Type", Problem.MEDIA_TYPE)
                .end(Buffer.buffer(problem.bytes()));
    }

    /** What Cupel itself says is wrong; the outermost word counts, since what may pass can have any cause. */
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
            if (t instanceof HttpClosedException) {
                return true;
            }
        }
        return false;
    }

    /** What a status that a framework gives means in our words, if it is one that we have. */
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
