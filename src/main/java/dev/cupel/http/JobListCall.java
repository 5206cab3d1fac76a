package dev.cupel.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.collect.observed.Observed;
import dev.cupel.http.door.JsonExchange;
import dev.cupel.kubernetes.CupelMetadata;
import dev.cupel.kubernetes.JobApi;
import dev.cupel.kubernetes.LabelValue;
import dev.cupel.rejection.Quoted;
import dev.cupel.rejection.Rejected;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Lists Jobs, a page at a time: what the API server keeps of them, and never a log. */
// Not "/jobs": Quarkus REST would then answer a wrong method at /jobs/NAME with 404, from here, and not with 405.
@Path("/")
@Tag(name = "jobs")
@APIResponse(responseCode = "400", ref = "Problem")
@APIResponse(responseCode = "403", ref = "Problem")
@APIResponse(responseCode = "500", ref = "Problem")
@APIResponse(responseCode = "429", ref = "Problem")
@APIResponse(responseCode = "503", ref = "Problem")
public class JobListCall {
    private static final int LIMIT = 100;
    private static final int MOST = 500;
    private static final String ENDED = "ended";
    private static final List<String> STATES = List.of("queued", "starting", "running", ENDED);
    private static final Pattern LABEL =
            Pattern.compile("(?:[a-z0-9.-]{1,253}/)?" + LabelValue.FORM + "=(?:" + LabelValue.FORM + ")?");

    private final JobApi jobs;

    JobListCall(JobApi jobs) {
        this.jobs = jobs;
    }

    @GET
    @Path("jobs")
    @Blocking
    @Operation(operationId = "listJobs", summary = "Jobs and how far they are, a page at a time")
    @APIResponse(responseCode = "200", ref = "Jobs")
    public Uni<Response> list(
            @Parameter(description = "Only Jobs of this name for a run") @QueryParam("eval_id") @Nullable String evalId,
            @Parameter(description = "Only Jobs with this label, KEY=VALUE; may stand more than once")
                    @QueryParam("label")
                    List<String> labels,
            @Parameter(description = "Only Jobs in this state: queued, starting, running or ended")
                    @QueryParam("state")
                    @Nullable String state,
            @Parameter(description = "The most Jobs in a page: 1 to 500, 100 unless given")
                    @QueryParam("limit")
                    @Nullable String limit,
            @Parameter(description = "The continue of the page before") @QueryParam("continue") @Nullable String after) {
        Map<String, String> selected = selected(labels);
        if (evalId != null) {
            selected.put(CupelMetadata.EVAL_ID, LabelValue.of(evalId));
        }
        if (state != null && !STATES.contains(state)) {
            throw Rejected.invalid(
                    "/state", "must be one of " + String.join(", ", STATES) + ", was " + Quoted.of(state));
        }
        int most = limit(limit);
        Predicate<ObjectNode> wanted =
                job -> (evalId == null || job.path("eval_id").asText().equals(evalId))
                        && (state == null || job.path("state").asText().equals(state));
        return JsonExchange.later(() -> {
            JobApi.Page page =
                    jobs.listJobs(selected, most, Optional.ofNullable(after).filter(token -> !token.isEmpty()));
            return JsonExchange.answer(200, json(page, wanted)).build();
        });
    }

    private static Map<String, String> selected(List<String> labels) {
        Map<String, String> selected = new HashMap<>();
        for (String label : labels) {
            if (!LABEL.matcher(label).matches()) {
                throw Rejected.invalid("/label", "must be KEY=VALUE, was " + Quoted.of(label));
            }
            String key = label.substring(0, label.indexOf('='));
            if (selected.put(key, label.substring(key.length() + 1)) != null) {
                throw Rejected.invalid("/label", "names " + Quoted.of(key) + " twice");
            }
        }
        return selected;
    }

    private static int limit(@Nullable String text) {
        if (text == null) {
            return LIMIT;
        }
        int limit = text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : 0;
        if (limit < 1 || limit > MOST) {
            throw Rejected.invalid("/limit", "must be 1 to " + MOST + ", was " + Quoted.of(text));
        }
        return limit;
    }

    private ObjectNode json(JobApi.Page page, Predicate<ObjectNode> wanted) {
        List<Observed> listed =
                page.items().stream().map(job -> Observed.of(job, List.of())).toList();
        // A list of Jobs does not say whose Pod runs.
        Set<String> running =
                listed.stream().anyMatch(job -> !job.isOver() && !job.isSuspended()) ? jobs.listRunning() : Set.of();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode items = json.putArray("items");
        Stream<ObjectNode> summaries = listed.stream().map(job -> summary(job, running.contains(job.uid())));
        summaries.filter(wanted).forEach(items::add);
        page.next().ifPresent(next -> json.put("continue", next));
        return json;
    }

    private ObjectNode summary(Observed job, boolean isRunning) {
        String progress = isRunning ? "running" : job.progress();
        return JsonNodeFactory.instance
                .objectNode()
                .put("eval_id", job.evalId())
                .put("job_name", job.name().value())
                .put("namespace", jobs.namespace())
                .put("state", job.isOver() ? ENDED : progress)
                .put("template", job.annotation(CupelMetadata.TEMPLATE).orElse(""))
                .put("created_at", job.job().at("/metadata/creationTimestamp").asText());
    }
}
