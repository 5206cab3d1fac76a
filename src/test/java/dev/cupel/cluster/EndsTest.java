package dev.cupel.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.cloudevents.EventContext;
import dev.cupel.render.Binder;
import dev.cupel.render.Render;
import dev.cupel.render.Renderer;
import dev.cupel.request.JobRendered;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.Templates;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Ends that are no program's own, on a real cluster: never started, taken away, cancelled; and one asked for many times. */
@ClusterTest
class EndsTest {
    /** Longer than CUPEL_PENDING_AFTER, and what CUPEL_UNSCHEDULABLE_AFTER is set to here, and a sweep. */
    private static final Duration STUCK_LIMIT = Duration.ofMinutes(9);

    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final String IMAGE = "/spec/template/spec/containers/0";
    private static final String SLEEPS = "print('so far', flush=True)\nimport time\ntime.sleep(600)";

    private final String run = UUID.randomUUID().toString();
    private Optional<Cluster> used = Optional.empty();

    @AfterEach
    void clean() {
        used.ifPresent(cluster ->
                jobs(cluster).forEach(job -> cluster.client().resource(job).delete()));
    }

    @Test
    void whatCannotStartIsToldAndLeavesNothingRunning(Cluster cluster) {
        used = Optional.of(cluster);
        String quota = """
                {apiVersion: v1, kind: ResourceQuota, metadata: {name: cupel-test, namespace: crucible},
                 spec: {hard: {requests.memory: 6Gi}}}""";
        String policy = """
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicy
                metadata: {name: cupel-test}
                spec:
                  matchConstraints:
                    resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
                  matchConditions: [{name: evaluation, expression: "has(object.metadata.labels) && 'eval-id' in object.metadata.labels"}]
                  validations: [{expression: "!object.metadata.labels['eval-id'].endsWith('-InvalidConfig')", message: "not this one"}]
                ---
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicyBinding
                metadata: {name: cupel-test}
                spec:
                  policyName: cupel-test
                  validationActions: [Deny]""";
        try (EventSink sink = EventSink.open(cluster, Map.of("correlationid", run))) {
            apply(cluster, quota);
            apply(cluster, policy);
            awaitRefusal(cluster);
            beImpatient(cluster);
            Map<String, Consumer<ObjectNode>> cases = new TreeMap<>();
            cases.put("ImagePullFailed", job -> container(job).put("image", "docker.io/library/python:no-such"));
            cases.put("Unschedulable", EndsTest::takeAllOfANode);
            cases.put("QuotaExceeded", job -> take(job, "memory", "7Gi"));
            cases.put("InvalidConfig", _ -> {});
            cases.put("StartFailed", job -> container(job).putArray("command").add("/no/such"));
            cases.forEach((name, change) -> cluster.send(rendered(name, "pass", change)));

            for (String name : cases.keySet()) {
                sink.await("the result of " + name, STUCK_LIMIT, event -> isFinished(event, name));
            }

            for (Event event : finished(sink)) {
                JsonNode result = event.data();
                String expected = result.path("eval_id").asText().substring(run.length() + 1);
                assertEquals(expected, result.path("reason").asText(), result::toString);
                assertEquals("error", result.path("outcome").asText());
                assertEquals("none", result.path("capture").asText(), result::toString);
                System.out.println("EndsTest " + expected + " after "
                        + Duration.between(
                                        java.time.Instant.parse(result.at("/timings/submitted_at")
                                                .asText()),
                                        java.time.Instant.parse(result.at("/timings/collected_at")
                                                .asText()))
                                .toSeconds()
                        + " s: " + result.path("message").asText());
            }
            // The first of them are settled so long ago that their time to live is over.
            Cluster.await(
                    "all Jobs settled", LIMIT, () -> jobs(cluster).stream().allMatch(EndsTest::isSettled));
            // One sweep may end them all: their Pods then go together, each in its grace period.
            Cluster.await(
                    "no Pod waits",
                    LIMIT,
                    () -> pods(cluster).stream()
                            .noneMatch(pod -> pod.getStatus().getPhase().equals("Pending")));
        } finally {
            delete(cluster, quota);
            delete(cluster, policy);
            patchCollect(cluster, "{op: remove, path: /spec/template/spec/containers/0/env/1}");
        }
    }

