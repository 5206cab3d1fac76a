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

    static boolean tellsAll(Observed seen) {
        ContainerState container = seen.container();
        boolean isKnown =
                container.exitCode().isPresent() && !container.reason().equals(ContainerState.UNKNOWN);
        return isKnown && !isContested(seen) && (isLastPhase(seen.pod()) || isOwnEnd(seen));
    }

    private static boolean isLastPhase(PodState pod) {
        return LAST_PHASES.contains(pod.phase())
                && pod.container().exitCode().filter(KILLS::contains).isEmpty();
    }

    private static boolean isContested(Observed seen) {
        PodState pod = seen.pod();
        return seen.isMarked()
                || seen.isSuspended()
                || seen.pods().size() != 1
                || pod.isBeingDeleted()
                || pod.condition("DisruptionTarget", "True").isObject();
    }

    private static boolean isOwnEnd(Observed seen) {
        return seen.isSupervised()
                && seen.container()
                        .end()
                        .lastFrameTold()
                        .filter(last -> last.ended() != Ended.STOPPED)
                        .isPresent();
    }
}
