package dev.cupel.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What each ServiceAccount may do is what the table in {@code knative/README.md} says, and nothing else. */
@ClusterTest
class RightsTest {
    private static final Path README = Path.of("knative/README.md");

    @Test
    void areThoseOfTheTable(Cluster cluster) throws IOException {
        Map<String, Map<String, Set<String>>> table = table();
        assertEquals(Set.of("render", "submit", "collect", "api", "source"), table.keySet());
        Map<String, Map<String, Set<String>>> found = new TreeMap<>();
        table.keySet().forEach(account -> found.put(account, rights(cluster, account, Cluster.JOBS)));
        assertEquals(table, found);
    }

    @Test
    void areNoneInAnyOtherNamespace(Cluster cluster) throws IOException {
        for (String account : table().keySet()) {
            for (String namespace : List.of(Cluster.SYSTEM, "default", "kube-system", "knative-eventing")) {
                assertEquals(Map.of(), rights(cluster, account, namespace), account + " in " + namespace);
            }
        }
    }

    @Test
    void renderHasNoToken(Cluster cluster) {
        var account = cluster.client()
                .serviceAccounts()
                .inNamespace(Cluster.SYSTEM)
                .withName("render")
                .require();
        assertEquals(false, account.getAutomountServiceAccountToken());
        var service = cluster.client()
                .genericKubernetesResources("serving.knative.dev/v1", "Service")
                .inNamespace(Cluster.SYSTEM)
                .withName("render")
                .require();
        assertEquals(false, service.<Boolean>get("spec", "template", "spec", "automountServiceAccountToken"));
    }

    @Test
    void jobsHaveNoneAndTheirNamespaceHoldsNothingWorthHaving(Cluster cluster) {
        assertEquals(Map.of(), rights(cluster, Cluster.JOBS, "default", Cluster.JOBS));
        assertTrue(cluster.client()
                .secrets()
                .inNamespace(Cluster.JOBS)
                .list()
                .getItems()
                .isEmpty());
    }

    /** By account, and by resource with its group. */
    private static Map<String, Map<String, Set<String>>> table() throws IOException {
        List<String> lines = Files.readAllLines(README);
        int head = 0;
        while (!lines.get(head).startsWith("| ServiceAccount |")) {
            head++;
        }
        List<String> resources = cells(lines.get(head));
        Map<String, Map<String, Set<String>>> table = new TreeMap<>();
        for (String line : lines.subList(head + 2, lines.size())) {
            if (!line.startsWith("|")) {
                break;
            }
            List<String> cells = cells(line);
            Map<String, Set<String>> rights = new TreeMap<>();
            for (int i = 1; i < cells.size(); i++) {
                if (!cells.get(i).isEmpty()) {
                    rights.put(
                            resources.get(i), new TreeSet<>(List.of(cells.get(i).split(", *"))));
                }
            }
            table.put(cells.getFirst(), rights);
        }
        assertFalse(table.isEmpty());
        return table;
    }

    private static List<String> cells(String line) {
        return Arrays.stream(line.substring(1, line.lastIndexOf('|')).split("\\|", -1))
                .map(cell -> cell.replace("`", "").strip())
                .toList();
    }

    private static Map<String, Set<String>> rights(Cluster cluster, String account, String namespace) {
        return rights(cluster, Cluster.SYSTEM, account, namespace);
    }

    /** All of them but what the API server gives everybody who has logged in: to ask about himself, and for its version. */
    private static Map<String, Set<String>> rights(Cluster cluster, String home, String account, String namespace) {
        JsonNode review = cluster.reviewRules("system:serviceaccount:" + home + ":" + account, namespace);
        assertFalse(review.path("incomplete").asBoolean());
        Map<String, Set<String>> rights = new TreeMap<>();
        review.path("resourceRules").forEach(rule -> {
            for (JsonNode group : rule.path("apiGroups")) {
                for (JsonNode resource : rule.path("resources")) {
                    if (!resource.asText().startsWith("selfsubject")) {
                        String name = resource.asText() + (group.asText().isEmpty() ? "" : "." + group.asText());
                        rule.path("verbs")
                                .forEach(verb -> rights.computeIfAbsent(name, _ -> new TreeSet<>())
                                        .add(verb.asText()));
                    }
                }
            }
        });
        return rights;
    }
}
