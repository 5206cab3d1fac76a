package dev.cupel.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/** Every overlay and every component of {@code knative/} can be built by the cluster's kubectl, and says in README what it is. */
@ClusterTest
class KustomizeTest {
    private static final Path KNATIVE = Path.of("knative").toAbsolutePath();
    private static final List<Path> PAGES = List.of(KNATIVE.resolve("README.md"), Path.of("docs/deploy.md"));

    static Stream<Path> overlays() throws IOException {
        return folders("overlays");
    }

    static Stream<Path> components() throws IOException {
        return folders("components");
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void anOverlayIsBuilt(Path overlay, Cluster cluster) {
        assertTrue(build(cluster, overlay).stream().anyMatch(KustomizeTest::isFunction));
    }

    /** On top of the base, with the example beside it where it needs to be told something. */
    @ParameterizedTest
    @MethodSource("components")
    void aComponentIsBuiltOnTheBase(Path component, Cluster cluster, @TempDir Path folder) throws IOException {
        List<Map<?, ?>> base = build(cluster, KNATIVE.resolve("base"));
        Path own = Files.createDirectory(folder.toRealPath().resolve("own"));
        String resources = "\"" + own.relativize(KNATIVE.resolve("base")) + "\"";
        if (component.endsWith("network")) {
            Files.copy(component.resolve("network.yaml"), own.resolve("network.yaml"));
            resources += ", network.yaml";
        }
        Files.writeString(own.resolve("kustomization.yaml"), """
                apiVersion: kustomize.config.k8s.io/v1beta1
                kind: Kustomization
                resources: [%s]
                components: ["%s"]
                """.formatted(resources, own.relativize(component)));
        List<Map<?, ?>> built = build(cluster, own);
        assertTrue(built.size() >= base.size(), component::toString);
        assertFalse(built.equals(base), component + " changes nothing");
        assertEquals(
                List.of(),
                built.stream()
                        .filter(object -> "Network".equals(object.get("kind")))
                        .toList());
        String pages = "";
        for (Path page : PAGES) {
            pages += Files.exists(page) ? Files.readString(page) : "";
        }
        assertTrue(pages.contains("components/" + component.getFileName()), "no page names it: " + component);
    }

    private static boolean isFunction(Map<?, ?> object) {
        return "serving.knative.dev/v1".equals(object.get("apiVersion"));
    }

    private static List<Map<?, ?>> build(Cluster cluster, Path folder) {
        Kubectl.Answer answer = cluster.kubectl().run("", "kustomize", folder.toString());
        assertEquals(0, answer.exitCode(), answer.stderr());
        return StreamSupport.stream(new Yaml().loadAll(answer.stdout()).spliterator(), false)
                .<Map<?, ?>>map(object -> (Map<?, ?>) object)
                .toList();
    }

    private static Stream<Path> folders(String name) throws IOException {
        try (var list = Files.list(KNATIVE.resolve(name))) {
            return list.sorted().toList().stream();
        }
    }
}
