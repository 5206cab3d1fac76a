package dev.cupel.app;

import dev.cupel.fabric8.Fabric8HttpClient;
import dev.cupel.http.door.Role;
import dev.cupel.kubernetes.JobApi;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import java.util.EnumSet;
import java.util.Set;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logging.Logger;

/**
 * Makes the connection to the cluster beside the rest of the start, where the first event needs it in any case: of
 * submit and of collect. Elsewhere it is made when it is first needed.
 */
@ApplicationScoped
class EarlyConnection {
    private static final Logger LOG = Logger.getLogger(EarlyConnection.class);
    private static final Set<Role> NEEDING = EnumSet.of(Role.SUBMIT, Role.COLLECT);

    /** TLS needs no configuration. Before there is a {@link CupelConfig}, which says what is wrong with a role. */
    void begin(@Observes @Initialized(ApplicationScoped.class) Object started) {
        ConfigProvider.getConfig()
                .getOptionalValue("cupel.role", String.class)
                .filter(named -> NEEDING.stream().anyMatch(role -> role.name().equalsIgnoreCase(named)))
                .ifPresent(_ -> beside(Fabric8HttpClient::hasBoringSsl));
    }

    void make(@Observes StartupEvent started, CupelConfig config, Instance<JobApi> jobs) {
        if (NEEDING.contains(config.role()) && !config.isLocal()) {
            beside(jobs::get);
        }
    }

    private static void beside(Runnable work) {
        Thread.ofPlatform().daemon().name("connection").start(() -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                LOG.debug("the first event will try again", e);
            }
        });
    }
}
