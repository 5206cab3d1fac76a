package dev.cupel.cli.serve;

import dev.cupel.app.ClusterConfiguration;
import dev.cupel.app.CupelConfig;
import dev.cupel.app.ExitCode;
import dev.cupel.app.ListenAddress;
import dev.cupel.kubernetes.JobApi;
import dev.cupel.local.LocalJobApi;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.vertx.http.HttpServer;
import jakarta.enterprise.inject.Instance;
import java.util.Locale;
import org.jboss.logging.Logger;

/** The body of {@code cupel serve}: says in one line what was started, and waits for its end. */
public final class ServeApplication implements QuarkusApplication {
    private static final Logger LOG = Logger.getLogger(ServeApplication.class);

    private final CupelConfig config;
    private final ListenAddress address;
    private final HttpServer server;
    private final ClusterConfiguration cluster;
    private final Instance<JobApi> jobs;

    ServeApplication(
            CupelConfig config,
            ListenAddress address,
            HttpServer server,
            ClusterConfiguration cluster,
            Instance<JobApi> jobs) {
        this.config = config;
        this.cluster = cluster;
        this.address = address;
        this.server = server;
        this.jobs = jobs;
    }

    @Override
    public int run(String... args) {
        LOG.infof(
                "serving %s on %s port %d, %s",
                config.role().name().toLowerCase(Locale.ROOT),
                address.host(),
                server.getPort(),
                config.isLocal() ? here() : cluster());
        Quarkus.waitForExit();
        return ExitCode.OK;
    }

    private String here() {
        boolean isSandboxed = jobs.get() instanceof LocalJobApi local && local.isSandboxed();
        return "jobs run on this machine, " + (isSandboxed ? "in a sandbox (bubblewrap)" : "UNSANDBOXED")
                + (address.isOpen() ? "; whoever reaches this port can run programs here" : "");
    }

    private String cluster() {
        return "jobs run in namespace " + config.namespace() + " of the cluster at " + cluster.url()
                + (address.isOpen() || ClusterConfiguration.isPod()
                        ? ""
                        : "; only this machine reaches this port, QUARKUS_HTTP_HOST=0.0.0.0 opens it");
    }
}
