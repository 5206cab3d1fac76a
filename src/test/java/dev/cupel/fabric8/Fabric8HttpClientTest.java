package dev.cupel.fabric8;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.cupel.TestTags;
import dev.cupel.kubernetes.JobApi;
import dev.cupel.kubernetes.JobName;
import dev.cupel.rejection.Unavailable;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.netty.handler.ssl.OpenSsl;
import io.vertx.core.Vertx;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Whom the client trusts, on real connections: with BoringSSL as with Java's own TLS. */
@Tag(TestTags.SLOW)
class Fabric8HttpClientTest {
    private static final JobName NAME = new JobName("eval-x");
    private static final String PASSWORD = "secret";

    private final Vertx vertx = Vertx.vertx();
    private final List<String> callers = Collections.synchronizedList(new ArrayList<>());
    private Optional<HttpsServer> server = Optional.empty();

    @TempDir
    private static Path folder;

    @BeforeAll
    static void makeCertificates() throws Exception {
        makeKey("server", "san=ip:127.0.0.1");
        makeKey("elsewhere", "san=ip:127.0.0.9");
        makeKey("caller", "san=dns:caller");
    }

    @AfterEach
    void stop() throws Exception {
        server.ifPresent(running -> running.stop(0));
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "the jars of other systems are left out; there it is Java's TLS")
    void boringSslIsThere() {
        assertTrue(OpenSsl.isAvailable(), () -> String.valueOf(OpenSsl.unavailabilityCause()));
    }

    @Test
    void asksAServerWhoseCertificateItTrusts() throws Exception {
        assertEquals(Optional.empty(), jobs("server", "server", false).findJob(NAME));
        assertEquals(List.of("nobody"), callers);
    }

    @Test
    void saysWhoItIsByItsCertificate() throws Exception {
        assertEquals(Optional.empty(), jobs("server", "server", true).findJob(NAME));
        assertEquals(List.of("CN=caller"), callers);
    }

    @Test
    void sendsNothingToAServerWhoseCertificateItDoesNotTrust() throws Exception {
        JobApi jobs = jobs("server", "caller", false);
        assertThrows(Unavailable.class, () -> jobs.findJob(NAME));
        assertEquals(List.of(), callers);
    }

    @Test
    void sendsNothingToAServerOfAnotherName() throws Exception {
        JobApi jobs = jobs("elsewhere", "elsewhere", false);
        assertThrows(Unavailable.class, () -> jobs.findJob(NAME));
        assertEquals(List.of(), callers);
    }

    private JobApi jobs(String has, String trusts, boolean withCertificate) throws Exception {
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl("https://127.0.0.1:" + listen(has) + "/")
                .withCaCertFile(folder.resolve(trusts + ".crt").toString())
                .withRequestRetryBackoffLimit(0)
                .build();
        if (withCertificate) {
            config.setClientCertFile(folder.resolve("caller.crt").toString());
            byte[] key =
                    store("caller").getKey("caller", PASSWORD.toCharArray()).getEncoded();
            config.setClientKeyData(Base64.getEncoder().encodeToString(pem(key).getBytes(StandardCharsets.UTF_8)));
            config.setClientKeyAlgo("EC");
        }
        return new Fabric8JobApi(Fabric8HttpClient.connect(config, vertx), "crucible", Duration.ofSeconds(10));
    }

    /** A server that knows nothing, and takes a certificate where it is given one. */
    private int listen(String has) throws Exception {
        HttpsServer https = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store(has), PASSWORD.toCharArray());
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        KeyStore callersStore = KeyStore.getInstance("PKCS12");
        callersStore.load(null, null);
        callersStore.setCertificateEntry("caller", store("caller").getCertificate("caller"));
        trusted.init(callersStore);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trusted.getTrustManagers(), null);
        https.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters wanted = getSSLContext().getDefaultSSLParameters();
                wanted.setWantClientAuth(true);
                parameters.setSSLParameters(wanted);
            }
        });
        https.createContext("/", exchange -> {
            callers.add(caller((com.sun.net.httpserver.HttpsExchange) exchange));
            byte[] answer = "{\"kind\": \"Status\"}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(404, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        https.start();
        server = Optional.of(https);
        return https.getAddress().getPort();
    }

    private static String caller(com.sun.net.httpserver.HttpsExchange exchange) {
        try {
            return exchange.getSSLSession().getPeerPrincipal().getName();
        } catch (javax.net.ssl.SSLPeerUnverifiedException e) {
            return "nobody";
        }
    }

    private static String pem(byte[] key) {
        return "-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder().encodeToString(key)
                + "\n-----END PRIVATE KEY-----\n";
    }

    private static KeyStore store(String name) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream file = Files.newInputStream(folder.resolve(name + ".p12"))) {
            store.load(file, PASSWORD.toCharArray());
        }
        return store;
    }

    /** A key and its own certificate, NAME.p12 and NAME.crt. */
    private static void makeKey(String name, String extension) throws Exception {
        keytool("-genkeypair -keyalg EC -alias " + name + " -dname CN=" + name + " -ext " + extension, name);
        keytool("-exportcert -rfc -alias " + name + " -file " + folder.resolve(name + ".crt"), name);
    }

    private static void keytool(String arguments, String name) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments.split(" ")));
        command.addAll(List.of(
                "-storepass",
                PASSWORD,
                "-keystore",
                folder.resolve(name + ".p12").toString()));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, keytool.waitFor(), said);
    }
}
