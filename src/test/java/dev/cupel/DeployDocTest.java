package dev.cupel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cupel.cloudevents.EventType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * {@code docs/deploy.md} without a cluster: what its commands name is there, and what it has applied says what it says.
 * {@code DeployTest} types the commands on one.
 */
class DeployDocTest {
    private static final Path FILE = Path.of("docs/deploy.md");
    private static final Markdown PAGE = Markdown.read(FILE);
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Pattern PATH =
            Pattern.compile("(?<![\\w/.-])(?:\\./)?((?:knative|src|docs|templates|cupel)(?:/[\\w.-]+)+)");
    private static final Pattern FLAG = Pattern.compile("(?<=\\s)(--?[a-z][a-z-]*)");
    private static final Pattern KUBECTL = Pattern.compile("kubectl ((?:-n \\S+ )?)([^|;()\n]*)");

    /** All commands, each on one line. */
    private static List<String> commands() {
        return PAGE.blocks("sh").stream()
                .map(block -> block.replaceAll("\\\\\n *", ""))
                .flatMap(String::lines)
                .toList();
    }

    @Test
    void theFirstResultTakesTenCommands() {
        assertEquals(
                10,
                PAGE.section("Ten commands").blocks("sh").stream()
                        .map(block -> block.replaceAll("\\\\\n *", ""))
                        .flatMap(String::lines)
                        .count());
    }

    @Test
    void everyPathIsThere() throws IOException {
        String text = Files.readString(FILE).replaceAll("https?://\\S+", "");
        List<String> paths = PATH.matcher(text)
                .results()
                .map(found -> found.group(1).replaceAll("\\.+$", ""))
                .distinct()
                // A name and no path: /templates is where they are mounted.
                .filter(path -> !path.startsWith("cupel/"))
                .toList();
        assertTrue(paths.size() >= 10, paths::toString);
        assertEquals(
                List.of(),
                paths.stream().filter(path -> !Files.exists(Path.of(path))).toList());
    }

    @Test
    void whatIsShownOfAFileStandsInIt() throws IOException {
        List<String> blocks = PAGE.blocks("yaml");
        assertFalse(blocks.isEmpty());
        for (String block : blocks) {
            Matcher name = Pattern.compile("^# (\\S+)\n").matcher(block);
            assertTrue(name.find(), "which file is this of?\n" + block);
            // Comments are left out on the page.
            String file = Files.readString(Path.of(name.group(1))).replaceAll("(?m)^ *#.*\n", "");
            assertTrue(file.contains(block.substring(name.end())), name.group(1) + " has no\n" + block);
        }
    }

    @Test
    void everyFlagOfOurScriptsIsOne() throws IOException {
        for (String command : commands()) {
            String word = command.strip().replaceAll(" .*", "");
            if (word.startsWith("knative/") || word.equals("./cupel")) {
                String source = word.equals("./cupel") ? sourcesOf("src/main/java/dev/cupel/cli") : read(Path.of(word));
                FLAG.matcher(command)
                        .results()
                        .map(found -> found.group(1))
                        .forEach(flag -> assertTrue(source.contains(flag), command));
            }
        }
        String uninstall = read(Path.of("knative/uninstall"));
        assertTrue(uninstall.contains("--cancel)"), "the page names --cancel");
    }

    @Tag(TestTags.SLOW)
    @Test
    void everyFlagOfKubectlIsOne() throws Exception {
        assumeKubectl();
        Set<String> unknown = new TreeSet<>();
        String everywhere = kubectl(List.of("options"));
        for (String command : commands()) {
            for (var found : KUBECTL.matcher(command).results().toList()) {
                String rest = found.group(2).replaceAll("(?<=\\s)-- .*", "");
                List<String> words = Stream.of(rest.split(" "))
                        .takeWhile(word -> !word.startsWith("-"))
                        .map(word -> word.replaceAll("[\"$]", ""))
                        .toList();
                String help = everywhere
                        + kubectl(Stream.concat(words.stream(), Stream.of("--help"))
                                .toList());
                FLAG.matcher(" " + rest)
                        .results()
                        .map(flag -> flag.group(1))
                        .filter(flag -> !help.matches("(?s).*(?<![\\w-])" + flag + "[,=:].*"))
                        .forEach(flag -> unknown.add(flag + " in: kubectl " + rest));
            }
        }
        assertEquals(Set.of(), unknown);
    }

