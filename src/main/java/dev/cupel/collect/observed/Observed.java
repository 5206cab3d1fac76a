package dev.cupel.collect.observed;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.cloudevents.Trace;
import dev.cupel.kubernetes.CupelMetadata;
import dev.cupel.kubernetes.JobName;
import dev.cupel.kubernetes.JobReference;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A Job and what belongs to it, as the API server says them.
 *
 * @param job the Job, or the last that was seen of it
 * @param pods its Pods that are still there
 * @param gone whether the Job is there no longer
 * @param createFailure the message of its last {@code FailedCreate} event: why it has no Pod
 */
public record Observed(JsonNode job, List<JsonNode> pods, boolean gone, Optional<String> createFailure) {
    public Observed {
        pods = List.copyOf(pods);
    }

    public static Observed of(JsonNode job, List<? extends JsonNode> pods) {
        return new Observed(job, List.copyOf(pods), false, Optional.empty());
    }

    public Observed withoutJob() {
        return new Observed(job, pods, true, createFailure);
    }

    public Observed withJob(JsonNode other) {
        return new Observed(other, pods, gone, createFailure);
    }

    public Observed withPods(List<? extends JsonNode> others) {
        return new Observed(job, List.copyOf(others), gone, createFailure);
    }

    public Observed withCreateFailure(String message) {
        return new Observed(job, pods, gone, Optional.of(message));
    }

    public JobName name() {
        return JobReference.name(job.path("metadata").path("name").asText());
    }

    public String uid() {
        return job.path("metadata").path("uid").asText();
    }

    /** Whether the Job has ended, as its conditions say. */
    public boolean hasEnded() {
        return isComplete() || failure().isObject();
    }

    /** Whether there is a result to tell: it has ended, or nothing more will come of it, or its Pod tells all by now. */
    public boolean isOver() {
        boolean isContested = isMarked() || isSuspended() || pods.size() != 1;
        return isJobOver() || (!isContested && PodEnd.tellsAll(pod(), isSupervised()));
    }

    /** The same by what the Job alone says, some two seconds later. */
    public boolean isJobOver() {
        return hasEnded() || isBeingDeleted() || isWithdrawn();
    }

    /** When it was over. */
    public Optional<Instant> overSince() {
        return endedAt()
                .or(() -> Timestamps.find(job.path("metadata").path("deletionTimestamp")))
                .or(this::cancelledAt)
                .or(() -> Timestamps.find(annotations().path(CupelMetadata.PREEMPTED)))
                .or(() -> Timestamps.find(annotations().path(CupelMetadata.NOT_STARTED)));
    }

    /** Whether someone deleted it, and it only stays until its result is settled. */
    public boolean isHeld() {
        return isBeingDeleted() && hasFinalizer();
    }

    public boolean hasFinalizer() {
        return finalizers().contains(CupelMetadata.FINALIZER);
    }

    /** The finalizers of others, which keep it too. */
    public List<String> otherFinalizers() {
        return finalizers().stream()
                .filter(name -> !name.equals(CupelMetadata.FINALIZER))
                .toList();
    }

