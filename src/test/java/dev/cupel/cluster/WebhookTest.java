package dev.cupel.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real mutating webhook changes Jobs between submit and the API server's store. */
@ClusterTest
class WebhookTest {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String PASSWORD = "password";

    /** Short and in lower case, since it is part of a label. */
    private final String run = "webhook-" + UUID.randomUUID().toString().substring(0, 8);

    @TempDir
    private Path folder;

    @Test
    void whatItAltersIsDeletedAndToldAsAnErrorOrNeverStored(Cluster cluster) throws Exception {
        try (EventSink sink = EventSink.open(cluster, Map.of("correlationid", run))) {
            String manifest = manifest();
            assertEquals("", cluster.kubectl().run(manifest, "apply", "-f", "-").stderr());
            Cluster.await(
                    "the webhook",
                    LIMIT,
                    () -> cluster.client()
                            .pods()
                            .inNamespace(run)
                            .withName("webhook")
                            .isReady());
            for (String how : new String[] {"none", "env", "host"}) {
                cluster.send(request(how));
            }

            JsonNode untouched = finished(sink, "none");
            assertEquals("Completed", untouched.path("reason").asText(), untouched::toString);

            JsonNode altered = finished(sink, "env");
            assertEquals("error", altered.path("outcome").asText(), altered::toString);
            assertEquals("InvalidConfig", altered.path("reason").asText(), altered::toString);
            assertTrue(
                    altered.path("message").asText().contains("/spec/template/spec/containers/0/env was changed"),
                    altered::toString);
            Cluster.await(
                    "the Job and its Pod are gone",
                    LIMIT,
                    () -> cluster.client()
                                            .batch()
                                            .v1()
                                            .jobs()
                                            .inNamespace(Cluster.JOBS)
                                            .withName(altered.path("job_name").asText())
                                            .get()
                                    == null
                            && cluster.client()
                                    .pods()
                                    .inNamespace(Cluster.JOBS)
                                    .withLabel("eval-id", run + "-env")
                                    .list()
                                    .getItems()
                                    .isEmpty());

            // What would be soft does not even come so far: the admission policy looks after every webhook.
            Event refused = sink.await(
                    "the rejection",
                    LIMIT,
                    event -> event.get("type").equals("dev.cupel.job.rejected.v1")
                            && event.data().path("eval_id").asText().equals(run + "-host"));
            assertEquals("Refused", refused.data().path("reason").asText());
            assertTrue(
                    refused.data().path("message").asText().contains("hostNetwork"),
                    () -> refused.data().toString());
        } finally {
            cluster.kubectl().run("", "delete", "mutatingwebhookconfiguration", run, "--ignore-not-found");
            cluster.kubectl().run("", "delete", "namespace", run, "--ignore-not-found", "--wait=false");
        }
    }

    private JsonNode finished(EventSink sink, String how) {
        return sink.await(
                        "the result of " + how,
                        LIMIT,
                        event -> event.get("type").equals("dev.cupel.job.finished.v1")
                                && event.data().path("eval_id").asText().equals(run + "-" + how))
                .data();
    }

    private Event request(String how) {
        ObjectNode data = Cluster.JSON
                .createObjectNode()
                .put("eval_id", run + "-" + how)
                .put("code", how.equals("none") ? "print(1)" : "import time; time.sleep(600)");
        return Event.of("dev.cupel.job.requested.v1", "/cupel-test/webhook", run + "-" + how, data)
                .with("correlationid", run);
    }

    private String manifest() throws IOException, InterruptedException, GeneralSecurityException {
        Path file = folder.resolve("webhook.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "RSA",
                        "-alias",
                        "webhook",
                        "-dname",
                        "CN=webhook",
                        "-ext",
                        "SAN=dns:webhook." + run + ".svc",
                        "-validity",
                        "1",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        file.toString())
                .inheritIO()
                .start();
        assertEquals(0, keytool.waitFor());
        KeyStore store = KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
        Key key = store.getKey("webhook", PASSWORD.toCharArray());
        String certificate = pem("CERTIFICATE", store.getCertificate("webhook").getEncoded());
        String both = pem("PRIVATE KEY", key.getEncoded()) + certificate;
        return Cluster.resource("webhook.yaml")
                .replace("__NAME__", run)
                .replace("__RUN__", run)
                .replace("__IMAGE__", TestImage.name())
                .replace("__PEM__", Cluster.JSON.getNodeFactory().textNode(both).toString())
                .replace("__CA__", Base64.getEncoder().encodeToString(certificate.getBytes(UTF_8)));
    }

    private static String pem(String what, byte[] der) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END " + what + "-----\n";
    }
}
