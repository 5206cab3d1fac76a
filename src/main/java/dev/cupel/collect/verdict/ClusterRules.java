package dev.cupel.collect.verdict;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.collect.captured.LogEvidence;
import dev.cupel.collect.captured.SupervisorCode;
import dev.cupel.collect.observed.ContainerState;
import dev.cupel.collect.observed.Observed;
import dev.cupel.collect.observed.PodState;
import dev.cupel.collect.observed.Timestamps;
import dev.cupel.kubernetes.CupelMetadata;
import dev.cupel.kubernetes.Refusal;
import dev.cupel.rejection.Quoted;
import dev.cupel.result.Reason;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the cluster says of a run that it did not let run to its end. Kubernetes' own words, each with its reason. */
public final class ClusterRules {
    private static final int LONGEST_QUOTE = 300;
    private static final Set<Integer> STOPPED_FROM_OUTSIDE = Set.of(SupervisorCode.KILLED, SupervisorCode.STOPPED);

    private static final Map<String, Reason> POD_REASONS = Map.ofEntries(
            Map.entry("Evicted", Reason.EVICTED),
            Map.entry("Preempting", Reason.EVICTED),
            Map.entry("NodeLost", Reason.NODE_LOST),
            Map.entry("NodeShutdown", Reason.NODE_LOST),
            Map.entry("Shutdown", Reason.NODE_LOST),
            // A graceful shutdown of the node; the kubelet writes this for nothing else.
            Map.entry("Terminated", Reason.NODE_LOST),
            Map.entry("NodeAffinity", Reason.UNSCHEDULABLE),
            Map.entry("UnexpectedAdmissionError", Reason.UNSCHEDULABLE));

    /** As in {@code OutOfcpu}, {@code OutOfephemeral-storage}: the kubelet had no room after all. */
    private static final String NO_ROOM = "OutOf";

    /**
     * What a kubelet (1.35, {@code pkg/kubelet/eviction/helpers.go}) says of a Pod that wrote more than it may. What it
     * says of
     * one that had to make room for others begins with "The node".
     */
    private static final List<String> OWN_DISK = List.of(
            "Usage of EmptyDir volume ",
            "Container " + CupelMetadata.EVALUATION + " exceeded its local ephemeral storage limit ",
            "Pod ephemeral local storage usage exceeds the total limit of containers ");

    private static final Set<String> NODE_IS_GONE = Set.of("DeletionByTaintManager", "DeletionByPodGC");

    private static final Map<String, Reason> WAITING_REASONS = Map.ofEntries(
            Map.entry("ErrImagePull", Reason.IMAGE_PULL_FAILED),
            Map.entry("ImagePullBackOff", Reason.IMAGE_PULL_FAILED),
            Map.entry("InvalidImageName", Reason.IMAGE_PULL_FAILED),
            Map.entry("ErrImageNeverPull", Reason.IMAGE_PULL_FAILED),
            Map.entry("ImageInspectError", Reason.IMAGE_PULL_FAILED),
            Map.entry("RegistryUnavailable", Reason.IMAGE_PULL_FAILED),
            Map.entry("SignatureValidationFailed", Reason.IMAGE_PULL_FAILED),
            Map.entry("CreateContainerConfigError", Reason.INVALID_CONFIG),
            Map.entry("CreateContainerError", Reason.INVALID_CONFIG),
            Map.entry("PreCreateHookError", Reason.START_FAILED),
            Map.entry("PreStartHookError", Reason.START_FAILED),
            Map.entry("RunContainerError", Reason.START_FAILED));

    private static final String NOTE_SEPARATOR = ": ";

    private ClusterRules() {}

    /** A Job that was not stored as it was sent: whatever it did, it was not what someone asked for. */
    static Optional<Verdict> altered(Observed seen) {
        return seen.annotation(CupelMetadata.ALTERED)
                .map(what -> new Verdict.NotRun(Reason.INVALID_CONFIG, Optional.of(what)));
    }

    /**
     * What collect itself noted when it ended the Job because it did not start. It may just have started then, and was
     * stopped for it all the same; what ended by itself before that keeps its own end.
     */
    static Optional<Verdict> noted(Observed seen, ProgramStart start) {
        if (seen.container().ran() && !isCutShort(seen)) {
            return Optional.empty();
        }
        String late = start == ProgramStart.SHOWN ? " Its program had just started, and was stopped for this." : "";
        return seen.annotation(CupelMetadata.CAUSE).flatMap(note -> {
            String[] parts = note.split(NOTE_SEPARATOR, 2);
            Optional<String> detail = Optional.of(parts[parts.length - 1]).filter(_ -> parts.length == 2);
            return Arrays.stream(Reason.values())
                    .filter(reason -> reason.wireName().equals(parts[0]))
                    .findFirst()
                    .map(reason -> new Verdict.NotRun(
                            reason,
                            Optional.of((detail.orElse("") + late).strip()).filter(text -> !text.isEmpty())));
        });
    }

