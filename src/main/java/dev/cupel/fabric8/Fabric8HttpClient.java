package dev.cupel.fabric8;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.vertx.VertxHttpClientBuilder;
import io.fabric8.kubernetes.client.vertx.VertxHttpClientFactory;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.vertx.core.Vertx;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.spi.tls.SslContextFactory;
import io.vertx.ext.web.client.WebClientOptions;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;

/**
 * fabric8's HTTP client on the program's own event loops, with TLS by BoringSSL where Netty has it for the machine, else as
 * Quarkus makes it. Java's own TLS is the larger part of what a function's first event takes, and slow under load: its AES is
 * fast only once the second compiler has seen it. Whom to trust is decided by the same trust managers either way.
 */
public final class Fabric8HttpClient extends VertxHttpClientFactory {
    private final Vertx vertx;
    private Optional<KeyManager> key = Optional.empty();
    private Optional<TrustManager> trusted = Optional.empty();

    private Fabric8HttpClient(Vertx vertx) {
        super(vertx);
        this.vertx = vertx;
    }

    /** @param config whom to ask, and as whom */
    public static KubernetesClient connect(Config config, Vertx vertx) {
        KubernetesClientBuilder builder = new KubernetesClientBuilder().withConfig(config);
        return (hasBoringSsl() ? builder.withHttpClientFactory(new Fabric8HttpClient(vertx)) : builder).build();
    }

    /** Takes its time when it is asked for the first time. */
    public static boolean hasBoringSsl() {
        return OpenSsl.isAvailable();
    }

    @Override
    public VertxHttpClientBuilder<VertxHttpClientFactory> newBuilder() {
        return new VertxHttpClientBuilder<>(this, vertx) {
            // fabric8 reads them from the configuration; no context of Java's own is made of them.
            @Override
            public VertxHttpClientBuilder<VertxHttpClientFactory> sslContext(
                    KeyManager[] keyManagers, TrustManager[] trustManagers) {
                key = first(keyManagers);
                trusted = first(trustManagers);
                return this;
            }
        };
    }

    /** Java's managers are one at most; fabric8 gives null where there is none. */
    private static <T> Optional<T> first(T[] managers) {
        return managers == null || managers.length == 0 ? Optional.empty() : Optional.of(managers[0]);
    }

    @Override
    protected void additionalConfig(WebClientOptions options) {
        options.setSsl(true).setSslEngineOptions(new Engine(this::context));
    }

    private SslContext context() throws SSLException {
        SslContextBuilder builder = SslContextBuilder.forClient().sslProvider(SslProvider.OPENSSL);
        key.ifPresent(builder::keyManager);
        trusted.ifPresent(builder::trustManager);
        return builder.build();
    }

    /** Vert.x copies its options, and would ask its own for a context. */
    private static final class Engine extends OpenSSLEngineOptions {
        private final SslContextFactory contexts;

        Engine(SslContextFactory contexts) {
            this.contexts = contexts;
        }

        @Override
        public SslContextFactory sslContextFactory() {
            return contexts;
        }

        @Override
        public OpenSSLEngineOptions copy() {
            return new Engine(contexts);
        }
    }
}
