package dev.cupel.app;

import io.fabric8.kubernetes.client.Config;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * Which cluster this machine or Pod knows: {@code quarkus.kubernetes-client.*}, and the places where fabric8's client looks by
 * itself. The client cannot be asked whether there is one: where it finds none it takes an address that every Pod knows.
 */
@Singleton
public final class ClusterConfiguration {
    private final Instance<Config> found;

    ClusterConfiguration(Instance<Config> found) {
        this.found = found;
    }

    /** Where the API server is, for people. In a Pod no file is read for it. */
    public String url() {
        boolean byPodAlone = isPod() && !isSet() && variable("KUBECONFIG").isEmpty();
        return byPodAlone
                ? "https://" + System.getenv("KUBERNETES_SERVICE_HOST") + ":"
                        + variable("KUBERNETES_SERVICE_PORT").orElse("443") + "/"
                : found.get().getMasterUrl();
    }

    static boolean isThere() {
        return isSet()
                || isPod()
                || variable("KUBECONFIG").isPresent()
                || variable("KUBERNETES_MASTER").isPresent()
                || Files.isRegularFile(Path.of(System.getProperty("user.home"), ".kube", "config"));
    }

    private static boolean isSet() {
        return setting("api-server-url").or(ClusterConfiguration::kubeconfig).isPresent();
    }

    /** Whether this process runs in a Pod, where the kubelet says how the API server is reached. */
    public static boolean isPod() {
        return variable("KUBERNETES_SERVICE_HOST").isPresent();
    }

    /** What is wrong where a kubeconfig is named: without it the client would go to another cluster, or to none. */
    static Optional<String> fault() {
        if (kubeconfig().isPresent()) {
            return kubeconfig()
                    .filter(path -> !isReadable(path))
                    .map(path -> "quarkus.kubernetes-client.kubeconfig-file names no file that can be read: " + path);
        }
        return variable("KUBECONFIG")
                .filter(paths ->
                        Arrays.stream(paths.split(File.pathSeparator)).noneMatch(ClusterConfiguration::isReadable))
                .map(paths -> "KUBECONFIG names no file that can be read: " + paths);
    }

    private static boolean isReadable(String path) {
        return !path.isEmpty() && Files.isReadable(Path.of(path)) && Files.isRegularFile(Path.of(path));
    }

    private static Optional<String> kubeconfig() {
        return setting("kubeconfig-file");
    }

    private static Optional<String> setting(String name) {
        return ConfigProvider.getConfig().getOptionalValue("quarkus.kubernetes-client." + name, String.class);
    }

    private static Optional<String> variable(String name) {
        return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isBlank());
    }
}