    /** What {@link #noted} reads. */
    public static String note(Verdict.NotRun cause) {
        return cause.why().wireName()
                + cause.detail().map(NOTE_SEPARATOR::concat).orElse("");
    }

    /** A Pod that the kubelet evicted for what its own program had written, and not to make room for others. */
    static Optional<Verdict> diskExceeded(PodState pod) {
        // Its program cannot write into the one for the supervisor.
        boolean isOther = pod.message().startsWith("Usage of EmptyDir volume \"" + CupelMetadata.SUPERVISOR + "\" ");
        return pod.reason().equals("Evicted") && !isOther && OWN_DISK.stream().anyMatch(pod.message()::startsWith)
                ? Optional.of(new Verdict.DiskExceeded(quote(pod.message())))
                : Optional.empty();
    }

    /** A queue that takes a Job off its node suspends it; the Job controller may count its Pod as failed for that. */
    static Optional<Verdict> preempted(Observed seen) {
        boolean failedOfIt = seen.isSuspended() && seen.failure().isObject() && seen.mayHaveRun();
        return seen.isPreempted() || failedOfIt
                ? Optional.of(new Verdict.NotRun(
                        Reason.EVICTED, Optional.of("Its queue took it back, and it is not started a second time.")))
                : Optional.empty();
    }

    /** A Pod that was taken off its node, or lost with it, or that the node refused. */
    static Optional<Verdict> disrupted(PodState pod) {
        Reason told = pod.reason().startsWith(NO_ROOM) ? Reason.UNSCHEDULABLE : POD_REASONS.get(pod.reason());
        if (told != null) {
            return notRun(told, pod.message());
        }
        JsonNode disruption = pod.condition("DisruptionTarget", "True");
        if (disruption.isObject() && !isTooLate(disruption, pod.container())) {
            boolean nodeIsGone = NODE_IS_GONE.contains(disruption.path("reason").asText());
            return notRun(
                    nodeIsGone ? Reason.NODE_LOST : Reason.EVICTED,
                    disruption.path("message").asText());
        }
        return pod.container().ran() && pod.container().reason().equals(ContainerState.UNKNOWN)
                ? notRun(Reason.NODE_LOST, pod.container().message())
                : Optional.empty();
    }

    /** Whoever takes a Pod off its node says so first: what ended by itself before that keeps its own end. */
    private static boolean isTooLate(JsonNode disruption, ContainerState container) {
        boolean isCutShort =
                container.exitCode().map(STOPPED_FROM_OUTSIDE::contains).orElse(true);
        return !isCutShort
                && Timestamps.find(disruption.path("lastTransitionTime"))
                        .filter(since ->
                                container.finishedAt().filter(since::isAfter).isPresent())
                        .isPresent();
    }

    /** A container that waits for what will not come, or that the runtime could not start; or the one before it failed. */
    public static Optional<Verdict> notStarted(PodState pod) {
        ContainerState copier = pod.copier();
        return notStarted(pod.container()).or(() -> notStarted(copier)).or(() -> notCopied(copier));
    }

    /** What was stopped from outside has a reason that others tell. */
    private static Optional<Verdict> notCopied(ContainerState copier) {
        boolean stopped =
                copier.exitCode().filter(STOPPED_FROM_OUTSIDE::contains).isPresent()
                        && !copier.reason().equals("OOMKilled");
        return copier.exitCode()
                .filter(code -> code != 0 && !stopped)
                .flatMap(code -> notRun(
                        Reason.START_FAILED,
                        "The supervisor was not copied: code " + code + ", " + copier.reason() + ": "
                                + copier.message()));
    }

    private static Optional<Verdict> notStarted(ContainerState container) {
        Reason told = WAITING_REASONS.get(container.waitingReason());
        if (told != null) {
            return notRun(told, container.waitingReason() + ": " + container.waitingMessage());
        }
        return ContainerState.NOT_STARTED.contains(container.reason())
                ? notRun(Reason.START_FAILED, container.message())
                : Optional.empty();
    }

    /** A Pod that no node takes, or that may not be made. */
    public static Optional<Verdict> notPlaced(Observed seen) {
        JsonNode scheduled = seen.pod().condition("PodScheduled", "False");
        if (scheduled.path("reason").asText().equals("Unschedulable")) {
            return notRun(Reason.UNSCHEDULABLE, scheduled.path("message").asText());
        }
        return seen.pod().exists()
                ? Optional.empty()
                : seen.createFailure().flatMap(why -> notRun(notCreated(why), why));
    }

