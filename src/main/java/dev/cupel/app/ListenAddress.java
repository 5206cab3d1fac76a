package dev.cupel.app;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.Config;

/**
 * Where the server listens: on this machine's own address, since who can reach it can run programs. Elsewhere only where
 * somebody named a host ({@code --host}, {@code QUARKUS_HTTP_HOST}), or where it runs in a Pod for a cluster.
 */
@Singleton
public final class ListenAddress implements HttpServerOptionsCustomizer {
    public static final String LOOPBACK = "127.0.0.1";
    private static final String HOST = "quarkus.http.host";

    private final CupelConfig config;
    private final boolean isNamed;
    private String host = LOOPBACK;

    ListenAddress(CupelConfig config, Config all) {
        this.config = config;
        this.isNamed = all.getConfigValue(HOST).getSourceOrdinal() > 0; // Quarkus' own default has a very low one.
    }

    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        host = choose(options.getHost(), isNamed, config.isLocal(), ClusterConfiguration.isPod());
        options.setHost(host);
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        customizeHttpServer(options);
    }

    static String choose(String configured, boolean isNamed, boolean isLocal, boolean isPod) {
        return isNamed || (isPod && !isLocal) ? configured : LOOPBACK;
    }

    public String host() {
        return host;
    }

    /** Whether others than this machine's can reach it. */
    public boolean isOpen() {
        return !host.startsWith("127.") && !host.equals("localhost") && !host.equals("::1") && !host.equals("[::1]");
    }
}
