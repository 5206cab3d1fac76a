package dev.cupel.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code knative/receiver}, with the image for Python that this cluster has. */
final class ReceiverOverlay {
    private ReceiverOverlay() {}

    /**
     * Writes the overlay into a folder two below that of the repository.
     *
     * @param patch of Kustomize, in YAML's flow style; empty for none
     */
    static void write(Path folder, String patch) throws IOException {
        int colon = TestImage.name().lastIndexOf(':');
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("kustomization.yaml"), """
                apiVersion: kustomize.config.k8s.io/v1beta1
                kind: Kustomization
                resources: [../../../knative/receiver]
                images: [{name: docker.io/library/python, newName: "%s", newTag: "%s"}]
                patches: [%s]
                """.formatted(
                        TestImage.name().substring(0, colon),
                        TestImage.name().substring(colon + 1),
                        patch.isEmpty() ? "" : "{patch: \"" + patch + "\"}"));
    }
}
