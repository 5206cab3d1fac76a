package dev.cupel.submit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.cloudevents.Event;
import dev.cupel.cloudevents.EventContext;
import dev.cupel.cloudevents.EventType;
import dev.cupel.json.Digest;
import dev.cupel.json.StrictJson;
import dev.cupel.kubernetes.CupelMetadata;
import dev.cupel.kubernetes.JobApi;
import dev.cupel.kubernetes.JobApi.CreateAnswer;
import dev.cupel.kubernetes.JobName;
import dev.cupel.policy.Hardener;
import dev.cupel.policy.StoredJob;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.Rejection;
import dev.cupel.rejection.RejectionReason;
import dev.cupel.rejection.Stage;
import dev.cupel.rejection.Unavailable;
import dev.cupel.request.JobRendered;
import dev.cupel.request.JobSubmitted;
import dev.cupel.telemetry.Step;
import dev.cupel.telemetry.Telemetry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Creates the Job of a manifest, or finds that it is there already. Trusts nobody: the manifest is checked again. */
public final class Submit {
    /** A broker's last attempts must come after this, or a request is dropped and nobody is told. */
    public static final Duration DEFAULT_WITHIN = Duration.ofMinutes(4);

    private final JobApi jobs;
    private final Allowed allowed;
    private final Duration within;
    private final InstantSource clock;
    private final boolean held;
    private final Telemetry telemetry;

    public Submit(JobApi jobs, Allowed allowed) {
        this(jobs, allowed, DEFAULT_WITHIN, InstantSource.system(), true, Telemetry.NONE);
    }

    /**
     * A submit.
     *
     * @param within how long after it was rendered a Job may still wait for the cluster to take it
     * @param held whether a Job that someone deletes is to stay until its result is settled; only where something
     *     settles it
     */
    public Submit(JobApi jobs, Allowed allowed, Duration within, InstantSource clock, boolean held) {
        this(jobs, allowed, within, clock, held, Telemetry.NONE);
    }

    /** The same, and somebody is told. */
    public Submit(
            JobApi jobs, Allowed allowed, Duration within, InstantSource clock, boolean held, Telemetry telemetry) {
        this.jobs = jobs;
        this.allowed = allowed;
        this.within = within;
        this.clock = clock;
        this.held = held;
        this.telemetry = telemetry;
    }

    /**
     * Answers a {@code rendered} event.
     *
     * @param data {@link JobRendered} as JSON bytes
     * @throws Unavailable for what may pass, and it is not too late for that
     */
    public Event answer(EventContext context, byte[] data) {
        return telemetry.answer(Step.SUBMIT, context, traced -> answerTraced(traced, data));
    }

    private Event answerTraced(EventContext context, byte[] data) {
        Optional<String> evalId = Optional.empty();
        try {
            JsonNode json = StrictJson.parse(data);
            evalId = dev.cupel.request.JobRequest.findEvalId(json);
            JobSubmitted submitted = submitInTime(JobRendered.decode(json), context);
            String name = submitted.jobName().value();
            return new Event(
                    context.followedBy(
                            Stage.SUBMIT, EventType.SUBMITTED, submitted.uid() + "-submitted", name, Map.of()),
                    submitted.toJson());
        } catch (Rejected e) {
            String subject = context.subject().or(() -> Optional.of("unknown")).get();
            return Event.rejected(context, subject, new Rejection(Stage.SUBMIT, e, evalId));
        }
    }

    /** A quota that stays full, or a server that stays away, must end in an answer too. */
    private JobSubmitted submitInTime(JobRendered rendered, EventContext context) {
        try {
            return submitOrFind(rendered, context);
        } catch (Unavailable e) {
            boolean late = context.time()
                    .filter(time -> time.toInstant().plus(within).isBefore(clock.instant()))
                    .isPresent();
            // Where the server cannot even say that there is no such Job, a broken call may have made it: no second
            // story.
            if (late && jobs.findJob(rendered.jobName()).isEmpty()) {
                throw new Rejected(
                        RejectionReason.NOT_IN_TIME,
                        "",
                        "not within " + within.toSeconds() + " s; at last " + e.getMessage() + "; send it again");
            }
            throw e;
        }
    }