    /** The Job controller counts a Job's deadline from its first sync, node or no node, and takes the Pod with it. */
    @Test
    void aJobWhoseOwnDeadlineComesBeforeItsStartIsNoFailure(Cluster cluster) {
        used = Optional.of(cluster);
        String quota = """
                {apiVersion: v1, kind: ResourceQuota, metadata: {name: cupel-test-deadline, namespace: crucible},
                 spec: {hard: {requests.memory: 6Gi}}}""";
        Map<String, Consumer<ObjectNode>> cases = new TreeMap<>();
        cases.put("no-node", EndsTest::takeAllOfANode);
        cases.put("no-pod", job -> take(job, "memory", "7Gi"));
        cases.put("no-image", job -> container(job).put("image", "docker.io/library/python:no-such"));
        try (EventSink sink = EventSink.open(cluster, Map.of("correlationid", run))) {
            apply(cluster, quota);
            cases.forEach((name, change) -> cluster.send(rendered(name, "pass", job -> {
                change.accept(job);
                ((ObjectNode) job.path("spec")).put("activeDeadlineSeconds", 45);
            })));

            for (String name : cases.keySet()) {
                sink.await("the result of " + name, LIMIT, event -> isFinished(event, name));
                JsonNode result = result(sink, name);
                assertEquals("error", result.path("outcome").asText(), result::toString);
                assertEquals("none", result.path("capture").asText(), result::toString);
                assertTrue(result.path("exit_code").isNull(), result::toString);
                assertTrue(result.at("/timings/started_at").isNull(), result::toString);
            }
        } finally {
            delete(cluster, quota);
        }
    }

    /** The supervisor does not come to its first frame: whatever code that gives, no program ever ran. */
    @Test
    void whatRunsInThePlaceOfTheSupervisorIsNotTheProgram(Cluster cluster) {
        used = Optional.of(cluster);
        Map<String, String> commands = new TreeMap<>();
        for (int code : List.of(0, 1, 2, 121, 126, 127, 139)) {
            commands.put("code-" + code, "echo 'cannot start: no such library'; exit " + code);
        }
        commands.put("killed", "echo 'cannot start: no such library'; kill -KILL $$; exit 137");
        try (EventSink sink = EventSink.open(cluster, Map.of("correlationid", run))) {
            commands.forEach((name, command) -> cluster.send(rendered(
                    name,
                    "pass",
                    job -> container(job)
                            .putArray("command")
                            .add("/bin/sh")
                            .add("-c")
                            .add(command))));

            for (String name : commands.keySet()) {
                sink.await("the result of " + name, LIMIT, event -> isFinished(event, name));
                JsonNode result = result(sink, name);
                assertEquals("StartFailed", result.path("reason").asText(), result::toString);
                assertEquals("error", result.path("outcome").asText(), result::toString);
                assertEquals("none", result.path("capture").asText(), result::toString);
                assertTrue(result.path("exit_code").isNull(), result::toString);
                assertTrue(result.path("message").asText().contains("no such library"), result::toString);
            }
        }
    }

    /** For a node or a quota, collect waits an hour. */
    private static void beImpatient(Cluster cluster) {
        patchCollect(
                cluster,
                "{op: add, path: /spec/template/spec/containers/0/env/1, value: {name: CUPEL_UNSCHEDULABLE_AFTER, value: 2m}}");
        String state =
                "jsonpath={.metadata.generation} {.status.observedGeneration} {.status.conditions[?(@.type=='Ready')].status}";
        Cluster.await(
                "collect is ready again",
                LIMIT,
                () -> cluster.kubectl()
                        .run("", "-n", "cupel-system", "get", "services.serving.knative.dev", "collect", "-o", state)
                        .stdout()
                        .matches("(\\d+) \\1 True"));
    }

