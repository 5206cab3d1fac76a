package dev.cupel.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

/** What {@code POST /render} answers is what a user may hand to kubectl. */
@ClusterTest
class RenderedManifestTest {
    @Test
    void isTakenByKubectlWithoutAWarning(Cluster cluster) {
        Kubectl.Answer answer =
                cluster.kubectl().run(render(cluster), "apply", "--dry-run=server", "-o", "name", "-f", "-");
        // A Job that would break `restricted` is taken with a warning on stderr; only its Pods are refused.
        assertEquals("", answer.stderr());
        assertEquals(0, answer.exitCode());
    }

    @Test
    void makesAPodThatPodSecurityRestrictedAdmits(Cluster cluster) {
        Job job = Serialization.unmarshal(render(cluster), Job.class);
        Pod pod = new PodBuilder()
                .withMetadata(job.getSpec().getTemplate().getMetadata())
                .editMetadata()
                .withName(job.getMetadata().getName())
                .withNamespace(Cluster.JOBS)
                .endMetadata()
                .withSpec(job.getSpec().getTemplate().getSpec())
                .build();
        // Throws with what the admission refused.
        cluster.client().resource(pod).dryRun().create();
    }

    private static String render(Cluster cluster) {
        return new Api(cluster)
                .request()
                .header("Accept", "application/yaml")
                .body("{\"eval_id\": \"render-me: 'ü'\", \"code\": \"print('$(A)', \\\"# no comment\\\")\\n\"}")
                .post("/render")
                .then()
                .statusCode(200)
                .extract()
                .asString();
    }
}
