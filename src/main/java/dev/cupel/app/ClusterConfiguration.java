package dev.cupel.app;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Whether this machine or Pod knows a cluster, by the places where Kubernetes' clients look. */
public final class ClusterConfiguration {
    private ClusterConfiguration() {}

    static boolean isThere() {
        return isPod()
                || variable("KUBECONFIG").isPresent()
                || variable("KUBERNETES_MASTER").isPresent()
                || Files.isRegularFile(Path.of(System.getProperty("user.home"), ".kube", "config"));
    }

    /** Whether this process runs in a Pod, where the kubelet says how the API server is reached. */
    public static boolean isPod() {
        return variable("KUBERNETES_SERVICE_HOST").isPresent();
    }

    /** What is wrong where a kubeconfig is named: without it the client would go to another cluster, or to none. */
    static Optional<String> fault() {
        return variable("KUBECONFIG")
                .filter(paths ->
                        Arrays.stream(paths.split(File.pathSeparator)).noneMatch(ClusterConfiguration::isReadable))
                .map(paths -> "KUBECONFIG names no file that can be read: " + paths);
    }

    private static boolean isReadable(String path) {
        return !path.isEmpty() && Files.isReadable(Path.of(path)) && Files.isRegularFile(Path.of(path));
    }

    private static Optional<String> variable(String name) {
        return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isBlank());
    }
}
