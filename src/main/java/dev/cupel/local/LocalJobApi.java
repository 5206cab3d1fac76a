package dev.cupel.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.cluster.JobApi;
import dev.cupel.event.JobName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * Jobs on this machine: each runs its container's command as a child process. CPU and memory limits are not enforced, and
 * the image is not used: the programs are this machine's own.
 */
public final class LocalJobApi implements JobApi, AutoCloseable {
    private final String namespace;
    private final Consumer<ObjectNode> changes;
    private final Sandbox sandbox;
    private final Map<JobName, LocalJob> jobs = new ConcurrentHashMap<>();
    private final Semaphore slots;

    /**
     * @param atOnce how many Jobs may run at the same time; others wait, as they would for a node
     * @param changes told of each change of a Job, with a copy of it
     */
    public LocalJobApi(String namespace, int atOnce, Consumer<ObjectNode> changes) {
        this(namespace, atOnce, changes, Sandbox.detect());
    }

    LocalJobApi(String namespace, int atOnce, Consumer<ObjectNode> changes, Sandbox sandbox) {
        this.namespace = namespace;
        this.sandbox = sandbox;
        this.slots = new Semaphore(atOnce);
        this.changes = changes;
    }

    @Override
    public String namespace() {
        return namespace;
    }

    @Override
    public CreateAnswer create(ObjectNode job) {
        JobName name = new JobName(job.at("/metadata/name").asText());
        LocalJob made = new LocalJob(name, job, sandbox, slots, changes, self -> jobs.remove(name, self));
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
        LocalJob job = jobs.remove(name);
        if (job == null) {
            return false;
        }
        Thread.ofVirtual().start(() -> close(job));
        return true;
    }

    private Optional<LocalJob> ofPod(String pod) {
        return jobs.values().stream()
                .filter(job -> job.pod()
                        .filter(object -> object.at("/metadata/name").asText().equals(pod))
                        .isPresent())
                .findFirst();
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
    }

    private static void close(LocalJob job) {
        try {
            job.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
