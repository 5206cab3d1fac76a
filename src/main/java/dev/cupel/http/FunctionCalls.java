package dev.cupel.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.cupel.cloudevents.EventContext;
import dev.cupel.collect.Collect;
import dev.cupel.collect.observed.Observed;
import dev.cupel.http.door.Door;
import dev.cupel.http.door.JsonExchange;
import dev.cupel.http.problem.RejectedCall;
import dev.cupel.http.problem.UnavailableCall;
import dev.cupel.kubernetes.JobName;
import dev.cupel.kubernetes.JobReference;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.Unavailable;
import dev.cupel.render.Render;
import dev.cupel.request.JobRendered;
import dev.cupel.request.JobRequest;
import dev.cupel.request.JobSubmitted;
import dev.cupel.submit.Submit;
import dev.cupel.telemetry.Step;
import dev.cupel.telemetry.Telemetry;
import dev.cupel.yaml.ManifestYaml;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The functions as plain HTTP calls. {@code /execute} renders and submits in one call. */
@Path("/")
@Tag(name = "functions")
@APIResponse(responseCode = "400", ref = "Problem")
@APIResponse(responseCode = "403", ref = "Problem")
@APIResponse(responseCode = "500", ref = "Problem")
@APIResponse(responseCode = "413", ref = "Problem")
@APIResponse(responseCode = "415", ref = "Problem")
@APIResponse(responseCode = "429", ref = "Problem")
@APIResponse(responseCode = "503", ref = "Problem")
public class FunctionCalls {
    private final Render render;
    private final Submit submit;
    private final Collect collect;

    private final Results results;
    private final LongPoll waiting;
    private final Telemetry telemetry;

    FunctionCalls(
            Render render, Submit submit, Collect collect, Results results, LongPoll waiting, Telemetry telemetry) {
        this.telemetry = telemetry;
        this.render = render;
        this.submit = submit;
        this.collect = collect;
        this.results = results;
        this.waiting = waiting;
    }

    /** 200: the manifest, as JSON or YAML. */
    @POST
    @Path("render")
    @Operation(
            operationId = "render",
            summary = "The manifest for a request",
            description = "JSON, or YAML with Accept: application/yaml")
    @RequestBody(
            required = true,
            content = @Content(mediaType = "application/json", schema = @Schema(ref = "JobRequest")))
    @APIResponse(responseCode = "200", ref = "Manifest")
    public Response render(@Context RoutingContext exchange, @Context HttpHeaders headers) {
        HttpRequestContext asked = HttpRequestContext.of(headers);
        JsonNode json = JsonExchange.json(exchange);
        JobRendered rendered = naming(json, () -> render(json, asked, asked.context()));
        String accept = String.valueOf(headers.getHeaderString(HttpHeaders.ACCEPT));
        if (accept.contains("yaml")) {
            return Response.ok(ManifestYaml.write(rendered.manifest()))
                    .type("application/yaml")
                    .build();
        }
        return JsonExchange.answer(200, rendered.manifest())
                .header("Cupel-Digest", rendered.digest().value())
                .build();
    }

    /** 201 created, 200 exists already, 409 name taken, 403 not hardened. */
    @POST
    @Path("submit")
    @Operation(
            operationId = "submit",
            summary = "Creates the Job of a manifest",
            description = "Takes the data of a rendered event")
    @RequestBody(
            required = true,
            content = @Content(mediaType = "application/json", schema = @Schema(ref = "JobRendered")))
    @APIResponse(responseCode = "200", ref = "Submitted")
    @APIResponse(responseCode = "201", ref = "Submitted")
    @APIResponse(responseCode = "409", ref = "Problem")
    @APIResponse(responseCode = "422", ref = "Problem")
    public Response submit(@Context RoutingContext exchange, @Context HttpHeaders headers) {
        HttpRequestContext asked = HttpRequestContext.of(headers);
        JsonNode json = JsonExchange.json(exchange);
        JobSubmitted submitted = naming(json, () -> submit.submitExactly(JobRendered.decode(json), asked.context()));
        int status = submitted.status() == JobSubmitted.Status.CREATED ? 201 : 200;
        return JsonExchange.answer(status, submitted.toJson()).build();
    }

