package dev.cupel.app;

import java.nio.file.Files;
import java.nio.file.Path;

/** Whether this machine or pod knows a cluster, by the places where Kubernetes' clients look. */
final class ClusterConfiguration {
    private ClusterConfiguration() {}

    static boolean isThere() {
        return System.getenv("KUBERNETES_SERVICE_HOST") != null
                || System.getenv("KUBECONFIG") != null
                || Files.isRegularFile(Path.of(System.getProperty("user.home"), ".kube", "config"));
    }
}
