package dev.cupel.collect.observed;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.collect.captured.SignalNames;
import dev.cupel.collect.frames.ContainerEnd;
import dev.cupel.kubernetes.CupelMetadata;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * The status of the container named {@value CupelMetadata#EVALUATION}, as the Pod has it; empty in every part where
 * there is none.
 */
public record ContainerState(JsonNode status, String podReason) {

    /** Terminated, but never ran: the runtime could not start it. */
    public static final Set<String> NOT_STARTED = Set.of("StartError", "ContainerCannotRun", "PostStartHookError");

    /** The kubelet looks every ten seconds (containerLogMonitorInterval), and no oftener than every three. */
    private static final Duration TOO_SHORT_FOR_ROTATION = Duration.ofSeconds(3);

    /** The kubelet does not know what became of it. */
    public static final String UNKNOWN = "ContainerStatusUnknown";

    public String waitingReason() {
        return status.path("state").path("waiting").path("reason").asText();
    }

    public String waitingMessage() {
        return status.path("state").path("waiting").path("message").asText();
    }

    private JsonNode terminated() {
        return status.path("state").path("terminated");
    }

    public boolean isRunning() {
        return status.path("state").path("running").isObject();
    }

    /** Why it terminated, as in {@code Completed}, {@code Error}, {@code OOMKilled}; empty if it did not. */
    public String reason() {
        return terminated().path("reason").asText();
    }

    public String message() {
        return terminated().path("message").asText();
    }

    public Optional<Integer> exitCode() {
        JsonNode code = terminated().path("exitCode");
        return code.isInt() ? Optional.of(code.intValue()) : Optional.empty();
    }

    /** The signal's name, for runtimes that give one; containerd does not. */
    public Optional<String> signal() {
        return SignalNames.nameOf(terminated().path("signal").asInt());
    }

    public Optional<Instant> startedAt() {
        return Timestamps.find(terminated().path("startedAt"))
                .or(() -> Timestamps.find(status.path("state").path("running").path("startedAt")));
    }

    public Optional<Instant> finishedAt() {
        return Timestamps.find(terminated().path("finishedAt"));
    }

    /** Whether the program may have run: the container did, for however short a time. */
    public boolean ran() {
        return isRunning() || (terminated().isObject() && !NOT_STARTED.contains(reason()) && !isMadeUp());
    }

    /**
     * What still waits at the Pod's deadline the kubelet calls terminated as well, with code 137, and "could not be located". It
     * says the same of one that ran in a Pod that was evicted.
     */
    private boolean isMadeUp() {
        if (!podReason.equals("DeadlineExceeded")) {
            return false;
        }
        boolean hasId = !status.path("containerID").asText().isEmpty();
        return reason().equals(UNKNOWN) && !hasId && startedAt().isEmpty();
    }

    public Optional<String> imageId() {
        return Optional.of(status.path("imageID").asText()).filter(id -> !id.isEmpty());
    }

    /** Whether it was gone before a kubelet could have looked at the size of its log. */
    public boolean wasTooShortForRotation() {
        Instant started = startedAt().orElse(Instant.MIN);
        return finishedAt()
                .filter(finished -> finished.isBefore(started.plus(TOO_SHORT_FOR_ROTATION)))
                .isPresent();
    }

    public ContainerEnd end() {
        return new ContainerEnd(exitCode(), Optional.of(message()));
    }
}