    @Tag(TestTags.SLOW)
    @Test
    void theExampleNamesTheImageAndNoMore() throws Exception {
        assumeKubectl();
        String base = kustomize(Path.of("knative/base"));
        assertTrue(base.contains("image: cupel\n"));
        assertEquals(
                base.replace("image: cupel\n", "image: kind.local/cupel:0.1.0\n"),
                kustomize(Path.of("knative/overlays/example")));
    }

    /** As an overlay of somebody's own takes them, one beside the other. */
    @Tag(TestTags.SLOW)
    @Test
    void templatesAndAPrivateRegistryReachEveryService() throws Exception {
        assumeKubectl();
        Path overlay = Files.createDirectories(Path.of("target/deploy-doc/overlay"));
        Files.writeString(overlay.resolve("kustomization.yaml"), """
                apiVersion: kustomize.config.k8s.io/v1beta1
                kind: Kustomization
                resources: [../../../knative/overlays/example]
                components: [../../../knative/components/templates, ../../../knative/components/private-registry]
                """);
        List<JsonNode> objects = objects(overlay);
        assertEquals(
                "1",
                named(ofKind(objects, "v1", "ResourceQuota"), "jobs")
                        .at("/spec/hard/count~1secrets")
                        .asText());
        List<JsonNode> services = ofKind(objects, "serving.knative.dev/v1", "Service");
        assertEquals(List.of("api", "collect", "render", "submit"), names(services));
        for (JsonNode service : services) {
            JsonNode pod = service.at("/spec/template/spec");
            JsonNode volume = named(pod.path("volumes"), "templates").path("configMap");
            JsonNode templates = named(
                    ofKind(objects, "v1", "ConfigMap"), volume.path("name").asText());
            List<String> files = new ArrayList<>();
            for (JsonNode item : volume.path("items")) {
                String path = item.path("path").asText();
                files.add(path);
                assertEquals(
                        read(Path.of("knative/components/templates").resolve(path)),
                        templates.path("data").path(item.path("key").asText()).asText());
            }
            assertEquals(List.of("greet/template.yaml", "greet/parameters.yaml"), files);
            assertEquals(
                    "/templates",
                    named(pod.at("/containers/0/volumeMounts"), "templates")
                            .path("mountPath")
                            .asText());
            JsonNode settings = named(
                    ofKind(objects, "v1", "ConfigMap"),
                    pod.at("/containers/0/envFrom/0/configMapRef/name").asText());
            assertEquals(
                    "/templates,built-in",
                    settings.path("data").path("CUPEL_TEMPLATES").asText());
            assertEquals(
                    "registry", settings.path("data").path("CUPEL_PULL_SECRETS").asText());
            assertEquals(
                    "registry",
                    named(
                                    ofKind(objects, "v1", "ServiceAccount"),
                                    pod.path("serviceAccountName").asText())
                            .at("/imagePullSecrets/0/name")
                            .asText());
        }
    }

    @Tag(TestTags.SLOW)
    @Test
    void theReceiverGetsResultsOfTheBroker() throws Exception {
        assumeKubectl();
        List<JsonNode> objects = objects(Path.of("knative/receiver"));
        JsonNode trigger = named(ofKind(objects, "eventing.knative.dev/v1", "Trigger"), "results");
        JsonNode broker = ofKind(objects(Path.of("knative/base")), "eventing.knative.dev/v1", "Broker")
                .getFirst();
        assertEquals(broker.at("/metadata/name"), trigger.at("/spec/broker"));
        assertEquals(broker.at("/metadata/namespace"), trigger.at("/metadata/namespace"));
        assertEquals(
                EventType.FINISHED.wireName(),
                trigger.at("/spec/filter/attributes/type").asText());
        JsonNode receiver = named(
                ofKind(objects, "v1", "Service"),
                trigger.at("/spec/subscriber/ref/name").asText());
        assertEquals(receiver.at("/metadata/namespace"), trigger.at("/spec/subscriber/ref/namespace"));
        assertSelects(receiver, named(ofKind(objects, "apps/v1", "Deployment"), "receiver"));
    }

