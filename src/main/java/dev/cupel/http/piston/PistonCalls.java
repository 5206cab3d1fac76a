package dev.cupel.http.piston;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.cupel.http.Answer;
import dev.cupel.http.WaitingRuns;
import dev.cupel.http.door.Door;
import dev.cupel.http.door.JsonExchange;
import dev.cupel.kubernetes.JobName;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.Unavailable;
import dev.cupel.template.Templates;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;

/**
 * Runs a program as Piston does, for its clients. Not in OpenAPI. Where the operator does not want these calls, {@code
 * door.EventGate} lets nobody through to them.
 */
@Path("/api/v2")
public class PistonCalls {
    private static final int INVALID = 400;
    private static final int FAILED = 500;

    private final WaitingRuns runs;
    private final Runtimes runtimes;

    PistonCalls(WaitingRuns runs, Templates templates) {
        this.runs = runs;
        this.runtimes = new Runtimes(templates);
    }

    @GET
    @Path("runtimes")
    @Operation(hidden = true)
    public Response runtimes() {
        return JsonExchange.answer(200, runtimes.describe()).build();
    }

    /** 200 the answer, 400 a call that cannot be taken, 500 no result. */
    @POST
    @Path("execute")
    @Blocking
    @Operation(hidden = true)
    public Uni<Response> execute(@Context RoutingContext exchange, @Context HttpHeaders headers) {
        try {
            PistonJob asked = PistonJob.of(JsonExchange.json(exchange), runtimes);
            JobName name = runs.submit(asked.request(), headers);
            Door.drop(exchange);
            return JsonExchange.later(() -> await(name, asked, exchange));
        } catch (Rejected e) {
            String at = e.field().isEmpty() ? "" : e.field() + " ";
            return refused(INVALID, at + e.text());
        } catch (Unavailable e) {
            return refused(FAILED, "not now: " + e.getMessage());
        }
    }

    private Response await(JobName name, PistonJob asked, RoutingContext exchange) {
        return runs.await(name, asked.waitSeconds(), exchange, result -> answer(asked, result))
                .orElseGet(() -> JsonExchange.answer(FAILED, message("there was no result in time")))
                .header("Location", "/jobs/" + name)
                .build();
    }

    private static Answer answer(PistonJob asked, JsonNode result) {
        return switch (result.path("outcome").asText()) {
            case "success", "failure" -> new Answer(200, PistonAnswer.of(asked, result));
            default ->
                new Answer(
                        FAILED,
                        message(result.path("reason").asText() + ": "
                                + result.path("message").asText()));
        };
    }

    private static Uni<Response> refused(int status, String text) {
        return Uni.createFrom().item(JsonExchange.answer(status, message(text)).build());
    }

    private static JsonNode message(String text) {
        return JsonNodeFactory.instance.objectNode().put("message", text);
    }
}
