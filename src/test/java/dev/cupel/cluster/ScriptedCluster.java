package dev.cupel.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.event.JobName;
import dev.cupel.event.Unavailable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A cluster and its clock, both moved by the test. It keeps Jobs, Pods and logs, and counts and notes what is asked of it. */
public final class ScriptedCluster implements JobApi, InstantSource {
    public final Map<String, ObjectNode> jobs = new TreeMap<>();
    public final Map<String, ObjectNode> pods = new TreeMap<>();
    public final Map<String, byte[]> logs = new HashMap<>();
    public final Map<String, String> createFailures = new HashMap<>();

    /** Names of calls, or {@code call name}, that fail as if the API server were away. */
    public final Set<String> failing = new HashSet<>();

    /** All calls so far, as {@code call name}. */
    public final List<String> calls = Collections.synchronizedList(new ArrayList<>());

    /** Whether a Job whose name was just found to be taken is gone when it is looked at. */
    public boolean vanishing;

    private Instant now = Instant.parse("2026-11-24T10:00:10Z");

    @Override
    public Instant instant() {
        return now;
    }

    public void pass(Duration time) {
        now = now.plus(time);
    }

    public ObjectNode add(ObjectNode job) {
        jobs.put(name(job), job);
        return job;
    }

    public void add(ObjectNode job, ObjectNode pod) {
        add(job);
        pod.withObjectProperty("metadata")
                .put("name", name(job) + "-p")
                .withObjectProperty("labels")
                .put("batch.kubernetes.io/job-name", name(job))
                .put(
                        "batch.kubernetes.io/controller-uid",
                        job.at("/metadata/uid").asText());
        pods.put(name(pod), pod);
    }

    public ObjectNode job(String name) {
        ObjectNode job = jobs.get(name);
        if (job == null) {
            throw new AssertionError("no Job " + name);
        }
        return job;
    }

    public ObjectNode pod(String name) {
        ObjectNode pod = pods.get(name);
        if (pod == null) {
            throw new AssertionError("no Pod " + name);
        }
        return pod;
    }

    public long count(String call) {
        return calls.stream().filter(made -> made.startsWith(call)).count();
    }

    private void called(String call, String name) {
        calls.add(call + " " + name);
        if (failing.contains(call) || failing.contains(call + " " + name)) {
            throw new Unavailable(503, "the API server answered 500", Optional.empty());
        }
    }

    private static String name(JsonNode object) {
        return object.at("/metadata/name").asText();
    }

    @Override
    public String namespace() {
        return "crucible";
    }

    @Override
    public CreateAnswer create(ObjectNode job) {
        called("create", name(job));
        if (jobs.containsKey(name(job))) {
            if (vanishing) {
                jobs.remove(name(job));
            }
            return new CreateAnswer.NameTaken();
        }
        ObjectNode stored = job.deepCopy();
        stored.withObjectProperty("metadata").put("uid", "u-" + jobs.size()).put("creationTimestamp", now.toString());
        jobs.put(name(job), stored);
        return new CreateAnswer.Created(stored.deepCopy());
    }

    @Override
    public Optional<ObjectNode> findJob(JobName name) {
        called("findJob", name.value());
        return Optional.ofNullable(jobs.get(name.value())).map(ObjectNode::deepCopy);
    }

    @Override
    public List<ObjectNode> listPods(JobName name) {
        called("listPods", name.value());
        return pods.values().stream()
                .filter(pod -> pod.at("/metadata/labels/batch.kubernetes.io~1job-name")
                        .asText()
                        .equals(name.value()))
                .sorted(Comparator.comparing(
                        pod -> pod.at("/metadata/creationTimestamp").asText()))
                .toList();
    }

    @Override
    public Optional<byte[]> readLog(String pod) {
        called("readLog", pod);
        return Optional.ofNullable(logs.get(pod));
    }

    @Override
    public boolean patchJob(JobName name, ObjectNode mergePatch) {
        called("patchJob", name.value());
        return patch(jobs.get(name.value()), mergePatch);
    }

    @Override
    public boolean patchPod(String pod, ObjectNode mergePatch) {
        called("patchPod", pod);
        return patch(pods.get(pod), mergePatch);
    }

    @Override
    public boolean deleteJob(JobName name) {
        called("deleteJob", name.value());
        return jobs.remove(name.value()) != null;
    }

    @Override
    public Page listUnsettled(int limit, Optional<String> after) {
        called("listUnsettled", after.orElse(""));
        return page(
                limit,
                after,
                jobs.values().stream()
                        .filter(job -> job.at("/metadata/labels/app.kubernetes.io~1managed-by")
                                .asText()
                                .equals("cupel"))
                        .filter(job ->
                                job.at("/metadata/labels/cupel.dev~1settled").isMissingNode()));
    }

    private static Page page(int limit, Optional<String> after, Stream<ObjectNode> all) {
        List<ObjectNode> rest = all.filter(object -> name(object).compareTo(after.orElse("")) > 0)
                .toList();
        List<ObjectNode> page =
                rest.stream().limit(limit).map(ScriptedCluster::slim).toList();
        return new Page(page, rest.size() > limit ? Optional.of(name(page.getLast())) : Optional.empty());
    }

    /** What {@link JobApi.Page} promises and nothing more. */
    private static ObjectNode slim(ObjectNode job) {
        ObjectNode slim = JsonNodeFactory.instance.objectNode();
        slim.set("metadata", job.path("metadata").deepCopy());
        slim.set("status", job.path("status").deepCopy());
        ObjectNode spec = slim.putObject("spec");
        for (String field : List.of("suspend", "parallelism", "nodeName", "activeDeadlineSeconds")) {
            if (job.path("spec").has(field)) {
                spec.set(field, job.path("spec").get(field));
            }
        }
        return slim;
    }

    @Override
    public Page listPending(int limit, Optional<String> after) {
        called("listPending", after.orElse(""));
        return page(
                limit,
                after,
                pods.values().stream()
                        .filter(pod -> pod.at("/status/phase").asText().equals("Pending")));
    }

    @Override
    public Map<String, String> listCreateFailures() {
        called("listCreateFailures", "");
        return Map.copyOf(createFailures);
    }

    private static boolean patch(@Nullable ObjectNode target, ObjectNode patch) {
        if (target == null) {
            return false;
        }
        merge(target, patch);
        return true;
    }

    private static void merge(ObjectNode target, ObjectNode patch) {
        patch.properties().forEach(member -> {
            if (member.getValue() instanceof ObjectNode part) {
                merge(target.withObjectProperty(member.getKey()), part);
            } else {
                target.set(member.getKey(), member.getValue());
            }
        });
    }
}