    private static void patchCollect(Cluster cluster, String operation) {
        Kubectl.Answer patched = cluster.kubectl()
                .run(
                        "",
                        "-n",
                        "cupel-system",
                        "patch",
                        "services.serving.knative.dev",
                        "collect",
                        "--type=json",
                        "-p",
                        "[" + operation + "]");
        assertEquals(0, patched.exitCode(), patched.stderr());
    }

    /** A policy that is there is not at once in force. */
    private static void awaitRefusal(Cluster cluster) {
        String pod = """
                {apiVersion: v1, kind: Pod, metadata: {name: cupel-test, namespace: default, labels: {eval-id: x-InvalidConfig}},
                 spec: {containers: [{name: c, image: none}]}}""";
        Cluster.await(
                "Pods are refused",
                LIMIT,
                () -> cluster.kubectl()
                        .run(pod, "create", "--dry-run=server", "-f", "-")
                        .stderr()
                        .contains("not this one"));
    }

    @Test
    void whatSomeoneTakesAwayIsToldOnce(Cluster cluster) {
        used = Optional.of(cluster);
        try (EventSink sink = EventSink.open(cluster, Map.of("correlationid", run))) {
            for (String name : List.of("background", "foreground", "pod")) {
                cluster.send(rendered(name, SLEEPS, _ -> {}));
            }
            awaitRunning(cluster, 3);
            cluster.client()
                    .resource(job(cluster, "background"))
                    .withPropagationPolicy(DeletionPropagation.BACKGROUND)
                    .delete();
            cluster.client()
                    .resource(job(cluster, "foreground"))
                    .withPropagationPolicy(DeletionPropagation.FOREGROUND)
                    .delete();
            cluster.client().resource(pod(cluster, "pod")).delete();

            Cluster.await("3 results", LIMIT, () -> finished(sink).size() >= 3);

            for (Event event : finished(sink)) {
                JsonNode result = event.data();
                assertEquals("JobDeleted", result.path("reason").asText(), result::toString);
            }
            assertEquals(3, countFinished(sink));
        }
    }

    @Test
    void whatIsCancelledIsToldOnceHoweverFarItWas(Cluster cluster) {
        used = Optional.of(cluster);
        String code = """
                import signal, sys, time
                def stop(*_):
                    print('told to stop', flush=True)
                    time.sleep(1)
                    print('had a second', flush=True)
                    sys.exit(7)
                signal.signal(signal.SIGTERM, stop)
                print('so far', flush=True)
                time.sleep(600)""";
        try (EventSink sink = EventSink.open(cluster, Map.of("correlationid", run))) {
            cluster.send(rendered("running", code, _ -> {}));
            cluster.send(rendered("suspended", code, EndsTest::takeAllOfANode));
            cluster.send(rendered("no-node", code, EndsTest::takeAllOfANode));
            cluster.send(rendered("ended", "print('by itself')", _ -> {}));
            sink.await("the one that ends", LIMIT, event -> isFinished(event, "ended"));
            awaitRunning(cluster, 1);
            suspend(cluster, "suspended");
            for (String name : List.of("running", "suspended", "no-node", "ended", "running")) {
                cancel(cluster, name);
            }

            Cluster.await("4 results", LIMIT, () -> finished(sink).size() >= 4);
            cancel(cluster, "running");

            JsonNode running = result(sink, "running");
            assertEquals("cancelled", running.path("outcome").asText());
            assertEquals(
                    "so far\ntold to stop\nhad a second\n",
                    running.at("/stdout/text").asText());
            assertEquals("exact", running.path("capture").asText());
            assertEquals("none", result(sink, "suspended").path("capture").asText());
            assertEquals("Cancelled", result(sink, "suspended").path("reason").asText());
            assertEquals("Cancelled", result(sink, "no-node").path("reason").asText());
            assertEquals("Completed", result(sink, "ended").path("reason").asText());
            assertEquals("by itself\n", result(sink, "ended").at("/stdout/text").asText());
            Cluster.await(
                    "the suspended Job is gone",
                    LIMIT,
                    () -> find(cluster, "suspended").isEmpty());
            awaitSettled(cluster, 3);
            assertEquals(4, countFinished(sink));
        }
    }