    /**
     * Creates the Job, or finds the one of the same request there, whatever that request would be made into today: what is
     * refused now may have been taken before the templates, or the cluster's rules, were changed, and to reject the
     * request of a Job that goes on would be a second story of it.
     *
     * @param context of the event or call that asks: what links it to the request lies on the Job
     * @throws Rejected {@code NotHardened}, {@code Conflict}, {@code Refused} or {@code InvalidField}
     * @throws Unavailable for what may pass; asking again is safe
     */
    public JobSubmitted submit(JobRendered rendered, EventContext context) {
        return telemetry.step(Step.SUBMIT, context, traced -> submitOrFind(rendered, traced));
    }

    private JobSubmitted submitOrFind(JobRendered rendered, EventContext context) {
        try {
            return submitTraced(rendered, context);
        } catch (Rejected e) {
            return find(rendered).orElseThrow(() -> e);
        }
    }

    /**
     * The same for this manifest and no other: one that somebody changed by hand is a {@code Conflict}, though it is of
     * the same request. One that the cluster made into something else is deleted at once: it was created, and its result
     * is an {@code error}.
     */
    public JobSubmitted submitExactly(JobRendered rendered, EventContext context) {
        return telemetry.step(Step.SUBMIT, context, traced -> submitTraced(rendered, traced));
    }

    private JobSubmitted submitTraced(JobRendered rendered, EventContext context) {
        check(rendered);
        ObjectNode sent = withAnnotations(rendered, context);
        return switch (jobs.create(sent)) {
            case CreateAnswer.Created(ObjectNode job) -> {
                StoredJob.findChange(sent, job).ifPresent(change -> undo(sent, change));
                yield submitted(rendered, job, JobSubmitted.Status.CREATED);
            }
            case CreateAnswer.NameTaken() -> existing(rendered, sent);
            case CreateAnswer.Refused(String message) ->
                throw new Rejected(RejectionReason.REFUSED, "/manifest", "the API server refused it: " + message);
        };
    }

    private Optional<JobSubmitted> find(JobRendered rendered) {
        return jobs.findJob(rendered.jobName())
                .filter(job -> isOfSameRequest(rendered, job))
                .map(job -> submitted(rendered, job, JobSubmitted.Status.EXISTS));
    }

    private static boolean isOfSameRequest(JobRendered rendered, JsonNode job) {
        JsonNode theirs = requestDigest(job);
        return theirs.isTextual() && theirs.equals(requestDigest(rendered.manifest()));
    }

    private static JsonNode requestDigest(JsonNode job) {
        return metadata(job).path("annotations").path(CupelMetadata.REQUEST_DIGEST);
    }

    private void check(JobRendered rendered) {
        JsonNode metadata = metadata(rendered.manifest());
        Hardener.check(rendered.manifest());
        allowed.check(rendered.manifest());
        equal("/job_name", rendered.jobName().value(), metadata.path("name").asText());
        equal("/namespace", rendered.namespace(), metadata.path("namespace").asText());
        equal(
                "/eval_id",
                rendered.evalId(),
                metadata.path("annotations").path(CupelMetadata.EVAL_ID).asText());
        equal(
                "/template/name",
                rendered.template().value(),
                metadata.path("annotations").path(CupelMetadata.TEMPLATE).asText());
        equal(
                "/template/digest",
                rendered.templateDigest().value(),
                metadata.path("annotations").path(CupelMetadata.TEMPLATE_DIGEST).asText());
        if (!rendered.namespace().equals(jobs.namespace())) {
            throw Rejected.invalid("/namespace", "must be \"" + jobs.namespace() + "\": Jobs are created there only");
        }
    }

