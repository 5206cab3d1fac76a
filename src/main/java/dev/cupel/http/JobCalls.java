package dev.cupel.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.collect.Collect;
import dev.cupel.collect.ResultBuilder;
import dev.cupel.collect.ResultBuilder.Kept;
import dev.cupel.collect.observed.Observed;
import dev.cupel.http.door.JsonExchange;
import dev.cupel.kubernetes.JobApi;
import dev.cupel.kubernetes.JobName;
import dev.cupel.kubernetes.ManifestYaml;
import dev.cupel.policy.SubmittedManifest;
import dev.cupel.rejection.InvalidValue;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Shows one Job: its state or result, its output, its manifest. */
@Path("/jobs/{name}")
@Tag(name = "jobs")
@APIResponse(responseCode = "403", ref = "Problem")
@APIResponse(responseCode = "404", ref = "Problem")
@APIResponse(responseCode = "429", ref = "Problem")
@APIResponse(responseCode = "503", ref = "Problem")
public class JobCalls {
    private static final Pattern CASE_INDEX = Pattern.compile("0|[1-9][0-9]{0,2}");

    private final Collect collect;
    private final JobApi jobs;
    private final Results results;

    JobCalls(Collect collect, JobApi jobs, Results results) {
        this.collect = collect;
        this.results = results;
        this.jobs = jobs;
    }

    @GET
    @Blocking
    @Operation(summary = "The state of a Job, or its result")
    @APIResponse(
            responseCode = "200",
            description = "The state, or the result",
            content = @Content(mediaType = "application/json", schema = @Schema(ref = "JobStateOrFinished")))
    public Uni<Response> get(@PathParam("name") String name, @Context RoutingContext exchange) {
        JobName job = jobName(name);
        return JsonExchange.later(() -> {
            Observed observed = look(job);
            return observed.isOver()
                    ? results.json(observed, exchange).build()
                    : JsonExchange.answer(200, state(job, observed)).build();
        });
    }

    @GET
    @Path("stdout")
    @Blocking
    @Operation(summary = "What the program wrote to stdout, byte for byte")
    @APIResponse(
            responseCode = "200",
            description = "The bytes that were kept",
            content = @Content(mediaType = "application/octet-stream"))
    @APIResponse(
            responseCode = "202",
            description = "It runs, or will",
            content = @Content(mediaType = "application/json", schema = @Schema(ref = "JobState")))
    public Uni<Response> stdout(@PathParam("name") String name, @Context RoutingContext exchange) {
        JobName job = jobName(name);
        return JsonExchange.later(() -> bytes(job, exchange, "this stream", ResultBuilder::stdout));
    }

    @GET
    @Path("stderr")
    @Blocking
    @Operation(summary = "What the program wrote to stderr, byte for byte")
    @APIResponse(
            responseCode = "200",
            description = "The bytes that were kept",
            content = @Content(mediaType = "application/octet-stream"))
    @APIResponse(
            responseCode = "202",
            description = "It runs, or will",
            content = @Content(mediaType = "application/json", schema = @Schema(ref = "JobState")))
    public Uni<Response> stderr(@PathParam("name") String name, @Context RoutingContext exchange) {
        JobName job = jobName(name);
        return JsonExchange.later(() -> bytes(job, exchange, "this stream", ResultBuilder::stderr));
    }

    @GET
    @Path("files/{path: .+}")
    @Blocking
    @Operation(summary = "A file that was collected, byte for byte")
    @APIResponse(
            responseCode = "200",
            description = "The bytes that were kept",
            content = @Content(mediaType = "application/octet-stream"))
    @APIResponse(
            responseCode = "202",
            description = "It runs, or will",
            content = @Content(mediaType = "application/json", schema = @Schema(ref = "JobState")))
    public Uni<Response> file(
            @PathParam("name") String name, @PathParam("path") String path, @Context RoutingContext exchange) {
        JobName job = jobName(name);
        return JsonExchange.later(
                () -> bytes(job, exchange, "this file", result -> result.file(Optional.empty(), path)));
    }

