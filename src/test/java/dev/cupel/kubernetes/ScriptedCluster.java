package dev.cupel.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.rejection.Unavailable;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A cluster and its clock, both moved by the test. It keeps Jobs, Pods and logs, and counts and notes what is asked of it. */
public final class ScriptedCluster implements JobApi, InstantSource {
    private static final Set<String> ENDED = Set.of("Complete", "Failed", "FailureTarget");

    public final Map<String, ObjectNode> jobs = new TreeMap<>();
    public final Map<String, ObjectNode> pods = new TreeMap<>();
    public final Map<String, byte[]> logs = new HashMap<>();
    public final Map<String, String> createFailures = new HashMap<>();

    /** Names of calls, or {@code call name}, that fail as if the API server were away. */
    public final Set<String> failing = new HashSet<>();

    /** All calls so far, as {@code call name}. */
    public final List<String> calls = Collections.synchronizedList(new ArrayList<>());

    /** How long each list takes. */
    public Duration listTime = Duration.ZERO;

    /** What happens just before a Job is changed, as by somebody else; once. */
    public Runnable beforePatch = () -> {};

    /** How many bytes all pages had so far. */
    public long pageBytes;

    /** With what the API server refuses to create a Job; it looks at that before it looks at the name. */
    public Optional<String> refusal = Optional.empty();

    /** Whether a Job whose name was just found to be taken is gone when it is looked at. */
    public boolean vanishing;

    /** What a mutating webhook makes of each Job before it is stored. */
    public Consumer<ObjectNode> webhook = _ -> {};

    /** All patches of Jobs so far. */
    public final List<ObjectNode> patches = new ArrayList<>();

    /** Those who watch for ends; a test tells them. */
    public final Set<EndListener> watching = ConcurrentHashMap.newKeySet();

    private int created;
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
            throw new Unavailable("the API server answered 500");
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
        if (refusal.isPresent()) {
            return new CreateAnswer.Refused(refusal.get());
        }
        if (jobs.containsKey(name(job))) {
            if (vanishing) {
                jobs.remove(name(job));
            }
            return new CreateAnswer.NameTaken();
        }
        ObjectNode stored = job.deepCopy();
        stored.withObjectProperty("metadata").put("uid", "u-" + created++).put("creationTimestamp", now.toString());
        webhook.accept(stored);
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
        patches.add(mergePatch);
        Runnable before = beforePatch;
        beforePatch = () -> {};
        before.run();
        ObjectNode job = jobs.get(name.value());
        JsonNode version = mergePatch.at("/metadata/resourceVersion");
        if (job != null && version.isTextual() && !version.equals(job.at("/metadata/resourceVersion"))) {
            throw new Unavailable("the API server answered 409: the object has been modified");
        }
        return patch(job, mergePatch);
    }

    @Override
    public boolean patchPod(String pod, ObjectNode mergePatch) {
        called("patchPod", pod);
        return patch(pods.get(pod), mergePatch);
    }

    @Override
    public boolean deleteJob(JobName name) {
        called("deleteJob", name.value());
        boolean wasThere = jobs.remove(name.value()) != null;
        tellEnd(name.value());
        return wasThere;
    }

    /** Tells those who watch that a Job may be over. */
    public void tellEnd(String name) {
        watching.forEach(listener -> listener.mayBeOver(new JobName(name)));
    }

    @Override
    public Watch watchEnds(EndListener listener) {
        called("watchEnds", "");
        watching.add(listener);
        listener.begins();
        return () -> watching.remove(listener);
    }

    @Override
    public Page listJobs(Map<String, String> labels, int limit, Optional<String> after) {
        called("listJobs", after.orElse(""));
        return page(
                limit,
                after,
                ours().filter(job -> labels.entrySet().stream()
                        .allMatch(label -> job.at("/metadata/labels")
                                .path(label.getKey())
                                .asText()
                                .equals(label.getValue()))),
                ScriptedCluster::slimJob);
    }

    private Stream<ObjectNode> ours() {
        return jobs.values().stream()
                .filter(job -> job.at("/metadata/labels/app.kubernetes.io~1managed-by")
                        .asText()
                        .equals("cupel"));
    }

    @Override
    public Page listUnsettled(int limit, Optional<String> after) {
        called("listUnsettled", after.orElse(""));
        return page(
                limit,
                after,
                ours().filter(job ->
                        job.at("/metadata/labels/cupel.dev~1settled").isMissingNode()),
                ScriptedCluster::slimJob);
    }

    private Page page(int limit, Optional<String> after, Stream<ObjectNode> all, UnaryOperator<ObjectNode> form) {
        pass(listTime);
        List<ObjectNode> rest = all.filter(object -> name(object).compareTo(after.orElse("")) > 0)
                .toList();
        List<ObjectNode> page = rest.stream().limit(limit).map(form).toList();
        pageBytes += page.stream().mapToLong(item -> item.toString().length()).sum();
        return new Page(page, rest.size() > limit ? Optional.of(name(page.getLast())) : Optional.empty());
    }

    /** What {@link JobApi#listUnsettled} promises and nothing more. */
    private static ObjectNode slimJob(ObjectNode job) {
        ObjectNode slim = JsonNodeFactory.instance.objectNode();
        slim.set("metadata", job.path("metadata").deepCopy());
        if (job.at("/spec/suspend").asBoolean()) {
            slim.putObject("spec").put("suspend", true);
        }
        ArrayNode ended = slim.putObject("status").putArray("conditions");
        job.at("/status/conditions").forEach(condition -> {
            if (ENDED.contains(condition.path("type").asText())) {
                ended.addObject()
                        .put("type", condition.path("type").asText())
                        .put("status", condition.path("status").asText())
                        .put(
                                "lastTransitionTime",
                                condition.path("lastTransitionTime").asText());
            }
        });
        return slim;
    }

    /** What {@link JobApi.Page} promises of a Pod and nothing more. */
    private static ObjectNode slimPod(ObjectNode pod) {
        ObjectNode slim = JsonNodeFactory.instance.objectNode();
        slim.set("metadata", pod.path("metadata").deepCopy());
        slim.set("status", pod.path("status").deepCopy());
        ObjectNode spec = slim.putObject("spec");
        for (String field : List.of("nodeName", "activeDeadlineSeconds")) {
            if (pod.path("spec").has(field)) {
                spec.set(field, pod.path("spec").get(field));
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
                        .filter(pod -> pod.at("/status/phase").asText().equals("Pending")),
                ScriptedCluster::slimPod);
    }

    @Override
    public Set<String> listRunning() {
        called("listRunning", "");
        pass(listTime);
        return pods.values().stream()
                .filter(pod -> pod.at("/status/phase").asText().equals("Running"))
                .map(pod -> pod.at("/metadata/labels").path(JOB_UID_LABEL).asText())
                .collect(Collectors.toSet());
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
            if (member.getValue().isNull()) {
                target.remove(member.getKey());
            } else if (member.getValue() instanceof ObjectNode part) {
                merge(target.withObjectProperty(member.getKey()), part);
            } else {
                target.set(member.getKey(), member.getValue());
            }
        });
    }
}