    private List<String> finalizers() {
        return StreamSupport.stream(job.path("metadata").path("finalizers").spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    private boolean isBeingDeleted() {
        return gone || job.path("metadata").path("deletionTimestamp").isTextual();
    }

    /** Ended by Cupel in, or because of, its queue: it will never have a Pod again, and never end by itself. */
    public boolean isWithdrawn() {
        return !hasEnded()
                && job.path("spec").path("parallelism").asInt(1) == 0
                && (annotation(CupelMetadata.NOT_STARTED).isPresent() || isPreempted());
    }

    /** Whether its queue took it off its node, and collect ended it for that. */
    public boolean isPreempted() {
        return annotation(CupelMetadata.PREEMPTED).isPresent();
    }

    /** Where in its request's trace the Job was created. */
    public Trace trace() {
        return new Trace(annotation(CupelMetadata.TRACE_PARENT), annotation(CupelMetadata.TRACE_STATE));
    }

    public boolean isSuspended() {
        return job.path("spec").path("suspend").asBoolean();
    }

    /** Whether its result is in the broker's hands. */
    public boolean isSettled() {
        return annotation(CupelMetadata.SETTLED).isPresent();
    }

    /** Whether Cupel made it. */
    public static boolean isOurs(JsonNode job) {
        return job.path("metadata")
                .path("labels")
                .path(CupelMetadata.MANAGED_BY)
                .asText()
                .equals(CupelMetadata.CUPEL);
    }

    public boolean isComplete() {
        return Conditions.find(job, "Complete", "True").isObject();
    }

    /** The condition that says the Job failed, or is about to; a missing node if it did not. */
    public JsonNode failure() {
        JsonNode failed = Conditions.find(job, "Failed", "True");
        return failed.isObject() ? failed : Conditions.find(job, "FailureTarget", "True");
    }

    /** Whether the Pod's deadline ran out, or the Job's, which takes the Pod and its log with it (kubernetes 78644). */
    public boolean isPastDeadline() {
        return pod().reason().equals("DeadlineExceeded")
                || failure().path("reason").asText().equals("DeadlineExceeded");
    }

    /** When it ended, as the container says, else the Job. */
    public Optional<Instant> endedAt() {
        JsonNode complete = Conditions.find(job, "Complete", "True");
        JsonNode condition = complete.isObject() ? complete : failure();
        return container().finishedAt().or(() -> Timestamps.find(condition.path("lastTransitionTime")));
    }

    /** Whether the Job was taken away before it ended, or its Pod was, alone. */
    public boolean isDeletedEarly() {
        return isBeingDeleted() ? !hasEnded() : pod().isBeingDeleted();
    }

    public PodState pod() {
        return PodState.latestOf(pods);
    }

    public ContainerState container() {
        return pod().container();
    }

    /** Whether the container ran, and so the program may have. Where the Pod is gone, the Job's counts tell. */
    public boolean mayHaveRun() {
        if (pod().exists()) {
            return container().ran();
        }
        if (wasReady() || isPreempted()) {
            return true;
        }
        if (annotation(CupelMetadata.NOT_STARTED).isPresent()) {
            return false;
        }
        JsonNode status = job.path("status");
        if (isBeingDeleted() && status.path("startTime").isTextual()) {
            return true;
        }
        // At the Job's own deadline its controller counts every Pod as failed, one that never had a node as well. A
        // cancel sets that deadline too, and a Pod may have got its node at that moment.
        boolean atOwnDeadline = failure().path("reason").asText().equals("DeadlineExceeded")
                && cancelledAt().isEmpty();
        return hasPodThat("failed") && !atOwnDeadline;
    }

    /** Whether the Job's counts say that the container of a Pod ran. */
    public boolean wasReady() {
        return hasPodThat("succeeded") || job.path("status").path("ready").asInt() > 0;
    }

    /** By the count, or by the list of those about to be counted: the Job controller lets a Pod go between the two. */
    private boolean hasPodThat(String ended) {
        JsonNode status = job.path("status");
        return status.path(ended).asInt() > 0
                || !status.path("uncountedTerminatedPods").path(ended).isEmpty();
    }

    /** Whether a Pod before the last one ran: one that was taken away, as where a queue gives its place to another. */
    public boolean hadEarlierRun() {
        return pods.stream()
                .map(PodState::new)
                .filter(other -> !other.name().equals(pod().name()))
                .anyMatch(other -> other.container().ran());
    }

    /** Whether its Pod asks for another runtime than the node's own, a sandbox as a rule. */
    public boolean hasRuntimeClass() {
        return pod().pod().at("/spec/runtimeClassName").isTextual()
                || job.at("/spec/template/spec/runtimeClassName").isTextual();
    }

    /**
     * Whether its program may have written into its own log, and had its beginning rotated away: it can in a sandbox, which a
     * RuntimeClass asks for, if it lives long enough for the kubelet to look at the size of the log.
     */
    public boolean isLogOpen() {
        return hasRuntimeClass() && !container().wasTooShortForRotation();
    }

    /** Whether the Job compiles before it runs anything: its supervisor was told so. */
    public boolean compiles() {
        JsonNode container = job.at("/spec/template/spec/containers/0");
        return StreamSupport.stream(container.path("args").spliterator(), false)
                .anyMatch(word -> word.asText().startsWith("compile="));
    }

    /** The names of its cases, in the order asked; empty if it has none. */
    public List<String> cases() {
        return annotation(CupelMetadata.CASES).map(CaseNames::parse).orElse(List.of());
    }

    /** Whether a supervisor ran the program, so that its log is frames. */
    public boolean isSupervised() {
        return annotation(CupelMetadata.CAPTURE).filter("exact"::equals).isPresent();
    }

    /** Whether someone, or collect itself, has set out to end it: how that ends, only the Job tells. */
    private boolean isMarked() {
        return Stream.of(
                        CupelMetadata.CANCELLED,
                        CupelMetadata.CAUSE,
                        CupelMetadata.NOT_STARTED,
                        CupelMetadata.PREEMPTED,
                        CupelMetadata.ALTERED)
                .anyMatch(mark -> annotation(mark).isPresent());
    }

    public Optional<Instant> cancelledAt() {
        return Timestamps.find(annotations().path(CupelMetadata.CANCELLED));
    }

    /** The asker's name for the run, exactly. */
    public String evalId() {
        return annotation(CupelMetadata.EVAL_ID)
                .orElseGet(() -> job.path("metadata")
                        .path("labels")
                        .path(CupelMetadata.EVAL_ID)
                        .asText());
    }

    /** How far a Job is that has not ended: {@code queued}, {@code starting} or {@code running}. */
    public String progress() {
        if (pod().exists()) {
            return pod().isRunning() ? "running" : "starting";
        }
        return isSuspended() ? "queued" : "starting";
    }

    public Optional<String> annotation(String name) {
        return Optional.of(annotations().path(name)).filter(JsonNode::isTextual).map(JsonNode::textValue);
    }

    public JsonNode annotations() {
        return job.path("metadata").path("annotations");
    }
}
