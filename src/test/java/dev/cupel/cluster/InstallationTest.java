package dev.cupel.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.policy.Alteration;
import dev.cupel.policy.PodSettings;
import dev.cupel.policy.StoredJob;
import dev.cupel.policy.SubmittedManifest;
import dev.cupel.request.JobRendered;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The admission policy goes by the installation's settings, and takes no Job where it cannot read them. */
@ClusterTest
class InstallationTest {
    private static final String IMAGE = "/spec/template/spec/containers/0";

    private static ObjectNode withImage(String image) {
        ObjectNode job = Alteration.original();
        job.withObject(IMAGE).put("image", image);
        return job;
    }

    @Test
    void thePolicyAndTheFunctionsReadTheSame(Cluster cluster) {
        Kubectl.Answer render = cluster.kubectl()
                .run(
                        "",
                        "get",
                        "services.serving.knative.dev",
                        "render",
                        "-n",
                        Cluster.SYSTEM,
                        "-o",
                        "jsonpath={.spec.template.spec.containers[0].envFrom[0].configMapRef.name}");
        assumeTrue(render.exitCode() == 0, "no functions here");
        assertEquals(render.stdout(), AdmissionSettings.current(cluster));
    }

    @Test
    void aPodHasWhatTheInstallationSaysAndNothingElse(Cluster cluster) {
        ObjectNode job = Alteration.original(Alteration.POD_SETTINGS);
        try (AdmissionSettings _ = AdmissionSettings.with(
                        cluster,
                        Map.of(
                                "CUPEL_NODE_SELECTOR", "pool=jobs, node-role.kubernetes.io/jobs=",
                                "CUPEL_TOLERATIONS", "dedicated=jobs:NoSchedule,spot:NoExecute",
                                "CUPEL_PULL_SECRETS", "registry,mirror"))
                .awaitTaken(job)) {
            List<String> taken = new ArrayList<>();
            for (Alteration alteration : Alteration.placed()) {
                if (cluster.createDryRun(alteration.altered(job), "").isSuccess()) {
                    taken.add(alteration.toString());
                }
            }
            assertEquals(List.of(), taken);

            job.withObject("/metadata/annotations")
                    .put("cupel.dev/digest", JobRendered.digestOf(job).value());
            ObjectNode stored = (ObjectNode) cluster.createDryRun(job, "").body();
            assertEquals(Optional.empty(), StoredJob.findChange(job, stored));
            assertTrue(SubmittedManifest.of(stored, PodSettings.none()).isExact());
        }
    }

    @Test
    void imagesAreThoseThatAreListedAndTheExecutors(Cluster cluster) {
        try (AdmissionSettings _ = AdmissionSettings.with(
                        cluster,
                        Map.of(
                                "CUPEL_IMAGES",
                                "r.example/*/x:* , *.example/y",
                                "CUPEL_EXECUTOR_IMAGE",
                                "r.example/z:1"))
                .awaitTaken(withImage("r.example/z:1"))) {
            for (String image : List.of("r.example/a/x:1", "r.example/a/x:1@sha256:0", "q.example/y")) {
                assertEquals("", cluster.createDryRun(withImage(image), "").message());
            }
            for (String image :
                    List.of("r.example/a/b/x:1", "r-example/a/x:1", "r.example/z:11", "r.example/z", "q.example/y:1")) {
                String message = cluster.createDryRun(withImage(image), "").message();
                assertTrue(message.contains("CUPEL_IMAGES"), () -> image + ": " + message);
            }
        }
    }

    @Test
    void aQueueItsPrioritiesAndARuntimeClassAreThoseThatAreListed(Cluster cluster) {
        ObjectNode job = Alteration.original();
        job.withObject("/metadata/labels").put("kueue.x-k8s.io/queue-name", "team");
        job.withObject("/metadata/labels").put("kueue.x-k8s.io/priority-class", "urgent");
        job.withObject("/spec/template/spec").put("runtimeClassName", "kata");
        try (AdmissionSettings _ = AdmissionSettings.with(
                        cluster,
                        Map.of(
                                "CUPEL_QUEUES", "team,night",
                                "CUPEL_PRIORITY_CLASSES", "urgent",
                                "CUPEL_RUNTIME_CLASSES", "",
                                "CUPEL_RUNTIME_CLASS", "kata"))
                .awaitTaken(job)) {
            ObjectNode other = job.deepCopy();
            other.withObject("/metadata/labels").put("kueue.x-k8s.io/queue-name", "tea");
            assertTrue(cluster.createDryRun(other, "").message().contains("CUPEL_QUEUES"));
            ObjectNode above = job.deepCopy();
            above.withObject("/metadata/labels").put("kueue.x-k8s.io/priority-class", "above-all");
            assertTrue(cluster.createDryRun(above, "").message().contains("CUPEL_PRIORITY_CLASSES"));
            ObjectNode none = job.deepCopy();
            none.withObject("/spec/template/spec").remove("runtimeClassName");
            assertTrue(cluster.createDryRun(none, "").message().contains("CUPEL_RUNTIME_CLASS"));
        }
    }

    @ParameterizedTest(name = "{0}={1}")
    @CsvSource(
            delimiter = ';',
            nullValues = "missing",
            value = {
                "CUPEL_IMAGES; missing",
                "CUPEL_IMAGES; docker.io/library/python:3|x",
                "CUPEL_IMAGES; .+",
                "CUPEL_EXECUTOR_IMAGE; missing",
                "CUPEL_RUNTIME_CLASSES; missing",
                "CUPEL_RUNTIME_CLASS; missing",
                "CUPEL_QUEUES; missing",
                "CUPEL_PRIORITY_CLASSES; missing",
                "CUPEL_NODE_SELECTOR; missing",
                "CUPEL_NODE_SELECTOR; pool",
                "CUPEL_TOLERATIONS; missing",
                "CUPEL_TOLERATIONS; spot",
                "CUPEL_PULL_SECRETS; missing",
                "CUPEL_SUPERVISOR; missing",
                "CUPEL_SUPERVISOR; by-pigeon",
                "CUPEL_SUPERVISOR_IMAGE; missing"
            })
    void noJobIsTakenWhereASettingCannotBeRead(String variable, String value, Cluster cluster) {
        String set = value == null ? AdmissionSettings.MISSING : value;
        try (AdmissionSettings settings = AdmissionSettings.with(cluster, Map.of(variable, set))) {
            settings.awaitRefused(Alteration.original(), "not there, or of another form: " + variable);
        }
    }

    @Test
    void noJobIsTakenWhereTheSettingsAreGone(Cluster cluster) {
        try (AdmissionSettings settings = AdmissionSettings.with(cluster, Map.of("CUPEL_QUEUES", "here"))) {
            ObjectNode job = Alteration.original();
            job.withObject("/metadata/labels").put("kueue.x-k8s.io/queue-name", "here");
            settings.awaitTaken(job);
            settings.lose();
            settings.awaitRefused(job, AdmissionSettings.GONE);
        }
    }
}
