package dev.cupel.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.Markdown;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/deploy.md}, typed on a cluster that has Cupel: its own commands, in its order. Nothing changes for
 * others, and what the page adds is taken away again.
 */
@ClusterTest
class DeployTest {
    private static final Path FOLDER = Path.of("target/deploy-test");
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** How a command here differs from the page's. */
    private static final Map<String, String> DIFFERENCES = ordered(
            // The API server checks all of it and stores nothing: Cupel is there, with settings that others need.
            "apply -k knative/overlays/example", "apply --dry-run=server -k knative/overlays/example",
            // The image for Python that this cluster has.
            "knative/receiver", FOLDER + "/receiver",
            // A certificate that this test made.
            "--cert=tls.crt --key=tls.key", "--cert=" + FOLDER + "/tls.crt --key=" + FOLDER + "/tls.key",
            // The namespaces are made before: one that an earlier run took away may not be gone yet.
            "create namespace cupel-door", "create --dry-run=client namespace cupel-door",
            // The API server checks them and stores nothing: this cluster has no image and no registry for them.
            "apply -k knative/door/", "apply --dry-run=server -k knative/door/",
            // Nor is crucible's quota open for it, as the component would have it.
            "for namespace in cupel-system crucible", "for namespace in cupel-system",
            "create secret docker-registry registry", "create secret docker-registry registry --dry-run=server");

    /** What is not typed here, by a part of it, and why. */
    private static final Map<String, String> LEFT_OUT = ordered(
            "kind create cluster", "the cluster is there",
            "serving-crds.yaml", "Knative is there",
            "serving-core.yaml", "Knative is there",
            "kubectl wait deployment --all", "Knative is there, and what else there is need not be ready",
            "configmap/config-network", "its ingress is there",
            "docker build -f src/main/docker/Containerfile -t kind.local/", "the image is the one that was deployed",
            "kind load", "the node has the image",
            "docker push", "the node has the image",
            "./cupel lint", "OwnTemplatesTest does, without a cluster",
            "get revisions", "older revisions would serve others",
            "knative/uninstall", "others need Cupel; CI does so as its last gate");

    /** What a command prints, by a part of it. */
    private static final Map<String, String> PRINTS = ordered(
            "-k knative/overlays/example", "services?.serving.knative.dev/api (?s:.*)server dry run",
            "kubectl run first", "\"outcome\":\"success\"(?s:.*)\"text\":\"42\\\\n\"",
            "kubectl run event", "HTTP/1.1 202 ",
            "kubectl run jobs", "\"job_name\":\"eval-",
            "apply --dry-run=server -k knative/door/", "deployment.apps/door created (?s:.*)server dry run");

    private static final String RECEIVED = "logs deployment/receiver";
    private static final String SENDING = "kubectl run event";

    /** The lab's ingress breaks off one answer in forty. */
    private static final String ONCE_MORE = "kubectl run ";

    private static final Pattern SETTING = Pattern.compile("\"([a-z-]+)\": *\"");

    private final List<String> done = new ArrayList<>();

