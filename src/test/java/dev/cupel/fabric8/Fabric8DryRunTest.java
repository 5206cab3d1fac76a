package dev.cupel.fabric8;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import dev.cupel.TestTags;
import dev.cupel.kubernetes.DryRun;
import dev.cupel.rejection.Unavailable;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is made of an API server's words about an object that it is not to store. */
@Tag(TestTags.SLOW)
class Fabric8DryRunTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    private final DryRun dryRun = new Fabric8DryRun(
            new KubernetesClientBuilder()
                    .withConfig(new ConfigBuilder(Config.empty())
                            .withMasterUrl(
                                    "http://127.0.0.1:" + server.getAddress().getPort() + "/")
                            .withRequestRetryBackoffLimit(0)
                            .build())
                    .build(),
            TIMEOUT);
    private volatile String asked = "";
    private volatile int status = 201;
    private volatile String body = "{}";
    private volatile List<String> warnings = List.of();

    Fabric8DryRunTest() throws IOException {}

    @BeforeEach
    void start() {
        server.createContext("/", exchange -> {
            try (exchange) {
                asked = exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                        + new String(exchange.getRequestBody().readAllBytes(), UTF_8);
                warnings.forEach(warning -> exchange.getResponseHeaders().add("Warning", warning));
                byte[] bytes = body.getBytes(UTF_8);
                exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        dryRun.close();
        server.stop(0);
    }

    private static ObjectNode manifest(String kind) {
        ObjectNode manifest = JsonNodeFactory.instance.objectNode().put("kind", kind);
        manifest.putObject("metadata").put("namespace", "crucible");
        return manifest;
    }

    private DryRun.Answer answer(int code, String text) {
        status = code;
        body = text;
        return dryRun.ask(manifest("Job"));
    }

    private static String told(String message) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("kind", "Status")
                .put("message", message)
                .toString();
    }

    @Test
    void asksForADryRunInTheManifestsNamespace() {
        assertEquals(new DryRun.Answer(List.of(), List.of()), dryRun.ask(manifest("Job")));
        assertEquals(
                "POST /apis/batch/v1/namespaces/crucible/jobs?dryRun=All&fieldValidation=Strict"
                        + " {\"kind\":\"Job\",\"metadata\":{\"namespace\":\"crucible\"}}",
                asked);

        dryRun.ask(manifest("Pod"));
        assertTrue(asked.startsWith("POST /api/v1/namespaces/crucible/pods?dryRun=All&fieldValidation=Strict "), asked);
    }

    @Test
    void tellsEachFieldThatIsInvalid() {
        DryRun.Answer answer = answer(422, """
                {"kind": "Status", "reason": "Invalid", "message": "Job.batch \\"x\\" is invalid: [a, b]",
                 "details": {"causes": [
                  {"reason": "FieldValueInvalid", "message": "Invalid value: \\"x\\": no", "field": "spec.backoffLimit"},
                  {"reason": "FieldValueRequired", "message": "Required value", "field": "spec.template.spec.containers[0].image"},
                  {"message": "of none"}]}}
                """);

        assertEquals(
                List.of(
                        new DryRun.Fault(Optional.of("spec.backoffLimit"), "Invalid value: \"x\": no"),
                        new DryRun.Fault(Optional.of("spec.template.spec.containers[0].image"), "Required value"),
                        new DryRun.Fault(Optional.empty(), "of none")),
                answer.faults());
    }

    @Test
    void tellsEachFieldThatTheServerDoesNotKnow() {
        assertEquals(
                List.of(
                        new DryRun.Fault(
                                Optional.of("spec.template.spec.foo"), "unknown field \"spec.template.spec.foo\""),
                        new DryRun.Fault(Optional.of("spec.bar"), "unknown field \"spec.bar\"")),
                answer(
                                400,
                                told("Job in version \"v1\" cannot be handled as a Job: strict decoding error: unknown"
                                        + " field \"spec.template.spec.foo\", unknown field \"spec.bar\""))
                        .faults());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "403 | admission webhook \"images.example\" denied the request: no such image",
                "403 | pods \"x\" is forbidden: violates PodSecurity \"restricted:latest\": allowPrivilegeEscalation",
                "403 | pods \"x\" is forbidden: exceeded quota: q, requested: cpu=4, used: cpu=0, limited: cpu=1",
                "422 | jobs.batch \"x\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no",
                "400 | Job in version \"v1\" cannot be handled as a Job: json: cannot unmarshal string",
                "413 | Request entity too large: limit is 3145728"
            })
    void tellsARefusalInTheServersWords(int code, String message) {
        assertEquals(
                List.of(new DryRun.Fault(Optional.empty(), message)),
                answer(code, told(message)).faults());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "401 | Unauthorized",
                "403 | pods is forbidden: User \"u\" cannot create resource \"pods\" in API group \"\" in the namespace"
                        + " \"crucible\"",
                "404 | namespaces \"crucible\" not found",
                "400 | admission webhook \"w\" does not support dry run",
                "500 | Internal error occurred: failed calling webhook \"w\": connection refused",
                "429 | too many requests"
            })
    void whatSaysNothingOfTheManifestIsNoFinding(int code, String message) {
        Unavailable thrown = assertThrows(Unavailable.class, () -> answer(code, told(message)));

        assertEquals("the API server answered " + code + ": " + message, thrown.getMessage());
        assertEquals(1, String.valueOf(thrown.getMessage()).lines().count());
    }

    @Test
    void anAnswerThatIsNoStatusIsNoFinding() {
        for (String text : List.of("<html>bad gateway</html>", "", "[]")) {
            assertThrows(Unavailable.class, () -> answer(502, text), text);
            assertThrows(Unavailable.class, () -> answer(403, text), text);
        }
    }

    @Test
    void aServerThatIsAwayIsNoFinding() {
        server.stop(0);

        Unavailable thrown = assertThrows(Unavailable.class, () -> dryRun.ask(manifest("Job")));
        assertTrue(String.valueOf(thrown.getMessage()).endsWith("cannot be reached"), thrown.getMessage());
    }

    @Test
    void tellsWhatTheServerWarnsOf() {
        warnings = List.of("299 - \"spec.x: \\\"deprecated\\\"\"", "none of this form", "299 - \"y\"");

        assertEquals(
                List.of("spec.x: \"deprecated\"", "y"),
                dryRun.ask(manifest("Job")).warnings());
    }
}