    @Test
    void eightSendersOfTheSameRequestMakeOneJob(Cluster cluster) throws Exception {
        used = Optional.of(cluster);
        try (EventSink sink = EventSink.open(cluster, Map.of("correlationid", run));
                var senders = Executors.newFixedThreadPool(8)) {
            Event request = rendered("same", "print('once')", _ -> {});
            List<Callable<Boolean>> calls = IntStream.range(0, 8)
                    .<Callable<Boolean>>mapToObj(_ -> () -> {
                        cluster.send(request);
                        return true;
                    })
                    .toList();
            for (Future<Boolean> sent : senders.invokeAll(calls)) {
                assertTrue(sent.get());
            }
            sink.await("the result", LIMIT, event -> isFinished(event, "same"));
            awaitSettled(cluster, 1);
            cluster.send(request);
            cluster.send(rendered("same", "print('another')", _ -> {}));
            sink.await("the conflict", LIMIT, event -> event.get("type").endsWith("rejected.v1"));

            List<String> statuses = new ArrayList<>();
            for (Event event : sink.events()) {
                if (event.get("type").endsWith("submitted.v1")) {
                    statuses.add(event.data().path("status").asText());
                }
            }
            assertTrue(statuses.size() >= 9, statuses::toString);
            assertEquals(1, statuses.stream().filter("created"::equals).count());
            assertEquals(1, jobs(cluster).size());
            assertEquals(1, countFinished(sink));
            assertEquals("once\n", result(sink, "same").at("/stdout/text").asText());
        }
    }

    private static ObjectNode container(ObjectNode job) {
        return (ObjectNode) job.at(IMAGE);
    }

    /** What the LimitRange still allows, and a node of a lab has not. */
    private static void takeAllOfANode(ObjectNode job) {
        take(job, "cpu", "4");
    }

    private static void take(ObjectNode job, String what, String amount) {
        for (String kind : List.of("limits", "requests")) {
            ((ObjectNode) container(job).at("/resources/" + kind)).put(what, amount);
        }
    }

    /** What render says of a request, changed by the test as no request could. */
    private Event rendered(String name, String code, Consumer<ObjectNode> change) {
        EventContext context = new EventContext(
                run + "-" + name,
                "/cupel-test/ends",
                "dev.cupel.job.requested.v1",
                Optional.empty(),
                Optional.empty(),
                new TreeMap<>(Map.of("correlationid", run)));
        ObjectNode request =
                Cluster.JSON.createObjectNode().put("eval_id", run + "-" + name).put("code", code);
        var templates = new Templates(new TemplateFiles.BuiltIn(), Optional.of(TestImage.name()));
        var event = new Render(new Renderer(templates, new Binder()))
                .answer(context, request.toString().getBytes(UTF_8));
        ObjectNode data = event.data().deepCopy();
        change.accept((ObjectNode) data.path("manifest"));
        data.put("digest", JobRendered.digestOf(data.path("manifest")).value());
        return Event.of("dev.cupel.job.rendered.v1", "/cupel/render", run + "-" + name, data)
                .with("correlationid", run);
    }

    private void cancel(Cluster cluster, String name) {
        ObjectNode data = Cluster.JSON
                .createObjectNode()
                .put("job_name", job(cluster, name).getMetadata().getName());
        cluster.send(Event.of(
                "dev.cupel.job.cancel.v1", "/cupel-test/ends", UUID.randomUUID().toString(), data));
    }

