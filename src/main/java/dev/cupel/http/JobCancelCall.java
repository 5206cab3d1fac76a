package dev.cupel.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.collect.Collect;
import dev.cupel.http.door.JsonExchange;
import dev.cupel.kubernetes.JobName;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/**
 * Cancels a Job. This call is not in {@link JobCalls}: if one class has GET and DELETE, Quarkus 3.34 lists them in an
 * order that changes from build to build.
 */
@Path("/jobs/{name}")
@Tag(name = "jobs")
@APIResponse(responseCode = "403", ref = "Problem")
@APIResponse(responseCode = "500", ref = "Problem")
@APIResponse(responseCode = "404", ref = "Problem")
@APIResponse(responseCode = "429", ref = "Problem")
@APIResponse(responseCode = "503", ref = "Problem")
public class JobCancelCall {
    private final Collect collect;

    JobCancelCall(Collect collect) {
        this.collect = collect;
    }

    @DELETE
    @Operation(operationId = "cancelJob", summary = "Cancels a Job; its output so far is collected")
    @APIResponse(responseCode = "202", ref = "Cancelled")
    public Response cancel(@PathParam("name") String name) {
        JobName job = JobCalls.jobName(name);
        collect.cancel(job);
        ObjectNode answer = JsonNodeFactory.instance.objectNode().put("job_name", job.value());
        return JsonExchange.answer(202, answer.put("message", "the Job is being stopped, or had ended"))
                .build();
    }
}
