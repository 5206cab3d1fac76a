package dev.cupel.policy;

import java.util.Optional;

/** Installations that say one thing or two. */
public final class Installations {
    private Installations() {}

    public static Installation of(Images images) {
        return new Installation(images, RuntimeClasses.none(), Queues.none(), PodSettings.none(), Optional.empty());
    }

    public static Installation of(RuntimeClasses runtimeClasses) {
        return of(runtimeClasses, Queues.none());
    }

    public static Installation of(Queues queues) {
        return of(RuntimeClasses.none(), queues);
    }

    public static Installation of(RuntimeClasses runtimeClasses, Queues queues) {
        return new Installation(Images.any(), runtimeClasses, queues, PodSettings.none(), Optional.empty());
    }

    public static Installation of(PodSettings pod) {
        return new Installation(Images.any(), RuntimeClasses.none(), Queues.none(), pod, Optional.empty());
    }

    public static Installation of(RuntimeClasses runtimeClasses, CarriedSupervisor supervisor) {
        return new Installation(
                Images.any(), runtimeClasses, Queues.none(), PodSettings.none(), Optional.of(supervisor));
    }
}