    /**
     * Deletes a Job that is not what was sent. Collect tells of it, as of every Job: the mark outranks whatever it did.
     * With all metadata that were sent, since what altered it may have taken those away by which collect knows its Jobs.
     */
    private void undo(ObjectNode sent, StoredJob.Change change) {
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        ObjectNode metadata = patch.putObject("metadata");
        for (String part : List.of("labels", "annotations", "finalizers")) {
            if (metadata(sent).has(part)) {
                metadata.set(part, metadata(sent).path(part).deepCopy());
            }
        }
        metadata.withObjectProperty("annotations")
                .put(
                        CupelMetadata.ALTERED,
                        change.pointer() + " " + change.message()
                                + " by something in the cluster, such as a mutating webhook; the Job was deleted");
        JobName name = new JobName(metadata(sent).path("name").asText());
        jobs.patchJob(name, patch);
        jobs.deleteJob(name);
    }

    private static JsonNode metadata(JsonNode job) {
        return job.path("metadata");
    }

    private static void equal(String pointer, String said, String inManifest) {
        if (!said.equals(inManifest)) {
            throw Rejected.invalid(pointer, "is not what the manifest says");
        }
    }

    private ObjectNode withAnnotations(JobRendered rendered, EventContext context) {
        ObjectNode job = rendered.manifest().deepCopy();
        ObjectNode annotations = (ObjectNode) job.at("/metadata/annotations");
        if (held) {
            ((ObjectNode) metadata(job)).putArray("finalizers").add(CupelMetadata.FINALIZER);
        }
        annotations.put(CupelMetadata.DIGEST, rendered.digest().value());
        annotations.put(CupelMetadata.CORRELATION_ID, context.correlationId());
        context.extension(EventContext.REPLY_TO).ifPresent(to -> annotations.put(CupelMetadata.REPLY_TO, to));
        context.trace().parent().ifPresent(text -> annotations.put(CupelMetadata.TRACE_PARENT, text));
        context.trace().state().ifPresent(text -> annotations.put(CupelMetadata.TRACE_STATE, text));
        return job;
    }

    /** Of a manifest as it would be, had it been rendered when the Job that is there was. */
    private static Digest digestAsOf(JsonNode createdAt, ObjectNode manifest) {
        ObjectNode content = manifest.deepCopy();
        ((ObjectNode) content.at("/metadata/annotations")).set(CupelMetadata.CREATED_AT, createdAt);
        return JobRendered.digestOf(content);
    }

    private JobSubmitted existing(JobRendered rendered, ObjectNode sent) {
        ObjectNode job = jobs.findJob(rendered.jobName())
                .orElseThrow(() -> new Unavailable("the Job of that name has just gone"));
        JsonNode metadata = metadata(job);
        if (metadata.has("deletionTimestamp")) {
            throw new Unavailable("the Job of that name is being deleted");
        }
        JsonNode annotations = metadata.path("annotations");
        String theirs = annotations.path(CupelMetadata.DIGEST).asText();
        String ours = digestAsOf(annotations.path(CupelMetadata.CREATED_AT), rendered.manifest())
                .value();
        if (!theirs.equals(ours)) {
            throw new Rejected(
                    RejectionReason.CONFLICT,
                    "/job_name",
                    "Job " + rendered.jobName() + " exists with another manifest (" + theirs + ", ours " + ours
                            + "); send a new event id, or delete it");
        }
        if (annotations.has(CupelMetadata.ALTERED)) {
            jobs.deleteJob(rendered.jobName()); // An earlier try came no further than the mark.
        } else {
            StoredJob.findLaterChange(sent, job).ifPresent(change -> undo(sent, change));
        }
        return submitted(rendered, job, JobSubmitted.Status.EXISTS);
    }

    private static JobSubmitted submitted(JobRendered rendered, ObjectNode job, JobSubmitted.Status status) {
        JsonNode metadata = metadata(job);
        return new JobSubmitted(
                rendered.evalId(),
                rendered.jobName(),
                rendered.namespace(),
                metadata.path("uid").asText(),
                metadata.path("annotations").path(CupelMetadata.DIGEST).asText(),
                status,
                metadata.path("creationTimestamp").asText());
    }
}
