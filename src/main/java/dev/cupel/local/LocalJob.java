package dev.cupel.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.kubernetes.CupelMetadata;
import dev.cupel.kubernetes.JobName;
import dev.cupel.local.sandbox.Limits;
import dev.cupel.local.sandbox.NotStarted;
import dev.cupel.local.sandbox.Trial;
import dev.cupel.rejection.Quoted;
import dev.cupel.rejection.Unavailable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** One Job on this machine, from its creation to the end of its TTL: what controller and kubelet do in a cluster. */
final class LocalJob {
    private static final Logger LOG = Logger.getLogger(LocalJob.class);

    private final JobName name;
    private ObjectNode job;
    private final Node node;
    private final Limits limits;
    private final Semaphore slots;
    private final ScheduledExecutorService timer;
    private final Consumer<ObjectNode> changes;
    private final Consumer<LocalJob> forget;
    private @Nullable ObjectNode pod;
    private @Nullable LocalContainer container;
    private @Nullable ContainerLog log;
    private @Nullable KeptJob kept;
    private boolean waiting;
    private boolean stopping;
    private boolean over;
    private boolean gone;
    private long overSince;
    private Duration ttl = Duration.ZERO;
    private @Nullable Future<?> expiry;
    private @Nullable Thread thread;

    LocalJob(
            JobName name,
            ObjectNode manifest,
            Node node,
            Semaphore slots,
            ScheduledExecutorService timer,
            Consumer<ObjectNode> changes,
            Consumer<LocalJob> forget) {
        this.name = name;
        this.job = LocalObjects.stored(manifest);
        this.node = node;
        this.limits = Limits.of(manifest);
        this.slots = slots;
        this.timer = timer;
        this.changes = changes;
        this.forget = forget;
    }

    /** It has a Pod when this returns, or waits for its turn. */
    synchronized void start() {
        waiting = !slots.tryAcquire();
        if (!waiting) {
            makePod();
        }
        thread = Thread.ofVirtual().name("job " + name).start(this::run);
    }

    synchronized ObjectNode job() {
        return kept == null ? job.deepCopy() : kept.job();
    }

    synchronized Optional<ObjectNode> pod() {
        return kept == null ? Optional.ofNullable(pod).map(ObjectNode::deepCopy) : kept.pod();
    }

    synchronized boolean hasPod() {
        return kept == null ? pod != null : kept.hasPod();
    }

    synchronized Optional<byte[]> log() {
        return kept == null ? Optional.ofNullable(log).map(ContainerLog::bytes) : kept.log();
    }

    /** Whether its result is in the broker's hands. Copies nothing: a sweep asks all that are kept. */
    synchronized boolean isSettled() {
        return kept != null || LocalObjects.isSettled(job);
    }

    /** Its uid while its program runs. */
    synchronized Optional<String> runningUid() {
        return container == null
                ? Optional.empty()
                : Optional.of(job.at("/metadata/uid").asText());
    }

    void patch(ObjectNode mergePatch) {
        ObjectNode told;
        synchronized (this) {
            if (kept != null) {
                takeBack(kept);
            }
            LocalObjects.merge(job, mergePatch);
            told = LocalObjects.told(job);
            if (over) {
                expireLater(); // The TTL may be another.
                keep();
            }
        }
        if (mergePatch.path("spec").path("parallelism").asInt(1) == 0) {
            stopSoon();
        }
        stopIfDeadlineIsLowered(mergePatch);
        tell(told);
    }

    /** Puts what is settled into a file. Where there is no room for it, it stays as it is. */
    private void keep() {
        if (gone || !LocalObjects.isSettled(job)) {
            return;
        }
        try {
            kept = KeptJob.write(node.folder().forKept(), node.supervisor().text(), job, pod, log);
            job = job.objectNode();
            pod = null;
            log = null;
        } catch (IOException e) {
            LOG.warnf(
                    "job %s stays in memory until its time is over: %s",
                    name, Quoted.message(String.valueOf(e.getMessage())));
        }
    }

    private void takeBack(KeptJob from) {
        job = from.job();
        pod = from.pod().orElse(null);
        log = from.log().map(ContainerLog::of).orElse(null);
        kept = null;
        from.delete();
    }

