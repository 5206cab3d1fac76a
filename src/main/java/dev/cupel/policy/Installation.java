package dev.cupel.policy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.rejection.Rejected;
import java.util.Optional;

/**
 * What an installation says of all its Jobs, beside the {@link Policy}, which says the same everywhere. The cluster's admission
 * policy reads it from the same place.
 *
 * @param supervisor what brings the supervisor into Jobs; if nothing, a manifest holds its text
 */
public record Installation(
        Images images,
        RuntimeClasses runtimeClasses,
        Queues queues,
        PodSettings pod,
        Optional<CarriedSupervisor> supervisor) {

    /** Images are the templates' to say; no Job may name a RuntimeClass or a queue, or carry a supervisor. */
    public static Installation none() {
        return new Installation(
                Images.any(), RuntimeClasses.none(), Queues.none(), PodSettings.none(), Optional.empty());
    }

    /** The same on this machine: no RuntimeClass, no queue, no image that is mounted. Nodes and pulls are ignored there. */
    public Installation onThisMachine() {
        return new Installation(images, RuntimeClasses.none(), Queues.none(), pod, Optional.empty());
    }

    /**
     * Holds a manifest that the policy takes against the installation.
     *
     * @throws Rejected with the path of what is not allowed here
     */
    public void check(JsonNode job) {
        runtimeClasses.check(job);
        queues.check(job);
        pod.check(job);
        CarriedSupervisor.check(job, supervisor);
        images.check(job);
    }
}
