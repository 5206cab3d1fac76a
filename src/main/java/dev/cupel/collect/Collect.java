package dev.cupel.collect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.cluster.JobApi;
import dev.cupel.event.Event;
import dev.cupel.event.EventContext;
import dev.cupel.event.EventType;
import dev.cupel.event.JobFinished;
import dev.cupel.event.JobFinished.Urls;
import dev.cupel.event.JobName;
import dev.cupel.event.JobReference;
import dev.cupel.event.Rejected;
import dev.cupel.event.Rejection;
import dev.cupel.event.Stage;
import dev.cupel.event.StrictJson;
import dev.cupel.event.Unavailable;
import dev.cupel.template.CupelMetadata;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Turns a Job that has ended into its result. Marks nothing when it tells one: {@link #answerFinished} does, when the {@code
 * finished} event has come back through the broker and so is in its hands.
 */
public final class Collect {
    private final JobApi jobs;
    private final String baseUrl;

    /** @param baseUrl of the HTTP calls, where whole outputs can be had; without a slash at its end */
    public Collect(JobApi jobs, String baseUrl) {
        this.jobs = jobs;
        this.baseUrl = baseUrl;
    }

    /** What is known of a Job right now. */
    public sealed interface State {
        /** @param observed the Job and its pods */
        record Running(Observed observed) implements State {}

        record Ended(Observed observed, ResultBuilder result) implements State {}
    }

    /**
     * Answers an event of Knative's ApiServerSource: {@code finished} if it is about a Job of ours that has ended and is
     * not settled, else nothing. The event only says where to look: what counts is what the API server says now.
     *
     * @param data the Kubernetes object
     * @return also {@code rejected}, if the data is none
     */
    public Optional<Event> answerUpdate(EventContext context, byte[] data) {
        return orRejected(context, () -> update(data));
    }

    private Optional<Event> update(byte[] data) {
        JsonNode object = StrictJson.parse(data);
        JsonNode metadata = object.path("metadata");
        boolean ours =
                metadata.path("labels").path(CupelMetadata.MANAGED_BY).asText().equals(CupelMetadata.CUPEL);
        if (!ours || !object.path("kind").asText().equals("Job")) {
            return Optional.empty();
        }
        return find(new JobName(metadata.path("name").asText()))
                .filter(state -> !isSettled(state))
                .flatMap(this::finished);
    }

    private static boolean isSettled(State state) {
        return state instanceof State.Ended ended
                && ended.observed().annotation(CupelMetadata.SETTLED).isPresent();
    }

    private Optional<Event> finished(State state) {
        return switch (state) {
            case State.Running _ -> Optional.empty();
            case State.Ended(Observed observed, ResultBuilder result) ->
                Optional.of(finished(observed, result(result, ResultBuilder.EVENT_HEAD_BYTES)));
        };
    }

    /** The result of an ended Job, with at most {@code headLimit} bytes of each stream. */
    public JobFinished result(ResultBuilder result, int headLimit) {
        String base = baseUrl + "/jobs/" + result.jobName();
        return result.build(
                Instant.now().truncatedTo(ChronoUnit.MILLIS),
                headLimit,
                new Urls(Optional.of(base + "/stdout"), Optional.of(base + "/stderr")));
    }

    private Event finished(Observed observed, JobFinished result) {
        SortedMap<String, String> extensions = new TreeMap<>();
        extensions.put("outcome", result.outcome().wireName());
        extensions.put("reason", result.reason().wireName());
        put(extensions, EventContext.CORRELATION_ID, observed.annotation(CupelMetadata.CORRELATION_ID));
        put(extensions, EventContext.REPLY_TO, observed.annotation(CupelMetadata.REPLY_TO));
        put(extensions, EventContext.TRACE_PARENT, observed.annotation(CupelMetadata.TRACE_PARENT));
        EventContext context = new EventContext(
                result.subject().uid() + "-finished",
                Stage.COLLECT.source(),
                EventType.FINISHED.wire(),
                Optional.of(result.subject().jobName()),
                Optional.of(EventContext.now()),
                extensions);
        return new Event(context, result.toJson());
    }

