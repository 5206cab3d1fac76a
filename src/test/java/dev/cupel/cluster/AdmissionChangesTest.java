package dev.cupel.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.policy.Alteration;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** What may be changed of a Job and of its Pod once they are there, and what not, whoever asks. */
@ClusterTest
class AdmissionChangesTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String ADMINISTRATOR = "";
    private static final String ACCOUNT = "system:serviceaccount:cupel-system:";

    /** Those that may patch at all; the others have no right, whatever the change. */
    private static final List<String> JOB_PATCHERS =
            List.of(ADMINISTRATOR, ACCOUNT + "submit", ACCOUNT + "collect", ACCOUNT + "api");

    private static final List<String> POD_PATCHERS = List.of(ADMINISTRATOR, ACCOUNT + "collect", ACCOUNT + "api");
    private static final List<String> EVERYBODY = List.of(
            ADMINISTRATOR,
            ACCOUNT + "submit",
            ACCOUNT + "collect",
            ACCOUNT + "api",
            ACCOUNT + "render",
            ACCOUNT + "source");

    private final String name = "changes-" + UUID.randomUUID();
    private Cluster cluster;

    @BeforeEach
    void connect(Cluster cluster) {
        this.cluster = cluster;
    }

    @AfterEach
    void clean() {
        job().withPropagationPolicy(DeletionPropagation.FOREGROUND).delete();
    }

    @Test
    void aJobStaysWhatItWasSubmittedAs() {
        create("import time; time.sleep(600)", false);
        List<String> taken = new ArrayList<>();
        for (String change : List.of(
                "{spec: {backoffLimit: 50}}",
                "{spec: {backoffLimit: 1}}",
                "{spec: {parallelism: 2}}",
                "{spec: {podReplacementPolicy: Failed}}",
                "{spec: {activeDeadlineSeconds: 700000}}",
                "{spec: {activeDeadlineSeconds: null}}",
                "{spec: {ttlSecondsAfterFinished: 604801}}",
                "{spec: {ttlSecondsAfterFinished: null}}",
                "{metadata: {labels: {app.kubernetes.io/managed-by: null}}}",
                "{metadata: {labels: {app.kubernetes.io/managed-by: someone}}}",
                "{metadata: {labels: {eval-id: another}}}",
                "{metadata: {labels: {eval-id: null}}}",
                "{metadata: {labels: {another: label}}}",
                "{metadata: {annotations: {eval-id: another}}}",
                "{metadata: {annotations: {created-at: null}}}",
                "{metadata: {annotations: {cupel.dev/correlation-id: another}}}",
                "{metadata: {annotations: {cupel.dev/reply-to: another}}}",
                "{metadata: {annotations: {cupel.dev/capture: log}}}",
                "{metadata: {annotations: {cupel.dev/ttl-after-settled: '1'}}}",
                "{metadata: {finalizers: [cupel.dev/result, example.com/mine]}}",
                "{metadata: {ownerReferences: [{apiVersion: v1, kind: Pod, name: x, uid: y}]}}",
                // What may be changed does not take along what may not.
                "{spec: {backoffLimit: 50, activeDeadlineSeconds: 1}, metadata: {annotations: {cupel.dev/cancelled: now}}}",
                "{metadata: {annotations: {cupel.dev/altered: x}}, spec: {backoffLimit: 50}}",
                "{metadata: {annotations: {cupel.dev/altered: x}, labels: {app.kubernetes.io/managed-by: null}}}")) {
            taken.addAll(notRefused("jobs/" + name, change, JOB_PATCHERS, "cupel-job-changes"));
        }
        List<String> accounts = JOB_PATCHERS.subList(1, JOB_PATCHERS.size());
        taken.addAll(notRefused("jobs/" + name, "{spec: {suspend: true}}", accounts, "cupel-job-changes"));
        taken.addAll(notRefused(
                "jobs/" + name, "{metadata: {labels: {example.com/x: 'y'}}}", accounts, "cupel-job-changes"));
        assertEquals(List.of(), taken);
    }

    @Test
    void aPodStaysItsJobsOwnWithWhatItWasMadeOf() {
        create("import time; time.sleep(600)", false);
        String pod = "pods/" + pod().getMetadata().getName();
        List<String> taken = new ArrayList<>();
        for (String change : List.of(
                "{spec: {containers: [{name: evaluation, image: evil.example/miner}]}}",
                // Nor one that a template allows: it is not what the Job says.
                "{spec: {containers: [{name: evaluation, image: 'docker.io/library/python:3.13'}]}}",
                "{metadata: {labels: {controller-uid: null}}}",
                "{metadata: {labels: {batch.kubernetes.io/controller-uid: null}}}",
                "{metadata: {labels: {batch.kubernetes.io/job-name: another}}}",
                "{metadata: {labels: {job-name: null}}}",
                "{metadata: {labels: {eval-id: another}}}",
                "{metadata: {labels: {may-use-the-network: 'yes'}}}",
                "{metadata: {labels: {app.kubernetes.io/name: api}}}",
                "{metadata: {labels: {cupel.dev/settled: 'true'}}}",
                "{metadata: {labels: null}}",
                "{metadata: {ownerReferences: null}}",
                "{metadata: {ownerReferences: [{apiVersion: v1, kind: Pod, name: x, uid: y}]}}",
                "{metadata: {finalizers: null}}",
                "{metadata: {finalizers: [batch.kubernetes.io/job-tracking, example.com/mine]}}",
                "{spec: {activeDeadlineSeconds: 1, containers: [{name: evaluation, image: evil.example/miner}]}}")) {
            taken.addAll(notRefused(pod, change, POD_PATCHERS, "cupel-pod-changes"));
        }
        List<String> accounts = POD_PATCHERS.subList(1, POD_PATCHERS.size());
        taken.addAll(notRefused(pod, "{metadata: {labels: {example.com/x: 'y'}}}", accounts, "cupel-pod-changes"));
        taken.addAll(notRefused(pod, """
                {spec: {tolerations: [
                  {key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 300},
                  {key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 300},
                  {operator: Exists}]}}""", accounts, "cupel-pod-changes"));
        List<String> administrator = List.of(ADMINISTRATOR);
        taken.addAll(notRefused(
                pod + "/resize",
                "{spec: {containers: [{name: evaluation, resources: {limits: {cpu: '1'}}}]}}",
                administrator,
                "cupel-pod-changes"));
        taken.addAll(notRefused(pod + "/ephemeralcontainers", """
                {spec: {ephemeralContainers: [{name: debugger, image: 'docker.io/library/python:3.13', securityContext: {
                  runAsNonRoot: true, allowPrivilegeEscalation: false, capabilities: {drop: [ALL]},
                  seccompProfile: {type: RuntimeDefault}}}]}}""", administrator, "cupel-pod-changes"));
        assertEquals(List.of(), taken);

        // What the API server itself looks after.
        for (String change :
                List.of("{spec: {activeDeadlineSeconds: 90000}}", "{spec: {activeDeadlineSeconds: null}}")) {
            for (String user : POD_PATCHERS) {
                Cluster.Answer answer = cluster.patchDryRun(pod, yaml(change), user);
                assertEquals(422, answer.status(), () -> user + " " + change + ": " + answer.message());
            }
        }
    }

    @Test
    void whatCupelDoesWithThemIsTaken() {
        create("import time; time.sleep(600)", false);
        String job = "jobs/" + name;
        String pod = "pods/" + pod().getMetadata().getName();
        for (String account : List.of("collect", "api")) {
            assertTaken(pod, "{spec: {activeDeadlineSeconds: 1}}", account);
            assertTaken(pod, "{metadata: {annotations: {a: b}}}", account);
            // Cancelled before it started, as running, as suspended; ended with a cause; touched; settled; let go.
            assertTaken(
                    job,
                    "{spec: {activeDeadlineSeconds: 1}, metadata: {annotations: {cupel.dev/cancelled: t, cupel.dev/not-started: t}}}",
                    account);
            assertTaken(job, "{metadata: {annotations: {cupel.dev/cancelled: t}}}", account);
            assertTaken(job, "{spec: {parallelism: 0}, metadata: {annotations: {cupel.dev/not-started: t}}}", account);
            assertTaken(job, "{metadata: {annotations: {cupel.dev/cause: 'ImagePullFailed: x'}}}", account);
            assertTaken(job, "{metadata: {annotations: {cupel.dev/swept-at: t}}}", account);
            assertTaken(job, """
                    {metadata: {annotations: {cupel.dev/settled: t}, labels: {cupel.dev/settled: 'true'}, finalizers: []},
                     spec: {ttlSecondsAfterFinished: 0}}""", account);
        }
        // Submit gives back what a webhook took, and deletes it.
        for (String account : List.of("submit", "api")) {
            assertTaken(job, """
                    {metadata: {annotations: {cupel.dev/altered: x, eval-id: another, cupel.dev/correlation-id: c}, labels: {
                      eval-id: another, created-by: another}, finalizers: [cupel.dev/result]}}""", account);
        }
        assertEquals(
                "",
                cluster.patchDryRun(pod, yaml("{metadata: {labels: {example.com/x: 'y'}}}"), ADMINISTRATOR)
                        .message());
    }

    @Test
    void aQueueSaysWhereASuspendedJobRunsAndNothingElse() {
        create("print(1)", true);
        String job = "jobs/" + name;
        String admission = """
                {spec: {suspend: false, template: {
                  metadata: {labels: {kueue.x-k8s.io/podset: main}, annotations: {kueue.x-k8s.io/workload: w,
                    autoscaling.x-k8s.io/consume-provisioning-request: p}},
                  spec: {nodeSelector: {zone: a}, tolerations: [{key: spot, operator: Exists}],
                    schedulingGates: [{name: kueue.x-k8s.io/topology}]}}}}""";
        assertEquals(
                "", cluster.patchDryRun(job, yaml(admission), ADMINISTRATOR).message());
        String priority = "{metadata: {labels: {kueue.x-k8s.io/priority-class: urgent}}}";
        assertEquals("", cluster.patchDryRun(job, yaml(priority), ADMINISTRATOR).message());
        List<String> accounts = JOB_PATCHERS.subList(1, JOB_PATCHERS.size());
        List<String> taken = new ArrayList<>(notRefused(job, admission, accounts, "cupel-job-changes"));
        taken.addAll(notRefused(job, priority, accounts, "cupel-job-changes"));
        taken.addAll(notRefused(job, "{spec: {suspend: false}}", accounts, "cupel-job-changes"));
        for (String change : List.of(
                "{spec: {template: {metadata: {labels: {may-use-the-network: 'yes'}}}}}",
                "{spec: {template: {metadata: {labels: {eval-id: another}}}}}",
                "{spec: {template: {metadata: {labels: {eval-id: null}}}}}",
                "{spec: {template: {metadata: {annotations: {sidecar.istio.io/inject: 'true'}}}}}")) {
            taken.addAll(notRefused(job, change, JOB_PATCHERS, "cupel-job-changes"));
        }
        // By the API server itself, or where a cluster lets suspended Jobs have other resources, by the policy.
        for (String change : List.of(
                "{spec: {template: {spec: {containers: [{name: evaluation, image: evil.example/miner}]}}}}",
                "{spec: {template: {spec: {containers: [{name: evaluation, resources: {limits: {cpu: '4'}}}]}}}}",
                "{spec: {template: {spec: {serviceAccountName: collect}}}}",
                "{spec: {template: {spec: {hostNetwork: true}}}}")) {
            for (String user : JOB_PATCHERS) {
                Cluster.Answer answer = cluster.patchDryRun(job, yaml(change), user);
                if (answer.isSuccess()) {
                    taken.add(user + ": " + change);
                }
            }
        }
        assertEquals(List.of(), taken);
    }

    /** Its program has ended, and the source tells nobody of it any more. */
    @Test
    void aSettledJobIsNeitherTakenBackNorHeld() {
        create("import time; time.sleep(600)", false);
        String job = "jobs/" + name;
        assertEquals(
                "",
                cluster.patchDryRun(job, yaml("{spec: {suspend: true}}"), ADMINISTRATOR)
                        .message());
        Kubectl.Answer settled =
                cluster.kubectl().run("", "-n", Cluster.JOBS, "label", "job", name, "cupel.dev/settled=true");
        assertEquals(0, settled.exitCode(), settled.stderr());

        List<String> taken = new ArrayList<>();
        for (String change : List.of(
                "{spec: {suspend: true}}",
                "{spec: {suspend: true}, metadata: {labels: {cupel.dev/settled: null}}}",
                "{metadata: {finalizers: [cupel.dev/result]}}")) {
            taken.addAll(notRefused(job, change, JOB_PATCHERS, "cupel-job-changes"));
        }
        assertEquals(List.of(), taken);
        assertEquals(
                "",
                cluster.patchDryRun(job, yaml("{spec: {suspend: false, activeDeadlineSeconds: 5}}"), ADMINISTRATOR)
                        .message());
    }

    /** Which takes its finalizer off the Pod, an owner that is gone too, and deletes. */
    @Test
    void theControlPlaneDoesItsWork() {
        create("print(1)", false);
        Cluster.await("the Job's end", LIMIT, () -> job().get().getStatus().getCompletionTime() != null);
        Cluster.await(
                "the Pod has no finalizer",
                LIMIT,
                () -> pod().getMetadata().getFinalizers().isEmpty());

        Pod pod = pod();
        job().withPropagationPolicy(DeletionPropagation.ORPHAN).delete();
        Cluster.await("the Job is gone", LIMIT, () -> job().get() == null);
        Cluster.await(
                "the Pod has no owner",
                LIMIT,
                () -> cluster.client()
                        .pods()
                        .resource(pod)
                        .get()
                        .getMetadata()
                        .getOwnerReferences()
                        .isEmpty());
        cluster.client().pods().resource(pod).delete();
    }

    /** A hardened Job that is marked as settled, so that collect tells nobody of it. */
    private void create(String code, boolean suspended) {
        ObjectNode job = Alteration.original();
        ((ObjectNode) job.path("metadata")).put("name", name);
        ((ObjectNode) job.path("spec")).put("suspend", suspended);
        job.withObject("/metadata/annotations").put("cupel.dev/correlation-id", "one");
        ObjectNode container = (ObjectNode) job.at("/spec/template/spec/containers/0");
        container.put("image", TestImage.name());
        container.putArray("command").add("python3").add("-c").add(code);
        container.remove("args");
        cluster.create(job);
        Kubectl.Answer marked = cluster.kubectl()
                .run(
                        "",
                        "-n",
                        Cluster.JOBS,
                        "annotate",
                        "job",
                        name,
                        "cupel.dev/settled=" + getClass().getSimpleName());
        assertEquals(0, marked.exitCode(), marked.stderr());
        if (!suspended) {
            Cluster.await("its Pod", LIMIT, () -> findPod().isPresent());
        }
    }

    private Resource<Job> job() {
        return cluster.client().batch().v1().jobs().inNamespace(Cluster.JOBS).withName(name);
    }

    private Optional<Pod> findPod() {
        return cluster
                .client()
                .pods()
                .inNamespace(Cluster.JOBS)
                .withLabel("batch.kubernetes.io/job-name", name)
                .list()
                .getItems()
                .stream()
                .findFirst();
    }

    private Pod pod() {
        return findPod().orElseThrow();
    }

    /** Each of these users is to be refused by this policy, and whoever may not patch such an object at all, for that. */
    private List<String> notRefused(String path, String change, List<String> users, String policy) {
        List<String> patchers = path.startsWith("jobs/") ? JOB_PATCHERS : POD_PATCHERS;
        List<String> not = new ArrayList<>();
        for (String user : EVERYBODY) {
            String reason =
                    users.contains(user) ? "ValidatingAdmissionPolicy '" + policy + "'" : "cannot patch resource";
            if (users.contains(user) || !patchers.contains(user)) {
                Cluster.Answer answer = cluster.patchDryRun(path, yaml(change), user);
                if (!answer.message().contains(reason)) {
                    not.add(user + " " + path + " " + change + ": " + answer.status() + " " + answer.message());
                }
            }
        }
        return not;
    }

    private void assertTaken(String path, String change, String account) {
        Cluster.Answer answer = cluster.patchDryRun(path, yaml(change), ACCOUNT + account);
        assertTrue(answer.isSuccess(), () -> account + " " + change + ": " + answer.message());
    }

    private static JsonNode yaml(String text) {
        return Cluster.JSON.valueToTree(new Yaml().load(text));
    }
}
