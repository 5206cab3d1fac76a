package dev.cupel.http.runcode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.cupel.http.Answer;
import dev.cupel.http.AskedRun;
import dev.cupel.http.WaitingRuns;
import dev.cupel.http.door.JsonExchange;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import dev.cupel.request.RequestField;
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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;

/**
 * Runs a program as SandboxFusion does, for its clients. Not in OpenAPI: SandboxFusion's own document describes it. Where
 * the operator does not want these calls, {@code door.EventGate} lets nobody through to them.
 */
@Path("/")
public class RunCodeCalls {
    /** verl tries again after this status, and after no other. */
    private static final int NOT_IN_TIME = 504;

    private static final int INVALID = 422;

    /** Cupel's fields, and SandboxFusion's. Others have the same name. */
    private static final Map<String, String> NAMES = Map.of(
            RequestField.TIMEOUT.wireName(), "run_timeout",
            RequestField.MEMORY_LIMIT.wireName(), "memory_limit_MB",
            RequestField.TEMPLATE.wireName(), "language",
            RequestField.COLLECT_FILES.wireName(), "fetch_files");

    private final WaitingRuns runs;
    private final Languages languages;

    RunCodeCalls(WaitingRuns runs, Templates templates) {
        this.runs = runs;
        this.languages = new Languages(templates);
    }

    /** 200 the answer, 422 a call that cannot be taken, 504 no result in time. */
    @POST
    @Path("run_code")
    @Blocking
    @Operation(hidden = true)
    public Uni<Response> runCode(@Context RoutingContext exchange, @Context HttpHeaders headers) {
        try {
            return runs.run(exchange, headers, () -> read(exchange), RunCodeCalls::refusal);
        } catch (InvalidCall e) {
            JsonNode faults = Fault.toJson(e.faults());
            return Uni.createFrom().item(JsonExchange.answer(INVALID, faults).build());
        }
    }

    /** What a SandboxFusion answers that is there. */
    @GET
    @Path("v1/ping")
    @Operation(hidden = true)
    public Response ping() {
        return JsonExchange.answer(200, TextNode.valueOf("pong")).build();
    }

    private AskedRun read(RoutingContext exchange) {
        RunCodeRequest request = RunCodeRequest.decode(parse(exchange), languages.served());
        AskedJob asked = AskedJob.of(request, languages.find(request.language()).orElseThrow());
        return AskedRun.of(
                asked.request(), asked.runSeconds(), result -> new Answer(200, RunCodeAnswer.of(asked, result)));
    }

    private static JsonNode parse(RoutingContext exchange) {
        try {
            return JsonExchange.json(exchange);
        } catch (Rejected e) {
            throw new InvalidCall(List.of(Fault.at("json_invalid", "JSON decode error: " + e.text(), 0)));
        }
    }

    private static Answer refusal(RuntimeException why) {
        return why instanceof Rejected rejected
                ? new Answer(INVALID, Fault.toJson(List.of(fault(rejected))))
                : new Answer(
                        NOT_IN_TIME,
                        JsonNodeFactory.instance.objectNode().put("detail", "not now: " + why.getMessage()));
    }

    /** Cupel's refusal of what was asked for. */
    private static Fault fault(Rejected rejected) {
        String[] parts = rejected.field().split("/", -1);
        Object[] place = Arrays.stream(parts)
                .skip(1)
                .limit(2)
                .map(part -> NAMES.getOrDefault(part, part.replace("~1", "/").replace("~0", "~")))
                .toArray();
        boolean isTemplate = rejected.reason() == RejectionReason.INVALID_TEMPLATE;
        return Fault.at(
                "value_error", "Value error, " + rejected.text(), isTemplate ? new Object[] {"language"} : place);
    }
}
