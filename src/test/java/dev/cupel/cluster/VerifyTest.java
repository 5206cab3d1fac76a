package dev.cupel.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code knative/verify} says that what fences Jobs off binds where it does, and that it does not where it does not. */
@ClusterTest
class VerifyTest {
    private static final String ENFORCE = "pod-security.kubernetes.io/enforce";

    /** How a check ends whose soft object was taken. */
    private static final String TAKEN = " is taken: no “";

    private record Said(int exitCode, List<String> lines) {
        List<String> that(String verdict) {
            return lines.stream()
                    .filter(line -> line.startsWith(verdict + " "))
                    .map(line -> line.substring(verdict.length()).strip())
                    .toList();
        }

        /** Those about the network, which binds only where the cluster's plugin enforces policies. */
        List<String> network() {
            return lines.stream()
                    .filter(line ->
                            line.matches(".* (reaches|does not reach) .*") && !line.startsWith("COULD NOT TELL"))
                    .toList();
        }
    }

    /** What an earlier run loosened and was killed before it could restore it. */
    @BeforeEach
    void asDeployed(Cluster cluster) {
        restore(cluster);
    }

    @AfterEach
    void leavesNothing(Cluster cluster) {
        restore(cluster);
        String left = cluster.kubectl()
                        .run("", "get", "jobs,pods", "-n", Cluster.JOBS, "-o", "name")
                        .stdout()
                + cluster.kubectl().run("", "get", "namespaces", "-o", "name").stdout();
        assertFalse(left.contains("cupel-verify"), left);
    }

    @Test
    void whatBinds(Cluster cluster) throws Exception {
        Said said = verify(cluster);
        assertEquals(
                List.of(),
                said.that("NOT BOUND").stream()
                        .filter(line -> line.contains(TAKEN))
                        .toList());
        assertEquals(List.of(), said.that("COULD NOT TELL"));
        assertTrue(said.that("OK").size() >= 20, said::toString);
        assertEquals(
                6,
                said.network().stream()
                        .filter(line -> !line.startsWith("NOTE"))
                        // The machine below may have a metadata service, and the node a way to it, at times.
                        .filter(line -> !line.contains("metadata"))
                        .count(),
                said::toString);
        assertEquals(said.that("NOT BOUND").isEmpty() ? 0 : 1, said.exitCode(), said::toString);
    }

    @Test
    void whatDoesNot(Cluster cluster) throws Exception {
        // Where a time limit ends the tests here, nothing else would.
        Thread restore = new Thread(() -> restore(cluster));
        Runtime.getRuntime().addShutdownHook(restore);
        try {
            loosened(cluster);
        } finally {
            restore(cluster);
            Runtime.getRuntime().removeShutdownHook(restore);
        }
    }

    private static void loosened(Cluster cluster) throws Exception {
        run(cluster, "label", "namespace", Cluster.JOBS, ENFORCE + "=privileged", "--overwrite");
        for (String policy : List.of("cupel-jobs", "cupel-job-changes", "cupel-pod-changes")) {
            action(cluster, policy, "Audit");
        }
        // Policies come into force, and go out of it, a moment after they are stored.
        Cluster.sleep(Duration.ofSeconds(5));
        Said said = verify(cluster);
        List<String> taken = said.that("NOT BOUND").stream()
                .filter(line -> line.contains(TAKEN))
                .toList();
        for (String by :
                List.of("violates PodSecurity", "'cupel-jobs'", "'cupel-job-changes'", "'cupel-pod-changes'")) {
            assertTrue(taken.stream().anyMatch(line -> line.contains(by)), () -> by + ": " + said);
        }
        assertEquals(
                List.of(),
                said.that("OK").stream()
                        .filter(line -> line.contains(" is refused: "))
                        .toList());
        assertEquals(1, said.exitCode());
    }

    @Test
    void whatCannotBeTold(Cluster cluster) throws Exception {
        Said said = verify(cluster, "docker.io/library/python:no-such");
        assertTrue(
                said.that("COULD NOT TELL").stream().anyMatch(line -> line.contains("NetworkPolicies")),
                said::toString);
        assertEquals(List.of(), said.network());
        assertEquals(2, said.exitCode(), said::toString);
    }

    private static Said verify(Cluster cluster, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("knative/verify"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("KUBECTL", String.join(" ", cluster.kubectl().command()));
        builder.environment().put("KUBECONFIG", cluster.kubectl().kubeconfig().toString());
        Process process = builder.start();
        process.getOutputStream().close();
        List<String> lines = new String(process.getInputStream().readAllBytes(), UTF_8)
                .lines()
                .toList();
        assertTrue(process.waitFor(1, TimeUnit.MINUTES));
        lines.forEach(System.out::println);
        return new Said(process.exitValue(), lines);
    }

    private static void restore(Cluster cluster) {
        run(cluster, "label", "namespace", Cluster.JOBS, ENFORCE + "=restricted", "--overwrite");
        for (String policy : List.of("cupel-jobs", "cupel-job-changes", "cupel-pod-changes")) {
            action(cluster, policy, "Deny");
        }
    }

    private static void action(Cluster cluster, String policy, String action) {
        run(
                cluster,
                "patch",
                "validatingadmissionpolicybinding",
                policy,
                "--type=merge",
                "-p",
                "{\"spec\": {\"validationActions\": [\"" + action + "\"]}}");
    }

    private static void run(Cluster cluster, String... arguments) {
        Kubectl.Answer answer = cluster.kubectl().run("", arguments);
        assertEquals(0, answer.exitCode(), answer.stderr());
    }
}
