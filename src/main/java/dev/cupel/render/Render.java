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
import dev.cupel.telemetry.Step;
import dev.cupel.telemetry.Telemetry;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;

/** Makes the manifest of a request. */
public final class Render {
    private final Renderer renderer;
    private final Telemetry telemetry;

    public Render(Renderer renderer) {
        this(renderer, Telemetry.NONE);
    }

    public Render(Renderer renderer, Telemetry telemetry) {
        this.renderer = renderer;
        this.telemetry = telemetry;
    }

    /**
     * Answers a {@code requested} event: {@code rendered}, or {@code rejected} if anything is wrong with it.
     *
     * @param data a {@link JobRequest} as JSON bytes
     */
    public Event answer(EventContext context, byte[] data) {
        return telemetry.answer(Step.RENDER, context, traced -> answerTraced(traced, data));
    }

    private Event answerTraced(EventContext context, byte[] data) {
        Optional<String> evalId = Optional.empty();
        try {
            JsonNode json = StrictJson.parse(data);
            evalId = JobRequest.findEvalId(json);
            JobRequest request = JobRequest.decode(json);
            JobRendered rendered =
                    renderTraced(request, context, JobNamer.name(request.evalId(), context.source(), context.id()));
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
        return telemetry.step(Step.RENDER, context, traced -> renderTraced(request, traced, name));
    }

    private JobRendered renderTraced(JobRequest request, EventContext context, JobName name) {
        String createdAt = DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                context.time().orElseGet(EventContext::now).withOffsetSameInstant(ZoneOffset.UTC));
        return renderer.render(request, name, createdAt);
    }
}