    /** As an administrator may; submit takes a suspended Job only with a queue. */
    private void suspend(Cluster cluster, String name) {
        String job = job(cluster, name).getMetadata().getName();
        Kubectl.Answer patched = cluster.kubectl()
                .run("", "-n", Cluster.JOBS, "patch", "job", job, "-p", "{\"spec\": {\"suspend\": true}}");
        assertEquals(0, patched.exitCode(), patched.stderr());
    }

    /** How many Jobs were told of, however often. */
    private static long countFinished(EventSink sink) {
        return finished(sink).stream().map(event -> event.get("id")).distinct().count();
    }

    private static List<Event> finished(EventSink sink) {
        Map<String, Event> first = new TreeMap<>();
        for (Event event : sink.events()) {
            if (event.get("type").equals("dev.cupel.job.finished.v1")) {
                first.putIfAbsent(event.get("id"), event);
            }
        }
        return List.copyOf(first.values());
    }

    private boolean isFinished(Event event, String name) {
        return event.get("type").equals("dev.cupel.job.finished.v1")
                && event.data().path("eval_id").asText().equals(run + "-" + name);
    }

    private JsonNode result(EventSink sink, String name) {
        return finished(sink).stream()
                .filter(event -> isFinished(event, name))
                .findFirst()
                .orElseThrow()
                .data();
    }

    private List<Job> jobs(Cluster cluster) {
        return cluster.client().batch().v1().jobs().inNamespace(Cluster.JOBS).list().getItems().stream()
                .filter(job -> job.getMetadata()
                        .getAnnotations()
                        .getOrDefault("eval-id", "")
                        .startsWith(run))
                .toList();
    }

    private Optional<Job> find(Cluster cluster, String name) {
        return jobs(cluster).stream()
                .filter(job -> (run + "-" + name)
                        .equals(job.getMetadata().getAnnotations().get("eval-id")))
                .findFirst();
    }

    private Job job(Cluster cluster, String name) {
        Cluster.await("Job " + name, LIMIT, () -> find(cluster, name).isPresent());
        return find(cluster, name).orElseThrow();
    }

    private List<Pod> pods(Cluster cluster) {
        List<String> names =
                jobs(cluster).stream().map(job -> job.getMetadata().getName()).toList();
        return cluster.client().pods().inNamespace(Cluster.JOBS).list().getItems().stream()
                .filter(pod ->
                        names.contains(pod.getMetadata().getLabels().getOrDefault("batch.kubernetes.io/job-name", "")))
                .toList();
    }

    private Pod pod(Cluster cluster, String name) {
        String job = job(cluster, name).getMetadata().getName();
        return pods(cluster).stream()
                .filter(pod -> job.equals(pod.getMetadata().getLabels().get("batch.kubernetes.io/job-name")))
                .findFirst()
                .orElseThrow();
    }

    private void awaitRunning(Cluster cluster, int count) {
        Cluster.await(
                count + " programs that have printed",
                LIMIT,
                () -> pods(cluster).stream()
                                .filter(pod -> pod.getStatus().getPhase().equals("Running"))
                                .filter(pod -> cluster.client()
                                        .pods()
                                        .resource(pod)
                                        .getLog()
                                        .contains("@cupel1 1 "))
                                .count()
                        >= count);
    }

    private static boolean isSettled(Job job) {
        return "true".equals(job.getMetadata().getLabels().get("cupel.dev/settled"));
    }

    private void awaitSettled(Cluster cluster, int count) {
        Cluster.await(
                count + " Jobs settled",
                LIMIT,
                () -> jobs(cluster).stream().filter(EndsTest::isSettled).count() >= count);
    }

    private static void apply(Cluster cluster, String manifest) {
        Kubectl.Answer answer = cluster.kubectl().run(manifest, "apply", "-f", "-");
        assertEquals(0, answer.exitCode(), answer.stderr());
    }

    private static void delete(Cluster cluster, String manifest) {
        cluster.kubectl().run(manifest, "delete", "--ignore-not-found", "-f", "-");
    }
}
