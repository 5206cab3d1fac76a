package dev.cupel.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.kubernetes.JobApi;
import dev.cupel.kubernetes.JobName;
import dev.cupel.kubernetes.JobReference;
import dev.cupel.local.sandbox.Sandbox;
import dev.cupel.local.sandbox.SystemFolders;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Jobs on this machine. Each runs its container's command as a child process. The image is not used: the programs are
 * this machine's own. The result names the limits of a Job that are not enforced.
 */
public final class LocalJobApi implements JobApi, AutoCloseable {
    private final String namespace;
    private final Consumer<ObjectNode> changes;
    private final Consumer<ObjectNode> deletions;
    private final Node node;
    private final Map<JobName, LocalJob> jobs = new ConcurrentHashMap<>();
    private final Semaphore slots;
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("time to live").factory());
    private final Set<EndListener> listeners = ConcurrentHashMap.newKeySet();

    /**
     * Looks for a sandbox, says so if there is none, and removes what dead servers left.
     *
     * @param atOnce how many Jobs may run at the same time; others wait, as they would for a node
     * @param changes told of each change of a Job, with a copy of it but for its Pod's template
     */
    public LocalJobApi(String namespace, int atOnce, Consumer<ObjectNode> changes) {
        this(namespace, atOnce, changes, _ -> {});
    }

    /** @param deletions told of each Job that is gone, with what it was at last; of one whose result is settled, without its Pod's
     *     template */
    public LocalJobApi(String namespace, int atOnce, Consumer<ObjectNode> changes, Consumer<ObjectNode> deletions) {
        this(namespace, atOnce, changes, deletions, Sandbox.detect());
    }

    public LocalJobApi(
            String namespace,
            int atOnce,
            Consumer<ObjectNode> changes,
            Consumer<ObjectNode> deletions,
            Sandbox sandbox) {
        this(namespace, atOnce, changes, deletions, Node.of(sandbox, SystemFolders.path(), SystemFolders.homes()));
    }

    public LocalJobApi(
            String namespace, int atOnce, Consumer<ObjectNode> changes, Consumer<ObjectNode> deletions, Node node) {
        this.namespace = namespace;
        this.node = node;
        this.slots = new Semaphore(atOnce);
        this.changes = changes;
        this.deletions = deletions;
        timer.setRemoveOnCancelPolicy(true); // Each Job has its time set twice.
        timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy()); // Closed: all are gone.
    }

    /** Whether bubblewrap stands around the programs. */
    public boolean isSandboxed() {
        return node.sandbox().isThere();
    }

    @Override
    public String namespace() {
        return namespace;
    }

    @Override
    public CreateAnswer create(ObjectNode job) {
        JobName name = JobReference.name(job.at("/metadata/name").asText());
        LocalJob made =
                new LocalJob(name, job, node, slots, timer, changed -> tell(name, changed), self -> forget(name, self));
        if (jobs.putIfAbsent(name, made) != null) {
            return new CreateAnswer.NameTaken();
        }
        ObjectNode stored = made.job();
        made.start();
        return new CreateAnswer.Created(stored);
    }

    @Override
    public Optional<ObjectNode> findJob(JobName name) {
        return Optional.ofNullable(jobs.get(name)).map(LocalJob::job);
    }

    @Override
    public List<ObjectNode> listPods(JobName name) {
        return Optional.ofNullable(jobs.get(name)).flatMap(LocalJob::pod).stream()
                .toList();
    }

    @Override
    public Optional<byte[]> readLog(String pod) {
        return ofPod(pod).flatMap(LocalJob::log);
    }

    @Override
    public boolean patchJob(JobName name, ObjectNode mergePatch) {
        LocalJob job = jobs.get(name);
        if (job == null) {
            return false;
        }
        job.patch(mergePatch);
        return true;
    }

    @Override
    public boolean patchPod(String pod, ObjectNode mergePatch) {
        Optional<LocalJob> job = ofPod(pod);
        job.ifPresent(found -> found.patchPod(mergePatch));
        return job.isPresent();
    }

    @Override
    public boolean deleteJob(JobName name) {
        LocalJob job = jobs.get(name);
        if (job == null || !forget(name, job)) {
            return false;
        }
        Thread.ofVirtual().start(() -> close(job));
        return true;
    }

    /** Compares more than the name: another Job may have it by now. */
    private boolean forget(JobName name, LocalJob job) {
        boolean wasThere = jobs.remove(name, job);
        if (wasThere) {
            deletions.accept(job.leave());
            listeners.forEach(listener -> listener.mayBeOver(name));
        }
        return wasThere;
    }

    /** Those who wait first: nobody else is waiting for the rest. */
    private void tell(JobName name, ObjectNode job) {
        boolean isWithdrawn = job.at("/spec/parallelism").asInt(1) == 0;
        if (isWithdrawn || !job.at("/status/conditions").isEmpty()) {
            listeners.forEach(listener -> listener.mayBeOver(name));
        }
        changes.accept(job);
    }

    /** Here a Job ends with its container. */
    @Override
    public Watch watchEnds(EndListener listener) {
        listeners.add(listener);
        listener.begins();
        return () -> listeners.remove(listener);
    }

    @Override
    public Page listUnsettled(int limit, Optional<String> after) {
        return list(job -> !job.isSettled(), job -> !LocalObjects.isSettled(job), limit, after);
    }

    @Override
    public Page listJobs(Map<String, String> labels, int limit, Optional<String> after) {
        return list(
                _ -> true,
                job -> labels.entrySet().stream()
                        .allMatch(label -> job.at("/metadata/labels")
                                .path(label.getKey())
                                .asText()
                                .equals(label.getValue())),
                limit,
                after);
    }

    /** @param mayBe tells without the object, which of a settled Job lies in a file */
    private Page list(Predicate<LocalJob> mayBe, Predicate<ObjectNode> wanted, int limit, Optional<String> after) {
        List<ObjectNode> rest = jobs.entrySet().stream()
                .filter(entry -> after.isEmpty() || entry.getKey().value().compareTo(after.get()) > 0)
                .filter(entry -> mayBe.test(entry.getValue()))
                .sorted(Comparator.comparing(entry -> entry.getKey().value()))
                .map(entry -> entry.getValue().job())
                .filter(wanted)
                .limit(limit + 1L)
                .toList();
        if (rest.size() <= limit) {
            return new Page(rest, Optional.empty());
        }
        List<ObjectNode> page = rest.subList(0, limit);
        return new Page(page, Optional.of(page.getLast().at("/metadata/name").asText()));
    }

    /** A process either starts at once, or its Job ends. */
    @Override
    public Page listPending(int limit, Optional<String> after) {
        return new Page(List.of(), Optional.empty());
    }

    @Override
    public Set<String> listRunning() {
        return jobs.values().stream().flatMap(job -> job.runningUid().stream()).collect(Collectors.toSet());
    }

    /** Pods are always made here. */
    @Override
    public Map<String, String> listCreateFailures() {
        return Map.of();
    }

    private Optional<LocalJob> ofPod(String pod) {
        return LocalObjects.jobOf(pod)
                .flatMap(name -> Optional.ofNullable(jobs.get(name)))
                .filter(LocalJob::hasPod);
    }

    /** Ends every process that was started, all at once, and returns when they are gone. */
    @Override
    public void close() {
        List<Thread> closing = jobs.values().stream()
                .map(job -> Thread.ofVirtual().start(() -> close(job)))
                .toList();
        try {
            for (Thread thread : closing) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        timer.shutdownNow();
        node.close();
    }

    private static void close(LocalJob job) {
        try {
            job.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
