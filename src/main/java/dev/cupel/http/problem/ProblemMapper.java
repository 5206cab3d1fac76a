package dev.cupel.http.problem;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.json.CanonicalJson;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.Unavailable;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Problem documents for all that the HTTP calls throw. */
@Provider
public final class ProblemMapper implements ExceptionMapper<RuntimeException> {
    private static final Logger LOG = Logger.getLogger(ProblemMapper.class);

    @Override
    public Response toResponse(RuntimeException exception) {
        return switch (exception) {
            case Rejected e -> response(Problem.of(e, Optional.empty())).build();
            case RejectedCall e ->
                response(Problem.of(e.rejected(), e.evalId())).build();
            case Unavailable e -> unavailable(e);
            case WebApplicationException e -> framework(e.getResponse().getStatus());
            default -> bug(exception);
        };
    }

    private static Response unavailable(Unavailable e) {
        LOG.warnf("not now: %s", e.getMessage());
        Response.ResponseBuilder response = response(Failures.of(e));
        e.retryAfter().ifPresent(wait -> response.header("Retry-After", wait.toSeconds()));
        return response.build();
    }

    /** The framework's own: no such path, method or media type. */
    private static Response framework(int status) {
        // 400: a Content-Type or Accept that is no media type; these calls take nothing else that Quarkus REST parses.
        ObjectNode problem = Failures.find(status == 400 ? 415 : status)
                .map(rejected -> Problem.of(rejected, Optional.empty()))
                .orElseGet(() -> Problem.of(status, "The request cannot be taken.", "HTTP status " + status));
        return response(problem).build();
    }

    private static Response bug(RuntimeException e) {
        LOG.error("unexpected failure of a call", e);
        return response(Problem.of(500, "A fault of Cupel's own.", "it is in the log of the server"))
                .build();
    }

    private static Response.ResponseBuilder response(ObjectNode problem) {
        return Response.status(problem.get("status").asInt())
                .type(Problem.MEDIA_TYPE)
                .entity(CanonicalJson.compact(problem));
    }
}
