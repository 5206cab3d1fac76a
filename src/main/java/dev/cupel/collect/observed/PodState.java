package dev.cupel.collect.observed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.cupel.kubernetes.CupelMetadata;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A Pod as the API server says it; empty in every part where there is none. */
public record PodState(JsonNode pod) {
    /** The one that tells how the Job ended: the last made, since a Job replaces a Pod only after it failed. */
    static PodState latestOf(List<? extends JsonNode> pods) {
        return pods.stream()
                .max(Comparator.comparing((JsonNode pod) ->
                                pod.path("metadata").path("creationTimestamp").asText())
                        .thenComparing(pod -> pod.path("metadata").path("name").asText()))
                .<PodState>map(PodState::new)
                .orElseGet(() -> new PodState(MissingNode.getInstance()));
    }

    public boolean exists() {
        return pod.isObject();
    }

    public String name() {
        return pod.path("metadata").path("name").asText();
    }

    boolean isRunning() {
        return phase().equals("Running");
    }

    String phase() {
        return pod.path("status").path("phase").asText();
    }

    boolean isBeingDeleted() {
        return pod.path("metadata").path("deletionTimestamp").isTextual();
    }

    /** As in {@code Evicted}; empty for most Pods. */
    public String reason() {
        return pod.path("status").path("reason").asText();
    }

    public String message() {
        return pod.path("status").path("message").asText();
    }

    public Optional<Instant> scheduledAt() {
        return Timestamps.find(condition("PodScheduled", "True").path("lastTransitionTime"));
    }

    /** What its node did not enforce. Only local mode sets it; the policy does not let a manifest say it. */
    public List<String> unenforced() {
        String names = pod.path("metadata")
                .path("annotations")
                .path(CupelMetadata.UNENFORCED)
                .asText();
        return names.isEmpty() ? List.of() : List.of(names.split(",", -1));
    }

    public Optional<Instant> createdAt() {
        return Timestamps.find(pod.path("metadata").path("creationTimestamp"));
    }

    /** Whether it has a node, whose kubelet then minds its deadline. */
    public boolean isBound() {
        return pod.path("spec").path("nodeName").isTextual();
    }

    /** How long its kubelet lets it run, from when it took the Pod. */
    public Optional<Duration> deadline() {
        JsonNode seconds = pod.path("spec").path("activeDeadlineSeconds");
        return seconds.isIntegralNumber() ? Optional.of(Duration.ofSeconds(seconds.longValue())) : Optional.empty();
    }

    /** The condition of that type and status, or a missing node. */
    public JsonNode condition(String type, String status) {
        return Conditions.find(pod, type, status);
    }

    public ContainerState container() {
        return container("containerStatuses", CupelMetadata.EVALUATION);
    }

    /** The one that runs before it and copies the supervisor, where that is how it comes. */
    public ContainerState copier() {
        return container("initContainerStatuses", CupelMetadata.SUPERVISOR);
    }

    private ContainerState container(String kind, String name) {
        JsonNode statuses = pod.path("status").path(kind);
        for (JsonNode status : statuses) {
            if (status.path("name").asText().equals(name)) {
                return new ContainerState(status, reason());
            }
        }
        return new ContainerState(statuses.path(0), reason());
    }
}