    /** 200 the result, 202 while it runs, 404. */
    @POST
    @Path("collect")
    @Blocking
    @Operation(operationId = "collect", summary = "The result of a Job", description = "Takes {\"job_name\": …}")
    @RequestBody(
            required = true,
            content = @Content(mediaType = "application/json", schema = @Schema(ref = "JobReference")))
    @APIResponse(responseCode = "200", ref = "Result")
    @APIResponse(responseCode = "202", ref = "State")
    @APIResponse(responseCode = "404", ref = "Problem")
    public Uni<Response> collect(@Context RoutingContext exchange, @Context HttpHeaders headers) {
        JobName name = JobReference.decode(JsonExchange.json(exchange)).jobName();
        return JsonExchange.later(() -> {
            Observed observed = collect.look(name).orElseThrow(() -> JobCalls.notFound(name));
            return results.json(observed, exchange)
                    .orElseGet(() -> JsonExchange.answer(202, JobCalls.state(name, observed)))
                    .build();
        });
    }

    /** 202 created, or 200 with the result if it came within {@code Prefer: wait}. */
    @POST
    @Path("execute")
    @Operation(
            operationId = "execute",
            summary = "Runs a program",
            description = "Prefer: wait=SECONDS waits for the result; Idempotency-Key makes a repeat the same job")
    @Parameter(
            name = "Prefer",
            in = ParameterIn.HEADER,
            description = "wait=SECONDS waits for the result, at most 600 s",
            schema = @Schema(type = SchemaType.STRING))
    @Parameter(
            name = "Idempotency-Key",
            in = ParameterIn.HEADER,
            description = "A call with the same key is the same Job",
            schema = @Schema(type = SchemaType.STRING))
    @Parameter(
            name = "Correlation-Id",
            in = ParameterIn.HEADER,
            description = "Comes back in the answer, and in the events of the Job",
            schema = @Schema(type = SchemaType.STRING))
    @RequestBody(
            required = true,
            content = @Content(mediaType = "application/json", schema = @Schema(ref = "JobRequest")))
    @Blocking
    @APIResponse(responseCode = "200", ref = "Result")
    @APIResponse(responseCode = "202", ref = "Accepted")
    @APIResponse(responseCode = "409", ref = "Problem")
    @APIResponse(responseCode = "422", ref = "Problem")
    public Uni<Response> execute(@Context RoutingContext exchange, @Context HttpHeaders headers) {
        HttpRequestContext asked = HttpRequestContext.of(headers);
        JobSubmitted submitted = submit(exchange, asked);
        Door.drop(exchange);
        return asked.waitSeconds() == 0
                ? Uni.createFrom().item(accepted(submitted))
                : JsonExchange.later(() -> waiting.answer(submitted.jobName(), asked.waitSeconds(), exchange)
                        .orElseGet(() -> accepted(submitted)));
    }

    private JobSubmitted submit(RoutingContext exchange, HttpRequestContext asked) {
        JsonNode json = JsonExchange.json(exchange);
        return telemetry.step(Step.EXECUTE, asked.context(), context -> {
            JobRendered rendered = naming(json, () -> render(json, asked, context));
            return located(rendered.jobName(), () -> naming(json, () -> submit.submit(rendered, context)));
        });
    }

    /** Adds the Job's name if the API server did not answer: it may have created the Job, and the caller can look. */
    static <T> T located(JobName name, Supplier<T> call) {
        try {
            return call.get();
        } catch (Unavailable e) {
            throw new UnavailableCall(e, name);
        }
    }

    private JobRendered render(JsonNode json, HttpRequestContext asked, EventContext context) {
        JobRequest request = JobRequest.decode(json);
        return render.render(request, context, asked.jobName(request.evalId()));
    }

    private static Response accepted(JobSubmitted submitted) {
        boolean created = submitted.status() == JobSubmitted.Status.CREATED;
        JsonNode answer = JsonNodeFactory.instance
                .objectNode()
                .put("eval_id", submitted.evalId())
                .put("job_name", submitted.jobName().value())
                .put("status", submitted.status().wireName())
                .put("message", created ? "Job created successfully" : "Job exists already");
        return JsonExchange.answer(202, answer)
                .header("Location", "/jobs/" + submitted.jobName())
                .build();
    }

    /** Adds the request's {@code eval_id} to a rejection. */
    static <T> T naming(JsonNode json, Supplier<T> call) {
        try {
            return call.get();
        } catch (Rejected e) {
            throw new RejectedCall(e, JobRequest.findEvalId(json));
        }
    }
}
