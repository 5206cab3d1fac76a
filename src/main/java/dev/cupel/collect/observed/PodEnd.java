package dev.cupel.collect.observed;

import dev.cupel.collect.captured.RunEnd.Ended;
import dev.cupel.collect.captured.SupervisorCode;
import java.util.Set;

/**
 * Whether the Pod of a Job that has not ended tells all that the Job will tell, some two seconds later. What is told now
 * must be what is told then, so whatever may still get another story is left to the Job.
 *
 * <p>The kubelet shows a container as terminated at once, but why it had ended it (a deadline, an eviction) only with the
 * Pod's last phase, when nothing of the Pod is left. So until then the end must be one that nobody else brought about: the
 * supervisor's last frame says so, and no rule of the judge sets anything above it that is not known already. After that,
 * any code will do but those of a kill: what killed it may be told by whoever deletes the Pod. And wherever somebody has
 * set out to end the Job or its Pod, it is the Job that tells how that came out.
 */
final class PodEnd {
    private static final Set<String> LAST_PHASES = Set.of("Succeeded", "Failed");
    private static final Set<Integer> KILLS = Set.of(SupervisorCode.KILLED, SupervisorCode.STOPPED);

    private PodEnd() {}

    /** @param isSupervised whether its container's termination message is a supervisor's last frame */
    static boolean tellsAll(PodState pod, boolean isSupervised) {
        ContainerState container = pod.container();
        boolean isKnown =
                container.exitCode().isPresent() && !container.reason().equals(ContainerState.UNKNOWN);
        boolean isTakenAway = pod.isBeingDeleted()
                || pod.condition("DisruptionTarget", "True").isObject();
        return isKnown && !isTakenAway && (isLastPhase(pod) || (isSupervised && isOwnEnd(container)));
    }

    private static boolean isLastPhase(PodState pod) {
        return LAST_PHASES.contains(pod.phase())
                && pod.container().exitCode().filter(KILLS::contains).isEmpty();
    }

    private static boolean isOwnEnd(ContainerState container) {
        return container
                .end()
                .lastFrameTold()
                .filter(last -> last.ended() != Ended.STOPPED)
                .isPresent();
    }
}
