package dev.cupel.render;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.cloudevents.Event;
import dev.cupel.cloudevents.EventContext;
import dev.cupel.cloudevents.EventType;
import dev.cupel.json.StrictJson;
import dev.cupel.kubernetes.JobName;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.Rejection;
import dev.cupel.rejection.Stage;
import dev.cupel.request.JobRendered;
import dev.cupel.request.JobRequest;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;

/** Makes the manifest of a request. */
public final class Render {
    private final Renderer renderer;

    public Render(Renderer renderer) {
        this.renderer = renderer;
    }

    /**
     * Answers a {@code requested} event: {@code rendered}, or {@code rejected} if anything is wrong with it.
     *
     * @param data a {@link JobRequest} as JSON bytes
     */
    public Event answer(EventContext context, byte[] data) {
        Optional<String> evalId = Optional.empty();
        try {
            JsonNode json = StrictJson.parse(data);
            evalId = JobRequest.findEvalId(json);
            JobRendered rendered = render(JobRequest.decode(json), context);
            String name = rendered.jobName().value();
            return new Event(
                    context.followedBy(Stage.RENDER, EventType.RENDERED, name + "-rendered", name, Map.of()),
                    rendered.toJson());
        } catch (Rejected e) {
            String subject =
                    evalId.filter(id -> !id.isEmpty()).or(context::subject).orElse("unknown");
            return Event.rejected(context, subject, new Rejection(Stage.RENDER, e, evalId));
        }
    }

    /**
     * The manifest of a request.
     *
     * @param context its source and id name the Job, its time is when the run was requested
     * @throws Rejected if the request asks for what its template does not give
     */
    public JobRendered render(JobRequest request, EventContext context) {
        return render(request, context, JobNamer.name(request.evalId(), context.source(), context.id()));
    }

    /** The manifest of a request for a Job of this name. */
    public JobRendered render(JobRequest request, EventContext context, JobName name) {
        String createdAt = DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                context.time().orElseGet(EventContext::now).withOffsetSameInstant(ZoneOffset.UTC));
        return renderer.render(request, name, createdAt);
    }
}