    /**
     * Why a Pod could not be made. A quota under load also says "cannot be fulfilled on resourcequotas": two creations
     * met. What is
     * neither that nor a refusal may pass, such as a time-out.
     */
    private static Reason notCreated(String why) {
        if (why.contains("quota")) {
            return Reason.QUOTA_EXCEEDED;
        }
        boolean refused = Refusal.isByAdmission(why) || why.contains("is forbidden") || why.contains("is invalid");
        return refused ? Reason.INVALID_CONFIG : Reason.START_FAILED;
    }

    /**
     * A deletion ends a run only where the program had not ended before it; the Job's own deadline deletes its Pod as
     * well.
     */
    static Optional<Verdict> deleted(Observed seen) {
        return seen.isDeletedEarly() && isCutShort(seen) && !seen.isPastDeadline()
                ? notRun(Reason.JOB_DELETED, "")
                : Optional.empty();
    }

    private static boolean isCutShort(Observed seen) {
        return seen.container().exitCode().map(STOPPED_FROM_OUTSIDE::contains).orElse(true);
    }

    /** A run that has ended without a program, and of which nothing else says why. */
    static Optional<Verdict> neverStarted(Observed seen, LogEvidence log) {
        ContainerState container = seen.container();
        if (container.ran()) {
            String silent = "The container ended with code %s (%s) and wrote nothing."
                    .formatted(container.exitCode().map(Object::toString).orElse("unknown"), container.reason());
            return Optional.of(new Verdict.NotRun(
                    Reason.START_FAILED,
                    log.complaint().map(ClusterRules::quote).or(() -> Optional.of(silent))));
        }
        if (!seen.hasEnded() || !seen.pod().exists() || seen.isPastDeadline()) {
            return Optional.empty();
        }
        return notRun(
                Reason.START_FAILED,
                Stream.of(seen.pod().reason(), seen.pod().message())
                        .filter(text -> !text.isEmpty())
                        .collect(Collectors.joining(": ")));
    }

    /** Kubernetes keeps the Pod of a Job that has ended by itself as long as the Job. */
    private static Optional<Verdict> podGone(Observed seen) {
        return seen.hasEnded() && seen.mayHaveRun() && !seen.pod().exists()
                ? notRun(Reason.JOB_DELETED, seen.failure().path("message").asText())
                : Optional.empty();
    }

    /** Where the Pod tells nothing, the Job may still. */
    static Optional<Verdict> jobAlone(Observed seen) {
        if (seen.isPastDeadline()) {
            String what = seen.pod().exists()
                    ? "It did not start before its deadline."
                    : "Nothing says that it had started before the Job's deadline.";
            return Optional.of(new Verdict.NotRun(Reason.START_FAILED, Optional.of(what)));
        }
        boolean success = seen.isComplete() && !seen.pod().exists() && !seen.isSupervised();
        return success ? Optional.of(new Verdict.Exited(0)) : podGone(seen);
    }

    /** For a verdict that says nothing is known: what there was. */
    static String whatIsLeft(Observed seen, ProgramStart start) {
        return start == ProgramStart.SHOWN ? left(seen) : left(seen) + " Nothing says whether its program had started.";
    }

    private static String left(Observed seen) {
        if (!seen.pod().exists()) {
            return "There is no Pod. " + quote(seen.failure().path("message").asText());
        }
        String phase = seen.pod().pod().path("status").path("phase").asText("Unknown");
        return "The Pod is %s, %s."
                .formatted(
                        phase,
                        seen.container()
                                .exitCode()
                                .map(code -> "its container exited with code %d and its last frame is missing"
                                        .formatted(code))
                                .orElse("its container has not ended"));
    }

    private static Optional<Verdict> notRun(Reason why, String detail) {
        return Optional.of(new Verdict.NotRun(why, Optional.of(quote(detail)).filter(text -> !text.isEmpty())));
    }

    /** Text from outside is quoted and cut, in one line, and without what a terminal would act on. */
    private static String quote(String outside) {
        if (outside.isBlank()) {
            return "";
        }
        String text = Quoted.message(outside.strip().replaceAll("\\s+", " "));
        int end = text.offsetByCodePoints(0, Math.min(LONGEST_QUOTE, text.codePointCount(0, text.length())));
        return '"' + text.substring(0, end).strip() + (end < text.length() ? "…" : "") + '"';
    }
}
