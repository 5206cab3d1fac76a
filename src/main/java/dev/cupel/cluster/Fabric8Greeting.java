package dev.cupel.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLSocket;

/**
 * A TLS handshake with the API server, and nothing more: what a first call waits for longest is that Java reads certificates
 * and makes keys for the first time, and this can be done while the program still starts.
 */
public final class Fabric8Greeting {
    private static final int LIMIT_MILLIS = 2_000;

    private Fabric8Greeting() {}

    /** @throws IOException if there is no handshake to be had; the first call will tell */
    public static void greet() throws IOException {
        Config config = Fabric8JobApi.config();
        URI server = URI.create(config.getMasterUrl());
        if (!"https".equals(server.getScheme())) {
            return;
        }
        int port = server.getPort() < 0 ? 443 : server.getPort();
        try (Socket plain = new Socket()) {
            var sockets = SSLUtils.sslContext(config).getSocketFactory();
            plain.connect(new InetSocketAddress(server.getHost(), port), LIMIT_MILLIS);
            plain.setSoTimeout(LIMIT_MILLIS);
            try (SSLSocket socket = (SSLSocket) sockets.createSocket(plain, server.getHost(), port, true)) {
                socket.startHandshake();
            }
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }
}