    void patchPod(ObjectNode mergePatch) {
        synchronized (this) {
            if (pod != null && kept == null) { // What is settled has no other end.
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
            if (waiting && thread != null) {
                thread.interrupt();
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
            own = thread;
        }
        if (own != null) {
            own.join(grace().plusSeconds(2));
        }
    }

    private void run() {
        try {
            takeTurn();
            try {
                runInFolder();
            } finally {
                slots.release();
            }
        } catch (InterruptedException e) {
            endBeforeStart();
        }
        expireLater();
        synchronized (this) {
            thread = null;
        }
    }

    private void takeTurn() throws InterruptedException {
        if (hasPod()) {
            return;
        }
        suspend();
        slots.acquire();
        synchronized (this) {
            waiting = false;
            if (stopping) {
                slots.release();
                throw new InterruptedException("stopped before it started");
            }
            makePod();
        }
    }

    /** It has to wait for its turn, as with Kueue. */
    private void suspend() {
        synchronized (this) {
            spec().put("suspend", true);
        }
        tell();
    }

    private synchronized void makePod() {
        spec().put("suspend", false);
        pod = LocalObjects.pod(name, (ObjectNode) job.at("/spec/template"), node.unenforced(limits));
    }

    /** A copy of a part of it. */
    private synchronized JsonNode at(String pointer) {
        return job.at(pointer).deepCopy();
    }

    private ObjectNode spec() {
        return (ObjectNode) job.get("spec");
    }

    /** Whatever happens, the Job ends, because a Job that never ends has no result. */
    private void runInFolder() {
        String startedAt = LocalObjects.now();
        Path folder = null;
        try {
            folder = node.folder().forJob();
            runIn(folder, startedAt);
        } catch (NotStarted e) {
            LOG.warnf("job %s could not be started: %s", name, Quoted.message(e.text()));
            end(startedAt, LocalObjects.End.notStarted(e.text()));
        } catch (Throwable e) {
            fail(startedAt, e);
        } finally {
            if (folder != null) {
                Deletion.delete(folder);
            }
        }
    }

    private void fail(String startedAt, Throwable fault) {
        LocalContainer running;
        synchronized (this) {
            running = container;
        }
        if (running != null) {
            running.kill();
        }
        end(
                startedAt,
                running == null
                        ? LocalObjects.End.notStarted("a fault of Cupel's own, see its log")
                        : LocalObjects.End.lost("a fault of Cupel's own while it ran, see its log"));
        LOG.errorf(fault, "job %s ended by a fault", name);
    }

    private void runIn(Path folder, String startedAt) throws NotStarted, InterruptedException {
        boolean supervised = isSupervised();
        try (LocalContainer own =
                LocalContainer.start(node, at("/spec/template/spec/containers/0"), limits, folder, supervised)) {
            boolean stop;
            synchronized (this) {
                container = own;
                log = own.log();
                LocalObjects.running(job, Objects.requireNonNull(pod), startedAt);
                stop = stopping;
            }
            if (stop) {
                stopSoon(); // Asked for while it started.
            }
            tell();
            end(startedAt, await(own, supervised));
        }
    }

    private LocalObjects.End await(LocalContainer own, boolean supervised) throws InterruptedException {
        long started = System.nanoTime();
        Duration deadline = Duration.ofSeconds(
                at("/spec/template/spec/activeDeadlineSeconds").asLong());
        int code = own.await(deadline, grace());
        boolean late = System.nanoTime() - started >= deadline.toNanos();
        if (late || isStopping()) {
            return new LocalObjects.End(code, "DeadlineExceeded", own.terminationMessage());
        }
        if (own.isOutOfMemory()) {
            return new LocalObjects.End(code, "OOMKilled", own.terminationMessage());
        }
        if (supervised && !own.log().hasFrame()) {
            // Older than any program is the supervisor's first frame. Without it, what there is, is why there is none.
            String why = Trial.firstLine(new String(own.log().bytes(), UTF_8));
            return LocalObjects.End.notStarted("it ended with code " + code + (why.isEmpty() ? "" : ": " + why));
        }
        return new LocalObjects.End(code, code == 0 ? "Completed" : "Error", own.terminationMessage());
    }

    private boolean isSupervised() {
        return at("/metadata/annotations").path(CupelMetadata.CAPTURE).asText().equals("exact");
    }

    /** A listener cannot keep a Job from ending. */
    private void tell() {
        ObjectNode told;
        synchronized (this) {
            told = LocalObjects.told(job);
        }
        tell(told);
    }

    private void tell(ObjectNode told) {
        try {
            changes.accept(told);
        } catch (RuntimeException | Error e) {
            LOG.errorf(e, "a change of job %s was not told", name);
        }
    }

    private void endBeforeStart() {
        ObjectNode told;
        synchronized (this) {
            LocalObjects.endedBeforeStart(job);
            isOver();
            told = LocalObjects.told(job);
            Thread.interrupted(); // Told twice, heeded once.
        }
        tell(told);
    }

    private synchronized boolean isStopping() {
        return stopping;
    }

    private void end(String startedAt, LocalObjects.End end) {
        ObjectNode told;
        synchronized (this) {
            LocalObjects.ended(job, Objects.requireNonNull(pod), startedAt, end);
            container = null;
            isOver();
            told = LocalObjects.told(job); // Now: it may be settled at once, and lie in a file.
        }
        tell(told);
    }

    private Duration grace() {
        return Duration.ofSeconds(
                at("/spec/template/spec/terminationGracePeriodSeconds").asLong(10));
    }

    private void isOver() {
        over = true;
        overSince = System.nanoTime();
    }

    /** When the TTL is over, which settling lowers. */
    private synchronized void expireLater() {
        if (expiry != null) {
            expiry.cancel(false);
        }
        if (kept == null) {
            ttl = Duration.ofSeconds(job.at("/spec/ttlSecondsAfterFinished").asLong());
        }
        if (!gone) {
            Duration since = Duration.ofNanos(System.nanoTime() - overSince);
            expiry = timer.schedule(
                    () -> forget.accept(this), Math.max(0, ttl.minus(since).toMillis()), TimeUnit.MILLISECONDS);
        }
    }

    private ObjectNode last() {
        try {
            return isSettled() ? LocalObjects.told(job()) : job();
        } catch (Unavailable e) {
            return LocalObjects.named(name); // Somebody took its file away.
        }
    }

    /** What it was at last: all of it where that is still to be told, else what it is called. Nothing of it is left. */
    synchronized ObjectNode leave() {
        ObjectNode last = last();
        gone = true;
        if (expiry != null) {
            expiry.cancel(false);
        }
        if (kept != null) {
            kept.delete();
        }
        return last;
    }
}
