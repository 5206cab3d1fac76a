package dev.cupel.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.rejection.Unavailable;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * A {@link JobApi} in memory that runs nothing: a test says what a Job has come to ({@link #putPod}, {@link #putStatus}),
 * and what the server answers instead ({@link #refuse}, {@link #fail}).
 */
public final class FakeJobApi implements JobApi {
    private final Map<JobName, ObjectNode> jobs = new LinkedHashMap<>();
    private final Map<String, ObjectNode> pods = new LinkedHashMap<>();
    private final Map<String, byte[]> logs = new LinkedHashMap<>();
    private Optional<String> refusal = Optional.empty();
    private Optional<Unavailable> failure = Optional.empty();

    /** From now on nothing is created, for this reason. */
    public void refuse(String message) {
        refusal = Optional.of(message);
    }

    /** From now on every call fails so. */
    public void fail(Unavailable unavailable) {
        failure = Optional.of(unavailable);
    }

    /** What the controller says of a Job. */
    public void putStatus(JobName name, JsonNode status) {
        Optional.ofNullable(jobs.get(name)).orElseThrow().set("status", status);
    }

    /** A pod of a Job; its log, if it has one. */
    public void putPod(ObjectNode pod, Optional<byte[]> log) {
        String name = pod.at("/metadata/name").asText();
        pods.put(name, pod);
        log.ifPresent(bytes -> logs.put(name, bytes.clone()));
    }

    public List<JobName> names() {
        return List.copyOf(jobs.keySet());
    }

    @Override
    public String namespace() {
        return "crucible";
    }

    @Override
    public CreateAnswer create(ObjectNode job) {
        check();
        if (refusal.isPresent()) {
            return new CreateAnswer.Refused(refusal.get());
        }
        JobName name = new JobName(job.at("/metadata/name").asText());
        if (jobs.containsKey(name)) {
            return new CreateAnswer.NameTaken();
        }
        ObjectNode stored = job.deepCopy();
        stored.withObjectProperty("metadata")
                .put("uid", UUID.randomUUID().toString())
                .put(
                        "creationTimestamp",
                        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        jobs.put(name, stored);
        return new CreateAnswer.Created(stored.deepCopy());
    }

    @Override
    public Optional<ObjectNode> findJob(JobName name) {
        check();
        return Optional.ofNullable(jobs.get(name)).map(ObjectNode::deepCopy);
    }

    @Override
    public List<ObjectNode> listPods(JobName name) {
        check();
        return pods.values().stream()
                .filter(pod -> pod.at("/metadata/labels")
                        .path("batch.kubernetes.io/job-name")
                        .asText()
                        .equals(name.value()))
                .map(ObjectNode::deepCopy)
                .toList();
    }

    @Override
    public Optional<byte[]> readLog(String pod) {
        check();
        return Optional.ofNullable(logs.get(pod)).map(byte[]::clone);
    }

    @Override
    public boolean patchJob(JobName name, ObjectNode mergePatch) {
        check();
        return patch(jobs.get(name), mergePatch);
    }

    @Override
    public boolean patchPod(String pod, ObjectNode mergePatch) {
        check();
        return patch(pods.get(pod), mergePatch);
    }

    @Override
    public boolean deleteJob(JobName name) {
        check();
        listPods(name).forEach(pod -> pods.remove(pod.at("/metadata/name").asText()));
        return jobs.remove(name) != null;
    }

    @Override
    public Page listUnsettled(int limit, Optional<String> after) {
        check();
        List<ObjectNode> rest = jobs.values().stream()
                .filter(job -> !job.at("/metadata/labels").has("cupel.dev/settled"))
                .filter(job -> after.isEmpty() || nameOf(job).compareTo(after.get()) > 0)
                .sorted(Comparator.comparing(FakeJobApi::nameOf))
                .map(ObjectNode::deepCopy)
                .toList();
        boolean isLast = rest.size() <= limit;
        List<ObjectNode> page = isLast ? rest : rest.subList(0, limit);
        return new Page(page, isLast ? Optional.empty() : Optional.of(nameOf(page.getLast())));
    }

    private static String nameOf(ObjectNode job) {
        return job.at("/metadata/name").asText();
    }

    @Override
    public Page listPending(int limit, Optional<String> after) {
        check();
        List<ObjectNode> pending = pods.values().stream()
                .filter(pod -> pod.at("/status/phase").asText().equals("Pending"))
                .map(ObjectNode::deepCopy)
                .toList();
        return new Page(pending, Optional.empty());
    }

    @Override
    public Set<String> listRunning() {
        check();
        return pods.values().stream()
                .filter(pod -> pod.at("/status/phase").asText().equals("Running"))
                .map(pod -> pod.at("/metadata/labels").path(JOB_UID_LABEL).asText())
                .collect(Collectors.toSet());
    }

    @Override
    public Map<String, String> listCreateFailures() {
        check();
        return Map.of();
    }

    private void check() {
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    private static boolean patch(@org.jspecify.annotations.Nullable ObjectNode target, ObjectNode patch) {
        if (target == null) {
            return false;
        }
        patch.properties().forEach(member -> {
            JsonNode value = member.getValue();
            if (value.isNull()) {
                target.remove(member.getKey());
            } else if (value instanceof ObjectNode part) {
                patch(target.withObjectProperty(member.getKey()), part);
            } else {
                target.set(member.getKey(), value);
            }
        });
        return true;
    }
}
