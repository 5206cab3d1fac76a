package dev.cupel.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.kubernetes.JobName;
import dev.cupel.policy.Installations;
import dev.cupel.policy.PodSettings;
import dev.cupel.policy.RuntimeClasses;
import dev.cupel.policy.StoredJob;
import dev.cupel.policy.SubmittedManifest;
import dev.cupel.render.Binder;
import dev.cupel.render.Renderer;
import dev.cupel.request.JobRendered;
import dev.cupel.request.JobRequest;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.Templates;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A real API server stores a rendered Job so that the very manifest can be had of it again, and submit sees no change in it. */
@ClusterTest
class SubmittedManifestTest {
    @ParameterizedTest(name = "memory {0}, cpu {1}, {2}")
    @CsvSource({
        "256Mi, 500m, python",
        "1024Mi, 0.5, python",
        "1.5Gi, .5, python",
        "10000Ki, 1.0, python",
        "268435456, 1500m, python",
        "300M, +2, python",
        "0.25Gi, 1e0, python",
        "1e9, 25e-1, python",
        "12E7, 100000u, python",
        "123456789, 0.0011, python",
        "0.1Gi, 4, seed",
        "64Mi, 10m, seed"
    })
    void isExactHoweverQuantitiesAreSpelled(String memory, String cpu, String template, Cluster cluster) {
        ObjectNode request = Cluster.JSON
                .createObjectNode()
                .put("eval_id", "exact: 'ü'")
                .put("code", "print('$(A) $$')\r\n")
                .put("template", template)
                .put("memory_limit", memory)
                .put("cpu_limit", cpu);
        if (template.equals("python")) {
            request.put("runtime_class", "gvisor")
                    .putObject("env")
                    .put("EMPTY", "")
                    .put("A", "$(B) $$");
        }
        JobRendered rendered = render(JobRequest.decode(request));
        ObjectNode sent = rendered.manifest().deepCopy();
        sent.withObject("/metadata/annotations")
                .put("cupel.dev/digest", rendered.digest().value());
        Cluster.Answer answer = cluster.createDryRun(sent, "");
        assertEquals("", answer.message());
        ObjectNode stored = (ObjectNode) answer.body();
        assertEquals(Optional.empty(), StoredJob.findChange(sent, stored));
        SubmittedManifest manifest = SubmittedManifest.of(stored, PodSettings.none());
        assertEquals(rendered.digest(), manifest.digest());
        assertTrue(manifest.isExact());
    }

    private static JobRendered render(JobRequest request) {
        Templates templates =
                new Templates(new TemplateFiles.BuiltIn(), Optional.of("docker.io/library/python:3.13-slim"));
        RuntimeClasses runtimeClasses = new RuntimeClasses(Set.of("gvisor"), Optional.empty());
        return new Renderer(templates, new Binder(), Installations.of(runtimeClasses))
                .render(request, new JobName("eval-exact"), "2026-01-01T00:00:00Z");
    }
}
