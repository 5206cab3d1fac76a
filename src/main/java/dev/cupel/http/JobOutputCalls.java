package dev.cupel.http;

import dev.cupel.collect.Collect;
import dev.cupel.collect.ResultBuilder;
import dev.cupel.collect.ResultBuilder.Kept;
import dev.cupel.collect.observed.Observed;
import dev.cupel.http.door.JsonExchange;
import dev.cupel.kubernetes.JobName;
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
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Shows what one Job printed and left, as bytes: each stream and each collected file, also those of its cases. */
@Path("/jobs/{name}")
@Tag(name = "jobs")
@APIResponse(responseCode = "200", ref = "Bytes")
@APIResponse(responseCode = "202", ref = "State")
@APIResponse(responseCode = "403", ref = "Problem")
@APIResponse(responseCode = "500", ref = "Problem")
@APIResponse(responseCode = "404", ref = "Problem")
@APIResponse(responseCode = "429", ref = "Problem")
@APIResponse(responseCode = "503", ref = "Problem")
public class JobOutputCalls {
    private static final Pattern CASE_INDEX = Pattern.compile("0|[1-9][0-9]{0,2}");

    private final Collect collect;
    private final Results results;

    JobOutputCalls(Collect collect, Results results) {
        this.collect = collect;
        this.results = results;
    }

    @GET
    @Path("stdout")
    @Blocking
    @Operation(operationId = "getStdout", summary = "What the program wrote to stdout, byte for byte")
    public Uni<Response> stdout(@PathParam("name") String name, @Context RoutingContext exchange) {
        JobName job = JobCalls.jobName(name);
        return bytes(job, exchange, "this stream", ResultBuilder::stdout);
    }

    @GET
    @Path("stderr")
    @Blocking
    @Operation(operationId = "getStderr", summary = "What the program wrote to stderr, byte for byte")
    public Uni<Response> stderr(@PathParam("name") String name, @Context RoutingContext exchange) {
        JobName job = JobCalls.jobName(name);
        return bytes(job, exchange, "this stream", ResultBuilder::stderr);
    }

    @GET
    @Path("files/{path: .+}")
    @Blocking
    @Operation(operationId = "getFile", summary = "A file that was collected, byte for byte")
    public Uni<Response> file(
            @PathParam("name") String name, @PathParam("path") String path, @Context RoutingContext exchange) {
        JobName job = JobCalls.jobName(name);
        return bytes(job, exchange, "this file", result -> result.file(Optional.empty(), path));
    }

    @GET
    @Path("cases/{index}/stdout")
    @Blocking
    @Operation(operationId = "getStdoutOfCase", summary = "What a case wrote to stdout, byte for byte")
    public Uni<Response> stdoutOfCase(
            @PathParam("name") String name, @PathParam("index") String index, @Context RoutingContext exchange) {
        JobName job = JobCalls.jobName(name);
        int one = caseIndex(index);
        return bytes(job, exchange, "this stream", result -> result.stdout(one));
    }

    @GET
    @Path("cases/{index}/stderr")
    @Blocking
    @Operation(operationId = "getStderrOfCase", summary = "What a case wrote to stderr, byte for byte")
    public Uni<Response> stderrOfCase(
            @PathParam("name") String name, @PathParam("index") String index, @Context RoutingContext exchange) {
        JobName job = JobCalls.jobName(name);
        int one = caseIndex(index);
        return bytes(job, exchange, "this stream", result -> result.stderr(one));
    }

    @GET
    @Path("cases/{index}/files/{path: .+}")
    @Blocking
    @Operation(operationId = "getFileOfCase", summary = "A file that was collected after a case, byte for byte")
    public Uni<Response> fileOfCase(
            @PathParam("name") String name,
            @PathParam("index") String index,
            @PathParam("path") String path,
            @Context RoutingContext exchange) {
        JobName job = JobCalls.jobName(name);
        Optional<Integer> one = Optional.of(caseIndex(index));
        return bytes(job, exchange, "this file", result -> result.file(one, path));
    }

    /** Cases are counted from 0. */
    private static int caseIndex(String index) {
        if (!CASE_INDEX.matcher(index).matches()) {
            throw new Rejected(RejectionReason.NOT_FOUND, "", "a case has a number from 0 to 999");
        }
        return Integer.parseInt(index);
    }

    private Uni<Response> bytes(
            JobName name, RoutingContext exchange, String what, Function<ResultBuilder, Optional<Kept>> which) {
        return JsonExchange.later(() -> {
            Observed observed = collect.look(name).orElseThrow(() -> JobCalls.notFound(name));
            return results.bytes(observed, exchange, which, () -> nothing(what, name))
                    .orElseGet(() -> JsonExchange.answer(202, JobCalls.state(name, observed))
                            .build());
        });
    }

    private static Rejected nothing(String what, JobName name) {
        return new Rejected(RejectionReason.NOT_FOUND, "", "nothing is known of " + what + " of Job " + name);
    }
}
