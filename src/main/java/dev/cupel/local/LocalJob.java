package dev.cupel.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.event.JobName;
import dev.cupel.event.Quoted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** One Job on this machine, from its creation to the end of its TTL: what controller and kubelet do in a cluster. */
final class LocalJob {
    private static final Logger LOG = Logger.getLogger(LocalJob.class);

    private final JobName name;
    private final ObjectNode job;
    private final Sandbox sandbox;
    private final Semaphore slots;
    private final Consumer<ObjectNode> changes;
    private final Consumer<LocalJob> forget;
    private @Nullable ObjectNode pod;
    private @Nullable LocalContainer container;
    private byte @Nullable [] log;
    private boolean stopping;
    private boolean over;
    private boolean closing;
    private @Nullable Thread thread;

    LocalJob(
            JobName name,
            ObjectNode manifest,
            Sandbox sandbox,
            Semaphore slots,
            Consumer<ObjectNode> changes,
            Consumer<LocalJob> forget) {
        this.name = name;
        this.job = LocalObjects.stored(manifest);
        this.sandbox = sandbox;
        this.slots = slots;
        this.changes = changes;
        this.forget = forget;
    }

    synchronized void start() {
        thread = Thread.ofVirtual().name("job " + name).start(this::run);
    }

    synchronized ObjectNode job() {
        return job.deepCopy();
    }

    synchronized Optional<ObjectNode> pod() {
        return Optional.ofNullable(pod).map(ObjectNode::deepCopy);
    }

    synchronized Optional<byte[]> log() {
        return Optional.ofNullable(container).map(LocalContainer::log).or(() -> Optional.ofNullable(log));
    }

    void patch(ObjectNode mergePatch) {
        synchronized (this) {
            LocalObjects.merge(job, mergePatch);
            notifyAll(); // The TTL may be another.
        }
        if (mergePatch.path("spec").path("parallelism").asInt(1) == 0) {
            stopSoon();
        }
        stopIfDeadlineIsLowered(mergePatch);
        changes.accept(job());
    }

    void patchPod(ObjectNode mergePatch) {
        synchronized (this) {
            if (pod != null) {
                LocalObjects.merge(pod, mergePatch);
            }
        }
        stopIfDeadlineIsLowered(mergePatch);
    }

    private void stopIfDeadlineIsLowered(ObjectNode mergePatch) {
        if (mergePatch.path("spec").has("activeDeadlineSeconds")) {
            stopSoon();
        }
    }

    /** Whoever cancels does not wait for the program's grace. */
    private void stopSoon() {
        Thread.ofVirtual().start(this::stop);
    }

    /** Ends the process, gently first; the Job then ends by itself. Nothing happens to one that has ended. */
    void stop() {
        LocalContainer running;
        synchronized (this) {
            if (over) {
                // Only its TTL is still waited for.
                return;
            }
            stopping = true;
            running = container;
            if (running == null && thread != null) {
                thread.interrupt(); // It waits for its turn.
            }
        }
        if (running != null) {
            try {
                running.terminate(grace());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Ends the process, and returns when nothing of the Job is left. */
    void close() throws InterruptedException {
        stop();
        Thread own;
        synchronized (this) {
            closing = true;
            notifyAll();
            own = thread;
        }
        if (own != null) {
            own.join(grace().plusSeconds(2));
        }
    }

    private void run() {
        try {
            if (!slots.tryAcquire()) {
                suspend();
                slots.acquire();
            }
            try {
                runInFolder();
            } finally {
                slots.release();
            }
        } catch (InterruptedException e) {
            endBeforeStart();
        }
        try {
            expire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        forget.accept(this);
    }

    /** It has to wait for its turn, as with Kueue. */
    private void suspend() {
        synchronized (this) {
            ((ObjectNode) job.get("spec")).put("suspend", true);
        }
        changes.accept(job());
    }

    private void runInFolder() throws InterruptedException {
        Path folder = null;
        try {
            folder = Files.createTempDirectory("cupel-");
            runIn(folder);
        } catch (IOException e) {
            LOG.warnf("job %s could not be started: %s", name, Quoted.message(String.valueOf(e.getMessage())));
            end(LocalObjects.now(), new LocalObjects.End(128, "StartError", String.valueOf(e.getMessage())));
        } finally {
            delete(folder);
        }
    }

    private void runIn(Path folder) throws IOException, InterruptedException {
        LocalContainer own;
        String startedAt = LocalObjects.now();
        synchronized (this) {
            if (stopping) {
                throw new InterruptedException("stopped before it started");
            }
            ((ObjectNode) job.get("spec")).put("suspend", false);
            pod = LocalObjects.pod(name, (ObjectNode) job.at("/spec/template"));
            own = new LocalContainer(pod.at("/spec/containers/0"), sandbox, folder);
            own.start();
            container = own; // From here on nobody interrupts this thread.
            LocalObjects.running(job, pod, startedAt);
        }
        changes.accept(job());
        long started = System.nanoTime();
        Duration deadline = Duration.ofSeconds(
                job().at("/spec/template/spec/activeDeadlineSeconds").asLong());
        int code = own.await(deadline, grace());
        boolean late = System.nanoTime() - started >= deadline.toNanos();
        String reason = late || isStopping() ? "DeadlineExceeded" : code == 0 ? "Completed" : "Error";
        end(startedAt, new LocalObjects.End(code, reason, own.terminationMessage()));
    }

    private void endBeforeStart() {
        synchronized (this) {
            LocalObjects.endedBeforeStart(job);
            over = true;
            Thread.interrupted(); // Told twice, heeded once.
        }
        changes.accept(job());
    }

    private synchronized boolean isStopping() {
        return stopping;
    }

    private void end(String startedAt, LocalObjects.End end) {
        synchronized (this) {
            if (pod == null) {
                pod = LocalObjects.pod(name, (ObjectNode) job.at("/spec/template"));
            }
            LocalObjects.ended(job, pod, startedAt, end);
            log = container == null ? null : container.log();
            container = null;
            over = true;
        }
        changes.accept(job());
    }

    private Duration grace() {
        return Duration.ofSeconds(
                job().at("/spec/template/spec/terminationGracePeriodSeconds").asLong(10));
    }

    /** Waits for the TTL, which settling lowers. */
    private synchronized void expire() throws InterruptedException {
        long from = System.nanoTime();
        while (!closing) {
            Duration ttl =
                    Duration.ofSeconds(job.at("/spec/ttlSecondsAfterFinished").asLong());
            long left =
                    ttl.toMillis() - Duration.ofNanos(System.nanoTime() - from).toMillis();
            if (left <= 0) {
                return;
            }
            wait(left);
        }
    }

    private static void delete(@Nullable Path folder) {
        if (folder == null) {
            return;
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | java.io.UncheckedIOException e) {
            LOG.warnf("the folder of a job could not be deleted: %s", Quoted.message(String.valueOf(e.getMessage())));
        }
    }
}