    @GET
    @Path("cases/{index}/stdout")
    @Blocking
    @Operation(summary = "What a case wrote to stdout, byte for byte")
    @APIResponse(
            responseCode = "200",
            description = "The bytes that were kept",
            content = @Content(mediaType = "application/octet-stream"))
    @APIResponse(
            responseCode = "202",
            description = "It runs, or will",
            content = @Content(mediaType = "application/json", schema = @Schema(ref = "JobState")))
    public Uni<Response> stdoutOfCase(
            @PathParam("name") String name, @PathParam("index") String index, @Context RoutingContext exchange) {
        JobName job = jobName(name);
        int one = caseIndex(index);
        return JsonExchange.later(() -> bytes(job, exchange, "this stream", result -> result.stdout(one)));
    }

    @GET
    @Path("cases/{index}/stderr")
    @Blocking
    @Operation(summary = "What a case wrote to stderr, byte for byte")
    @APIResponse(
            responseCode = "200",
            description = "The bytes that were kept",
            content = @Content(mediaType = "application/octet-stream"))
    @APIResponse(
            responseCode = "202",
            description = "It runs, or will",
            content = @Content(mediaType = "application/json", schema = @Schema(ref = "JobState")))
    public Uni<Response> stderrOfCase(
            @PathParam("name") String name, @PathParam("index") String index, @Context RoutingContext exchange) {
        JobName job = jobName(name);
        int one = caseIndex(index);
        return JsonExchange.later(() -> bytes(job, exchange, "this stream", result -> result.stderr(one)));
    }

    @GET
    @Path("cases/{index}/files/{path: .+}")
    @Blocking
    @Operation(summary = "A file that was collected after a case, byte for byte")
    @APIResponse(
            responseCode = "200",
            description = "The bytes that were kept",
            content = @Content(mediaType = "application/octet-stream"))
    @APIResponse(
            responseCode = "202",
            description = "It runs, or will",
            content = @Content(mediaType = "application/json", schema = @Schema(ref = "JobState")))
    public Uni<Response> fileOfCase(
            @PathParam("name") String name,
            @PathParam("index") String index,
            @PathParam("path") String path,
            @Context RoutingContext exchange) {
        JobName job = jobName(name);
        Optional<Integer> one = Optional.of(caseIndex(index));
        return JsonExchange.later(() -> bytes(job, exchange, "this file", result -> result.file(one, path)));
    }

    /** Cases are counted from 0. */
    private static int caseIndex(String index) {
        if (!CASE_INDEX.matcher(index).matches()) {
            throw new Rejected(RejectionReason.NOT_FOUND, "", "a case has a number from 0 to 999");
        }
        return Integer.parseInt(index);
    }

    private Response bytes(
            JobName name, RoutingContext exchange, String what, Function<ResultBuilder, Optional<Kept>> which) {
        Observed observed = look(name);
        if (!observed.isOver()) {
            return JsonExchange.answer(202, state(name, observed)).build();
        }
        return results.bytes(observed, exchange, which)
                .orElseThrow(() ->
                        new Rejected(RejectionReason.NOT_FOUND, "", "nothing is known of " + what + " of Job " + name));
    }

    @GET
    @Path("manifest")
    @Operation(summary = "The exact YAML that was submitted")
    @APIResponse(responseCode = "200", description = "The manifest", content = @Content(mediaType = "application/yaml"))
    public Response manifest(@PathParam("name") String name) {
        JobName job = jobName(name);
        ObjectNode stored = jobs.findJob(job).orElseThrow(() -> notFound(job));
        SubmittedManifest manifest = SubmittedManifest.of(stored);
        return Response.ok(ManifestYaml.write(manifest.job()))
                .type("application/yaml")
                .header("Cupel-Digest", manifest.digest().value())
                .header("Cupel-Exact", manifest.isExact())
                .build();
    }

    private Observed look(JobName name) {
        return collect.look(name).orElseThrow(() -> notFound(name));
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
