package dev.cupel.http.piston;

import dev.cupel.http.Answer;
import dev.cupel.http.WaitingRuns;
import dev.cupel.http.door.JsonExchange;
import dev.cupel.rejection.Rejected;
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
        return runs.run(
                exchange, headers, () -> PistonCall.read(JsonExchange.json(exchange), runtimes), PistonCalls::refusal);
    }

    private static Answer refusal(RuntimeException why) {
        return why instanceof Rejected wrong
                ? PistonAnswer.message(400, wrong.field().isEmpty() ? wrong.text() : wrong.field() + " " + wrong.text())
                : PistonAnswer.message(500, "not now: " + why.getMessage());
    }
}