    @Tag(TestTags.SLOW)
    @ParameterizedTest
    @ValueSource(strings = {"knative/door/token", "knative/door/oidc"})
    void aDoorNeedsTheSecretsThatThePageMakes(String door) throws Exception {
        assumeKubectl();
        List<JsonNode> objects = objects(Path.of(door));
        JsonNode deployment = named(ofKind(objects, "apps/v1", "Deployment"), "door");
        assertSelects(named(ofKind(objects, "v1", "Service"), "door"), deployment);
        JsonNode pod = deployment.at("/spec/template/spec");
        List<String> made = commands().stream()
                .filter(command -> command.contains("create secret"))
                .toList();
        Set<String> keys = new TreeSet<>();
        for (JsonNode variable : pod.at("/containers/0/env")) {
            JsonNode key = variable.at("/valueFrom/secretKeyRef");
            keys.add(key.path("key").asText());
            assertTrue(
                    made.stream()
                            .anyMatch(command -> command.contains(
                                            " generic " + key.path("name").asText() + " ")
                                    && command.contains(
                                            "--from-literal=" + key.path("key").asText() + "=")),
                    key::toString);
        }
        assertFalse(keys.isEmpty());
        String tls = named(pod.path("volumes"), "tls").at("/secret/secretName").asText();
        assertTrue(made.stream().anyMatch(command -> command.contains("create secret tls " + tls + " ")), tls);
        // It calls api by the name that Knative knows, and waits as long as api may.
        String all = objects.toString();
        assertTrue(all.contains("http://api.cupel-system.svc.cluster.local"), all);
        assertTrue(all.contains("620s"), all);
    }

    private static void assertSelects(JsonNode service, JsonNode deployment) {
        service.at("/spec/selector")
                .forEachEntry((label, value) -> assertEquals(
                        value, deployment.at("/spec/template/metadata/labels").path(label)));
        assertEquals(
                deployment.at("/spec/template/spec/containers/0/ports/0/containerPort"),
                service.at("/spec/ports/0/targetPort"));
        assertEquals(deployment.at("/metadata/namespace"), service.at("/metadata/namespace"));
    }

    private static List<JsonNode> objects(Path kustomization) throws Exception {
        List<JsonNode> objects = new ArrayList<>();
        new Yaml(new SafeConstructor(new LoaderOptions()))
                .loadAll(kustomize(kustomization))
                .forEach(object -> objects.add(JSON.valueToTree(object)));
        return objects;
    }

    private static List<JsonNode> ofKind(List<JsonNode> objects, String version, String kind) {
        return objects.stream()
                .filter(object -> object.path("apiVersion").asText().equals(version))
                .filter(object -> object.path("kind").asText().equals(kind))
                .toList();
    }

    private static List<String> names(List<JsonNode> objects) {
        return objects.stream()
                .map(object -> object.at("/metadata/name").asText())
                .sorted()
                .toList();
    }

    /** That of this name, which stands in the metadata or, in a list of a Pod's, in the item. */
    private static JsonNode named(Iterable<JsonNode> objects, String name) {
        for (JsonNode object : objects) {
            if (object.at("/metadata/name").asText().equals(name)
                    || object.path("name").asText().equals(name)) {
                return object;
            }
        }
        throw new AssertionError("no " + name + " in " + objects);
    }

    private static String kustomize(Path folder) throws Exception {
        return kubectl(List.of("kustomize", folder.toString()));
    }

    private static void assumeKubectl() {
        boolean isThere = Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "kubectl")));
        assumeTrue(isThere, "no kubectl");
    }

    private static String kubectl(List<String> arguments) throws Exception {
        Path output = Files.createTempFile("kubectl", ".out");
        try {
            List<String> command = new ArrayList<>(List.of("kubectl"));
            command.addAll(arguments);
            int exitCode = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start()
                    .waitFor();
            assertEquals(0, exitCode, () -> command + ": " + read(output));
            return read(output);
        } finally {
            Files.delete(output);
        }
    }

    private static String sourcesOf(String folder) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(folder))) {
            return files.filter(Files::isRegularFile).map(DeployDocTest::read).collect(Collectors.joining());
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, UTF_8);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
