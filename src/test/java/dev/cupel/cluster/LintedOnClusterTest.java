package dev.cupel.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cupel.fabric8.Fabric8DryRun;
import dev.cupel.kubernetes.DryRun;
import dev.cupel.lint.ClusterLint;
import dev.cupel.policy.Installation;
import dev.cupel.policy.Installations;
import dev.cupel.policy.RuntimeClasses;
import dev.cupel.template.Check;
import dev.cupel.template.Diagnostic;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.TemplateText;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a real API server says of templates in a dry run. */
@ClusterTest
class LintedOnClusterTest {
    private static ClusterLint lint(Cluster cluster, TemplateFiles files, Installation installation) {
        DryRun dryRun = new Fabric8DryRun(
                new KubernetesClientBuilder()
                        .withConfig(cluster.client().getConfiguration())
                        .build(),
                Duration.ofSeconds(10));
        return new ClusterLint(files, Optional.empty(), installation, dryRun);
    }

    @Test
    void takesTheDefaultTemplate(Cluster cluster) {
        TemplateFiles files = new TemplateFiles.BuiltIn();
        List<Diagnostic> errors = lint(cluster, files, Installation.none())
                .lint(files.names().getFirst())
                .stream()
                .filter(Diagnostic::isError)
                .toList();

        assertEquals(List.of(), errors);
    }

    /** No rule of Cupel's knows which RuntimeClasses a cluster has, where the installation lists the name. */
    @Test
    void tellsAtItsLineWhatTheServerRefuses(Cluster cluster, @TempDir Path root) {
        String template = TemplateText.LEAST.replace(
                "      containers:", "      runtimeClassName: there-is-none-of-this-name\n      containers:");
        Installation here =
                Installations.of(new RuntimeClasses(Set.of("there-is-none-of-this-name"), Optional.empty()));
        List<Diagnostic> found =
                lint(cluster, TemplateText.of(root, template).files(), here).lint(TemplateText.NAME);

        assertTrue(found.stream().anyMatch(problem -> problem.check() == Check.REFUSED_BY_CLUSTER), found::toString);
    }
}