    /** Pairs; the order is that of the source. */
    private static Map<String, String> ordered(String... pairs) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return map;
    }

    @BeforeEach
    void prepare(Cluster cluster) throws Exception {
        // kubectl, as this test has it: the page's commands find it by its name.
        Path bin = Files.createDirectories(FOLDER.resolve("bin"));
        Path kubectl = bin.resolve("kubectl");
        Files.deleteIfExists(kubectl);
        Files.writeString(
                kubectl,
                "#!/bin/sh\nexport KUBECONFIG='" + cluster.kubectl().kubeconfig() + "'\nexec "
                        + String.join(" ", cluster.kubectl().command()) + " \"$@\"\n");
        assertTrue(kubectl.toFile().setExecutable(true));
        run("kubectl delete pod first event jobs greet --ignore-not-found");
        Files.createDirectories(FOLDER.resolve("overlay"));
        Files.writeString(FOLDER.resolve("overlay/kustomization.yaml"), overlay(cluster));
        // The namespace is made before, and not by the overlay.
        ReceiverOverlay.write(
                FOLDER.resolve("receiver"),
                "{apiVersion: v1, kind: Namespace, metadata: {name: cupel-results}, $patch: delete}");
        type("openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=cupel.example.com -keyout " + FOLDER
                + "/tls.key -out " + FOLDER + "/tls.crt");
        if (Kubectl.isLab()) {
            loadCurl();
        }
    }

    @AfterEach
    void clean() throws Exception {
        for (String command : List.of(
                "kubectl delete pod first event jobs greet --ignore-not-found --wait=false",
                "kubectl -n cupel-system delete trigger results --ignore-not-found --timeout=60s",
                "kubectl -n cupel-system delete services.serving.knative.dev deploy-test --ignore-not-found",
                "kubectl -n cupel-system delete configmap -l deploy-test=yes --ignore-not-found",
                "kubectl -n cupel-results delete deployments,services,configmaps --all --ignore-not-found",
                "kubectl -n cupel-door delete deployments,services,configmaps,secrets --all --ignore-not-found",
                // While an aggregated API does not answer, no namespace ends; then they stay, empty.
                "! kubectl get apiservices | grep -q False"
                        + " && kubectl delete namespace cupel-results cupel-door --ignore-not-found --wait=false")) {
            run(command);
        }
    }

    private void makeNamespaces() throws Exception {
        for (String name : List.of("cupel-results", "cupel-door")) {
            Ended gone = run("kubectl get namespace " + name + " -o jsonpath={.status.phase} | grep -q Terminating"
                    + " && kubectl wait --for=delete namespace/" + name + " --timeout=60s");
            if (gone.output().contains("timed out")) {
                String why = run("kubectl get namespace " + name + " -o jsonpath={.status.conditions[*].message}")
                        .output();
                fail("namespace " + name + " does not end, by the cluster's fault: " + why);
            }
            type("kubectl create namespace " + name + " --dry-run=client -o yaml | kubectl apply -f -");
        }
    }

    @Test
    void theCommandsOfThePage() throws Exception {
        List<String> blocks = Markdown.read(Path.of("docs/deploy.md")).blocks("sh");
        TreeSet<String> unused = new TreeSet<>(LEFT_OUT.keySet());
        unused.addAll(DIFFERENCES.keySet());
        unused.addAll(PRINTS.keySet());
        unused.addAll(List.of(RECEIVED, SENDING));
        makeNamespaces();
        String sending = "";
        for (String block : blocks) {
            Optional<String> leftOut =
                    LEFT_OUT.keySet().stream().filter(block::contains).findFirst();
            unused.removeIf(block::contains);
            if (leftOut.isPresent()) {
                continue;
            }
            String command = block;
            for (Map.Entry<String, String> difference : DIFFERENCES.entrySet()) {
                command = command.replace(difference.getKey(), difference.getValue());
            }
            unused.removeIf(command::contains);
            if (command.contains(SENDING)) {
                sending = command;
            }
            if (command.contains(RECEIVED)) {
                awaitReceived(command, sending);
            } else {
                String output = type(command);
                PRINTS.forEach(expecting(command, output));
            }
        }
        assertEquals(List.of(), List.copyOf(unused), "this test knows commands that the page does not have");
    }

    private java.util.function.BiConsumer<String, String> expecting(String command, String output) {
        return (part, pattern) -> {
            if (command.contains(part)
                    && !Pattern.compile(pattern).matcher(output).find()) {
                fail(told("it does not print " + pattern, command, output));
            }
        };
    }

    /** A Trigger says that it is ready before the broker knows of it: what was sent too soon is sent again. */
    private void awaitReceived(String command, String sending) throws Exception {
        for (int attempt = 1; ; attempt++) {
            long deadline = System.nanoTime() + Duration.ofSeconds(45).toNanos();
            String output = type(command);
            while (System.nanoTime() < deadline) {
                if (output.contains("\"eval_id\": \"demo-2\"") && output.contains("\"text\": \"54\\n\"")) {
                    return;
                }
                Cluster.sleep(Duration.ofSeconds(1));
                output = run(command).output();
            }
            if (attempt == 2) {
                fail(told("the receiver has no result of demo-2", command, output));
            }
            type(sending);
        }
    }

    /** A ConfigMap takes every key, and Knative heeds those that its own example has: a wrong one would do nothing. */
    @Test
    void knativeKnowsTheSettingsThatItIsGiven() throws Exception {
        String example = type("kubectl -n knative-serving get configmap config-network -o jsonpath={.data._example}");
        List<String> settings = Stream.of("docs/deploy.md", "knative/README.md")
                .flatMap(page -> Markdown.read(Path.of(page)).blocks("sh").stream())
                .filter(block -> block.contains("patch configmap/config-network"))
                .flatMap(block -> SETTING.matcher(block).results())
                .map(found -> found.group(1))
                .toList();
        assertEquals(List.of("ingress-class", "mesh-compatibility-mode"), settings);
        settings.forEach(name -> assertTrue(
                example.lines().anyMatch(line -> line.strip().startsWith(name + ": ")),
                name + " is nothing that Knative knows"));
    }

    /** The component for templates, in a Service of its own beside {@code api}: what others use does not change. */
    @Test
    void templatesComeByAConfigMap(Cluster cluster) throws Exception {
        Path overlay = Files.createDirectories(FOLDER.resolve("templates"));
        Files.writeString(overlay.resolve("kustomization.yaml"), """
                apiVersion: kustomize.config.k8s.io/v1beta1
                kind: Kustomization
                resources: [../overlay]
                components: [../../../knative/components/templates]
                """);
        // As JSON, by a dry run of kubectl's own.
        String all = type("kubectl kustomize " + overlay + " | kubectl create --dry-run=client -o json -f -");
        ObjectNode mine =
                Cluster.JSON.createObjectNode().put("apiVersion", "v1").put("kind", "List");
        for (JsonNode object : items(all)) {
            boolean isApi = object.path("apiVersion").asText().startsWith("serving.knative.dev/")
                    && object.at("/metadata/name").asText().equals("api");
            if (isApi) {
                ObjectNode metadata = (ObjectNode) object.path("metadata");
                metadata.put("name", "deploy-test");
                ((ObjectNode) metadata.path("labels")).put("networking.knative.dev/visibility", "cluster-local");
                mine.withArray("items").add(object);
            } else if (object.path("kind").asText().equals("ConfigMap") && !isThere(cluster, object)) {
                ((ObjectNode) object.at("/metadata/labels")).put("deploy-test", "yes");
                mine.withArray("items").add(object);
            }
        }
        assertEquals(3, mine.path("items").size(), () -> "api, the templates, the settings:\n" + mine.toPrettyString());
        Files.write(FOLDER.resolve("templates.json"), Cluster.encode(mine));
        type("kubectl apply -f " + FOLDER + "/templates.json");
        type("kubectl -n cupel-system wait --for=condition=Ready --timeout=90s"
                + " services.serving.knative.dev/deploy-test");
        String greeted = type("""
                kubectl run greet --image=curlimages/curl:8.11.1 --restart=Never --rm -i --quiet -- \
                  -s http://deploy-test.cupel-system.svc.cluster.local/execute \
                  -H 'Content-Type: application/json' -H 'Prefer: wait=60' \
                  -d '{"eval_id": "greet", "template": "greet", "code": "import os; print(os.environ[\\"GREETING\\"])"}'
                """);
        assertTrue(greeted.contains("\"text\":\"hello\\n\""), () -> told("the program saw no GREETING", "", greeted));
        String templates = type("""
                kubectl run greet --image=curlimages/curl:8.11.1 --restart=Never --rm -i --quiet -- \
                  -s http://deploy-test.cupel-system.svc.cluster.local/templates
                """);
        assertTrue(templates.contains("\"greet\"") && templates.contains("\"python\""), templates);
    }

    private static List<JsonNode> items(String json) {
        // kubectl writes one object after another.
        List<JsonNode> items = new ArrayList<>();
        try (var values = Cluster.JSON.readerFor(JsonNode.class).<JsonNode>readValues(json)) {
            while (values.hasNext()) {
                JsonNode value = values.next();
                if (value.path("kind").asText().equals("List")) {
                    value.path("items").forEach(items::add);
                } else {
                    items.add(value);
                }
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return items;
    }

    private static boolean isThere(Cluster cluster, JsonNode configMap) {
        return cluster.client()
                        .configMaps()
                        .inNamespace(configMap.at("/metadata/namespace").asText())
                        .withName(configMap.at("/metadata/name").asText())
                        .get()
                != null;
    }

    /** The page's overlay, with the image and the settings that are here. */
    private static String overlay(Cluster cluster) {
        GenericKubernetesResource service = cluster.client()
                .genericKubernetesResources("serving.knative.dev/v1", "Service")
                .inNamespace(Cluster.SYSTEM)
                .withName("api")
                .require();
        JsonNode api = Cluster.JSON.valueToTree(service);
        JsonNode container = api.at("/spec/template/spec/containers/0");
        Map<String, String> settings = cluster.client()
                .configMaps()
                .inNamespace(Cluster.SYSTEM)
                .withName(container.at("/envFrom/0/configMapRef/name").asText())
                .require()
                .getData();
        String image = container.path("image").asText();
        int end = image.indexOf('@') >= 0 ? image.indexOf('@') : image.lastIndexOf(':');
        ObjectNode overlay = Cluster.JSON
                .createObjectNode()
                .put("apiVersion", "kustomize.config.k8s.io/v1beta1")
                .put("kind", "Kustomization");
        overlay.putArray("resources").add("../../../knative/overlays/example");
        overlay.putArray("images")
                .addObject()
                .put("name", "kind.local/cupel")
                .put("newName", image.substring(0, end))
                .put(image.indexOf('@') >= 0 ? "digest" : "newTag", image.substring(end + 1));
        ObjectNode generator = overlay.putArray("configMapGenerator")
                .addObject()
                .put("name", "cupel")
                .put("namespace", Cluster.SYSTEM)
                .put("behavior", "replace");
        settings.forEach((name, value) -> generator.withArray("literals").add(name + "=" + value));
        if (!api.at("/metadata/labels").has("networking.knative.dev/visibility")) {
            // Here api may be called from outside; it stays so.
            ObjectNode patch = overlay.putArray("patches").addObject();
            patch.putObject("target").put("kind", "Service").put("name", "api");
            patch.put(
                    "patch",
                    "[{\"op\": \"remove\", \"path\": \"/metadata/labels/networking.knative.dev~1visibility\"}]");
        }
        return overlay.toPrettyString(); // JSON is YAML.
    }

    /** The lab pulls no image: it is given this machine's curl, under the name that the page has. */
    private void loadCurl() throws Exception {
        type("""
                root=%s/curl
                rm -rf "$root"
                mkdir -p "$root/usr/bin" "$root/tmp" "$root/etc"
                cp "$(command -v curl)" "$root/usr/bin/curl"
                for library in $(ldd "$(command -v curl)" | grep -o '/[^ )]*'); do
                  mkdir -p "$root$(dirname "$library")"
                  cp -L "$library" "$root$library"
                done
                %s image curlimages/curl:8.11.1 "$root" --entrypoint /usr/bin/curl --user 100
                """.formatted(FOLDER, Kubectl.find().orElseThrow().command().getFirst()));
    }

    private record Ended(int exitCode, String output) {}

    /** Runs these lines to their end, which must be good. */
    private String type(String commands) throws Exception {
        long start = System.nanoTime();
        Ended ended = run(commands);
        if (ended.exitCode() != 0 && commands.contains(ONCE_MORE)) {
            done.add("       once more: " + ended.output().strip());
            run("kubectl delete pod first event jobs greet --ignore-not-found");
            ended = run(commands);
        }
        if (ended.exitCode() != 0) {
            fail(told("exit code " + ended.exitCode(), commands, ended.output()));
        }
        done.add("%4d s  %s"
                .formatted(
                        TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start),
                        commands.lines().findFirst().orElse("")));
        return ended.output();
    }

    private static Ended run(String commands) throws Exception {
        Path output = Files.createTempFile("deploy", ".out");
        try {
            ProcessBuilder builder = new ProcessBuilder("bash", "-euo", "pipefail", "-c", commands)
                    .redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                    .redirectOutput(output.toFile());
            builder.environment()
                    .merge("PATH", FOLDER.resolve("bin").toAbsolutePath().toString(), (old, bin) -> bin + ":" + old);
            builder.environment().put("CLIENT_SECRET", "secret");
            builder.environment().put("REGISTRY_PASSWORD", "secret");
            Process process = builder.start();
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
                return new Ended(-1, Files.readString(output, UTF_8) + "\nnot within " + LIMIT.toSeconds() + " s");
            }
            return new Ended(process.exitValue(), Files.readString(output, UTF_8));
        } finally {
            Files.delete(output);
        }
    }

    private String told(String what, String command, String output) {
        return what + "\n--- the command\n" + command.strip() + "\n--- what it printed\n" + output.strip()
                + "\n--- done before\n" + String.join("\n", done);
    }
}