    private static void put(Map<String, String> extensions, String name, Optional<String> value) {
        value.ifPresent(text -> extensions.put(name, text));
    }

    /**
     * What a Job has come to.
     *
     * @return empty if there is no such Job of ours
     * @throws Unavailable for what may pass
     */
    public Optional<State> find(JobName name) {
        Optional<ObjectNode> job = jobs.findJob(name).filter(Collect::isOurs);
        return job.map(found -> {
            List<ObjectNode> pods = jobs.listPods(name);
            Observed observed = Observed.of(found, pods);
            return observed.hasEnded() ? ended(observed, pods) : new State.Running(observed);
        });
    }

    private static boolean isOurs(ObjectNode job) {
        return job.path("metadata")
                .path("labels")
                .path(CupelMetadata.MANAGED_BY)
                .asText()
                .equals(CupelMetadata.CUPEL);
    }

    private State ended(Observed observed, List<ObjectNode> pods) {
        Optional<InputStream> log = pods.isEmpty()
                ? Optional.empty()
                : jobs.readLog(pods.getLast().path("metadata").path("name").asText())
                        .map(ByteArrayInputStream::new);
        try {
            return new State.Ended(observed, ResultBuilder.collect(observed, log));
        } catch (IOException e) {
            throw new Unavailable("the log broke off", e);
        }
    }

    /**
     * Answers a {@code finished} event that came back: the result is in the broker's hands, so its Job is marked settled
     * and lives on for the template's own TTL. Nothing to do if it is gone.
     *
     * @return {@code rejected} if the event is wrong; else nothing
     */
    public Optional<Event> answerFinished(EventContext context, byte[] data) {
        return orRejected(context, () -> {
            settle(data);
            return Optional.empty();
        });
    }

    private void settle(byte[] data) {
        JsonNode result = StrictJson.parse(data);
        JobName name = new JobName(result.path("job_name").asText());
        Optional<ObjectNode> job = jobs.findJob(name)
                .filter(Collect::isOurs)
                // A Job of the same name that was made anew has a result of its own to tell.
                .filter(found -> found.at("/metadata/uid")
                        .asText()
                        .equals(result.path("uid").asText()))
                .filter(found -> found.at("/metadata/annotations")
                        .path(CupelMetadata.SETTLED)
                        .isMissingNode());
        job.ifPresent(found -> jobs.patchJob(name, settled(found)));
    }

    private static ObjectNode settled(ObjectNode job) {
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        patch.putObject("metadata")
                .putObject("annotations")
                .put(
                        CupelMetadata.SETTLED,
                        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        int ttl = job.at("/metadata/annotations")
                .path(CupelMetadata.TTL_AFTER_SETTLED)
                .asInt(300);
        patch.putObject("spec").put("ttlSecondsAfterFinished", ttl);
        return patch;
    }

    /**
     * Answers a {@code cancel} event.
     *
     * @return {@code rejected} if the event is wrong or there is no such Job; else nothing, {@code finished} follows
     */
    public Optional<Event> answerCancel(EventContext context, byte[] data) {
        return orRejected(context, () -> {
            cancel(JobReference.decode(StrictJson.parse(data)).jobName());
            return Optional.empty();
        });
    }

    private static Optional<Event> orRejected(EventContext context, Supplier<Optional<Event>> answer) {
        try {
            return answer.get();
        } catch (Rejected e) {
            String subject = context.subject().orElse("unknown");
            return Optional.of(Event.rejected(context, subject, new Rejection(Stage.COLLECT, e, Optional.empty())));
        }
    }

    /**
     * Stops a Job; its output so far is collected. Nothing happens to one that has ended.
     *
     * @throws Rejected {@code NotFound}
     */
    public void cancel(JobName name) {
        Cancel.of(jobs).cancel(name);
    }
}
