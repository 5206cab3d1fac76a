package dev.cupel.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.cupel.TestTags;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code cupel lint --cluster}, with an API server of the test's own. */
@Tag(TestTags.SLOW)
class LintOnClusterTest {
    private static final String SERVER = "quarkus.kubernetes-client.api-server-url";

    private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final Path folder;
    private final String home = System.getProperty("user.home");
    private volatile int ofPods = 201;
    private volatile String said = "{}";

    LintOnClusterTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
    }

    @BeforeEach
    void start() throws IOException {
        for (String file : List.of("template.yaml", "parameters.yaml")) {
            Path to = folder.resolve("mine").resolve(file);
            Files.createDirectories(to.getParent());
            Files.copy(Path.of("templates/python", file), to);
        }
        server.createContext("/", exchange -> {
            try (exchange) {
                String path = exchange.getRequestURI().getPath();
                asked.add(path + "?" + exchange.getRequestURI().getQuery());
                byte[] bytes = (path.endsWith("/pods") ? said : "{}").getBytes(UTF_8);
                exchange.sendResponseHeaders(path.endsWith("/pods") ? ofPods : 201, bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        });
        server.start();
        System.setProperty(SERVER, "http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    @AfterEach
    void stop() {
        server.stop(0);
        System.clearProperty(SERVER);
        System.setProperty("user.home", home);
    }

    private Captured lint(String... more) throws Exception {
        String[] all = new String[more.length + 3];
        all[0] = "lint";
        all[1] = folder.toString();
        all[2] = "--cluster";
        System.arraycopy(more, 0, all, 3, more.length);
        return Captured.of(() -> Cupel.commandLine().execute(all));
    }

    @Test
    void asksForTheJobAndItsPodAndFindsNothing() throws Exception {
        Captured linted = lint();

        assertEquals(0, linted.code(), linted.stderr());
        assertEquals("", linted.text());
        assertEquals(
                List.of(
                        "/apis/batch/v1/namespaces/crucible/jobs?dryRun=All&fieldValidation=Strict",
                        "/api/v1/namespaces/crucible/pods?dryRun=All&fieldValidation=Strict"),
                asked);
    }

    @Test
    void tellsWhatTheClusterHasAgainstAFieldAtItsLine() throws Exception {
        ofPods = 422;
        said = "{\"message\": \"Pod is invalid\", \"details\": {\"causes\": [{\"field\": \"spec.containers[0].image\","
                + " \"message\": \"no such image\"}]}}";
        JsonNode json = new ObjectMapper().readTree(lint("--json").text());

        JsonNode finding = json.path("findings").path(0);
        List<String> lines = Files.readAllLines(folder.resolve("mine/template.yaml"));
        assertEquals("refused-by-cluster", finding.path("rule").asText(), json::toString);
        assertTrue(lines.get(finding.path("line").asInt() - 1).contains("image: __EXECUTOR_IMAGE__"), json::toString);
        assertEquals(1, lint().code());
    }

    @Test
    void aTemplateWithAnErrorIsNotAskedFor() throws Exception {
        Path template = folder.resolve("mine/template.yaml");
        Files.writeString(template, Files.readString(template).replace("hostPID: false", "hostPID: true"));

        assertEquals(1, lint().code());
        assertEquals(List.of(), asked);
    }

    @Test
    void saysInOneLineThatItMayNotAsk() throws Exception {
        ofPods = 403;
        said = "{\"message\": \"pods is forbidden: User \\\"u\\\" cannot create resource \\\"pods\\\" in API group\"}";
        Captured linted = lint();

        assertEquals(3, linted.code());
        assertEquals(
                "cupel: --cluster: the API server answered 403: pods is forbidden: User \"u\" cannot create resource"
                        + " \"pods\" in API group",
                linted.stderr().lines().toList().getLast());
        assertEquals(2, linted.stderr().lines().count(), linted.stderr());
    }

    @Test
    void saysInOneLineThatNobodyAnswers() throws Exception {
        server.stop(0);
        Captured linted = lint();

        assertEquals(3, linted.code());
        assertTrue(linted.stderr().strip().endsWith("cannot be reached"), linted.stderr());
        assertEquals(2, linted.stderr().lines().count(), linted.stderr());
    }

    @Test
    void saysInOneLineThatThereIsNoCluster() throws Exception {
        Map<String, String> environment = System.getenv();
        assumeTrue(
                List.of("KUBECONFIG", "KUBERNETES_SERVICE_HOST", "KUBERNETES_MASTER").stream()
                        .noneMatch(environment::containsKey),
                "the environment names a cluster");
        System.clearProperty(SERVER);
        System.setProperty("user.home", folder.toString());
        Captured linted = lint();

        assertEquals(2, linted.code());
        assertEquals(
                "cupel: no cluster is configured; set KUBECONFIG, or run in a Pod of the cluster\n", linted.stderr());
    }
}
