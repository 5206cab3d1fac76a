package dev.cupel.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.collect.Collect;
import dev.cupel.collect.observed.Observed;
import dev.cupel.http.door.JsonExchange;
import dev.cupel.kubernetes.JobApi;
import dev.cupel.kubernetes.JobName;
import dev.cupel.policy.Installation;
import dev.cupel.policy.SubmittedManifest;
import dev.cupel.rejection.InvalidValue;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import dev.cupel.yaml.ManifestYaml;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Shows one Job: its state or result, and its manifest. */
@Path("/jobs/{name}")
@Tag(name = "jobs")
@APIResponse(responseCode = "403", ref = "Problem")
@APIResponse(responseCode = "500", ref = "Problem")
@APIResponse(responseCode = "404", ref = "Problem")
@APIResponse(responseCode = "429", ref = "Problem")
@APIResponse(responseCode = "503", ref = "Problem")
public class JobCalls {
    private final Collect collect;
    private final JobApi jobs;
    private final Installation installation;
    private final Results results;
    private final LongPoll waiting;

    JobCalls(Collect collect, JobApi jobs, Results results, Installation installation, LongPoll waiting) {
        this.collect = collect;
        this.results = results;
        this.jobs = jobs;
        this.installation = installation;
        this.waiting = waiting;
    }

    @GET
    @Blocking
    @Operation(
            operationId = "getJob",
            summary = "The state of a Job, or its result",
            description = "Prefer: wait=SECONDS waits for the result, as /execute does")
    @Parameter(
            name = "Prefer",
            in = ParameterIn.HEADER,
            description = "wait=SECONDS waits for the result, at most 600 s",
            schema = @Schema(type = SchemaType.STRING))
    @APIResponse(responseCode = "200", ref = "StateOrResult")
    public Uni<Response> get(
            @PathParam("name") String name, @Context RoutingContext exchange, @Context HttpHeaders headers) {
        JobName job = jobName(name);
        int seconds = HttpRequestContext.waitSeconds(headers);
        return JsonExchange.later(
                () -> waiting.answer(job, seconds, exchange).orElseGet(() -> stateOrResult(job, exchange)));
    }

    private Response stateOrResult(JobName job, RoutingContext exchange) {
        Observed observed = collect.look(job).orElseThrow(() -> notFound(job));
        return results.json(observed, exchange)
                .orElseGet(() -> JsonExchange.answer(200, state(job, observed)))
                .build();
    }

    @GET
    @Path("manifest")
    @Operation(operationId = "getManifest", summary = "The exact YAML that was submitted")
    @APIResponse(responseCode = "200", ref = "SubmittedManifest")
    public Response manifest(@PathParam("name") String name) {
        JobName job = jobName(name);
        ObjectNode stored = jobs.findJob(job).orElseThrow(() -> notFound(job));
        SubmittedManifest manifest = SubmittedManifest.of(stored, installation.pod());
        return Response.ok(ManifestYaml.write(manifest.job()))
                .type("application/yaml")
                .header("Cupel-Digest", manifest.digest().value())
                .header("Cupel-Exact", manifest.isExact())
                .build();
    }

    static JobName jobName(String name) {
        try {
            return new JobName(name);
        } catch (InvalidValue e) {
            throw new Rejected(RejectionReason.NOT_FOUND, "/job_name", e.text());
        }
    }

    static Rejected notFound(JobName name) {
        return new Rejected(
                RejectionReason.NOT_FOUND, "/job_name", "there is no Job " + name + ", or it is gone with its result");
    }

    static ObjectNode state(JobName name, Observed observed) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("eval_id", observed.evalId())
                .put("job_name", name.value())
                .put("namespace", observed.job().at("/metadata/namespace").asText());
        return json.put("state", observed.progress());
    }
}
