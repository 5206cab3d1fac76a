package dev.cupel.app;

import dev.cupel.fabric8.Fabric8DryRun;
import dev.cupel.kubernetes.DryRun;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.quarkus.kubernetes.client.runtime.internal.KubernetesClientUtils;
import java.util.Optional;

/** The cluster that this machine knows, for a command that starts no server. */
public final class ClusterConnection {
    private ClusterConnection() {}

    /** Why there is none to ask. */
    public static Optional<String> fault() {
        return ClusterConfiguration.fault()
                .or(() -> ClusterConfiguration.isThere()
                        ? Optional.empty()
                        : Optional.of("no cluster is configured; set KUBECONFIG, or run in a Pod of the cluster"));
    }

    /** By the settings of the server's own client. */
    public static DryRun dryRun(CupelConfig config) {
        KubernetesClient client = KubernetesClientUtils.createClient();
        client.getConfiguration().setRequestRetryBackoffLimit(0); // Somebody waits, who can ask again.
        return new Fabric8DryRun(client, config.apiTimeout());
    }
}
