package dev.cupel.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.event.CanonicalJson;
import dev.cupel.event.Rejected;
import dev.cupel.event.RejectionReason;
import dev.cupel.event.Unavailable;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Problem documents for what the HTTP calls throw. */
public final class ProblemMappers {
    private static final Logger LOG = Logger.getLogger(ProblemMappers.class);

    @ServerExceptionMapper
    Response rejected(Rejected e) {
        return response(Problem.of(e, Optional.empty()));
    }

    @ServerExceptionMapper
    Response rejected(RejectedCall e) {
        return response(Problem.of(e.rejected(), e.evalId()));
    }

    @ServerExceptionMapper
    Response unavailable(Unavailable e) {
        LOG.warnf("not now: %s", e.getMessage());
        Response response = response(Failures.of(e));
        return e.retryAfter()
                .map(wait -> Response.fromResponse(response)
                        .header("Retry-After", wait.toSeconds())
                        .build())
                .orElse(response);
    }

    /** The framework's own: no such path, method or media type. */
    @ServerExceptionMapper
    Response framework(WebApplicationException e) {
        int status = e.getResponse().getStatus();
        return switch (status) {
            case 404 -> rejected(new Rejected(RejectionReason.NOT_FOUND, "", "no such path"));
            case 405 -> rejected(new Rejected(RejectionReason.METHOD_NOT_ALLOWED, "", "not on this path"));
            case 415, 406 ->
                rejected(new Rejected(RejectionReason.UNSUPPORTED_MEDIA_TYPE, "", "must be application/json"));
            default -> response(Problem.of(status, "The request cannot be taken.", "HTTP status " + status));
        };
    }

    @ServerExceptionMapper
    Response bug(RuntimeException e) {
        LOG.error("unexpected failure of a call", e);
        return response(Problem.of(500, "A fault of Cupel's own.", "it is in the log of the server"));
    }

    private static Response response(ObjectNode problem) {
        return Response.status(problem.get("status").asInt())
                .type(Problem.MEDIA_TYPE)
                .entity(CanonicalJson.compact(problem))
                .build();
    }
}
