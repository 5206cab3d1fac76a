package dev.cupel.collect;

import dev.cupel.cloudevents.Event;
import dev.cupel.kubernetes.JobApi;
import dev.cupel.kubernetes.JobName;
import dev.cupel.rejection.InvalidValue;
import dev.cupel.rejection.Unavailable;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sends a result to the broker as soon as a Job's Pod tells all of it, some two seconds before the Job itself is over and
 * its source says so. Who hears of a new Job is who waits for its end: the channel gives that word to one instance, so each
 * Job is told by one, though all watch. Nothing depends on it. What is not told here, is told at the Job's end: an instance
 * that came later or was stopped, a watch with a gap, a broker that is away, more Jobs than are remembered.
 *
 * <p>It marks nothing: the result comes back through the broker as any other, and only that settles the Job.
 */
public final class Teller implements AutoCloseable {
    /**
     * Jobs that are waited for, and ends of others. Some of the former never leave by themselves: a gap hid their end, or
     * only the Job knew it and its result came back to another instance.
     */
    static final int MOST = 10_000;

    /** Looked at and sent together; the others wait. What a look takes of memory, {@link HeapBudget} has an eye on. */
    static final int AT_ONCE = 8;

    private static final Duration LINGER = Duration.ofSeconds(30);

    private static final int ATTEMPTS = 4;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final Pattern JOB = Pattern.compile(".*/jobs/([^/]+)");

    /** Takes an event for good. */
    @FunctionalInterface
    public interface Broker {
        /** @throws Unavailable if it did not say that it has the event */
        void send(Event event);
    }

    private final Collect collect;
    private final JobApi jobs;
    private final Optional<Broker> broker;
    private final Consumer<String> log;
    private final Duration firstPause;
    private final Duration linger;
    private final Semaphore slots = new Semaphore(AT_ONCE, true);
    private final Map<JobName, Job> awaited = bounded();
    private final Map<JobName, Boolean> ended = bounded();
    private final JobApi.EndListener listener = new JobApi.EndListener() {
        @Override
        public void mayBeOver(JobName name) {
            heard(name);
        }

        @Override
        public void begins() {
            // Whose end fell into the gap is told at the Job's end.
        }
    };
    private JobApi.@Nullable Watch watch;
    private long idleSince;
    private int looking;
    private boolean closed;

    /**
     * @param broker if there is none, nothing is told here
     * @param log of what somebody should look after
     */
    public Teller(Collect collect, JobApi jobs, Optional<Broker> broker, Consumer<String> log) {
        this(collect, jobs, broker, log, FIRST_PAUSE, LINGER);
    }

    /** @param linger how long the watch stays when no Job is waited for */
    Teller(
            Collect collect,
            JobApi jobs,
            Optional<Broker> broker,
            Consumer<String> log,
            Duration firstPause,
            Duration linger) {
        this.collect = collect;
        this.jobs = jobs;
        this.broker = broker;
        this.log = log;
        this.firstPause = firstPause;
        this.linger = linger;
    }

    /** A Job that is waited for. At most one thread looks at it. */
    private static final class Job {
        private boolean isLookedAt;
        private boolean isDue;
    }

    /** The eldest goes first. */
    private static <V> Map<JobName, V> bounded() {
        return new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<JobName, V> eldest) {
                return size() > MOST;
            }
        };
    }

    /**
     * Waits for the end of a Job that a source says is new.
     *
     * @param subject of its event
     */
    public void isNew(String subject) {
        Matcher path = JOB.matcher(subject);
        if (broker.isPresent() && path.matches()) {
            try {
                await(new JobName(path.group(1)));
            } catch (InvalidValue e) {
                // None of ours.
            }
        }
    }

    private synchronized void await(JobName name) {
        if (closed) {
            return;
        }
        if (watch == null) {
            watch = jobs.watchPodEnds(listener);
        }
        awaited.computeIfAbsent(name, _ -> new Job());
        // The word of a new Job may be late.
        if (ended.remove(name) != null) {
            heard(name);
        }
    }

    /**
     * Waits no longer for the end of a Job whose result came back: the Job itself had told it, as where it never had a Pod.
     *
     * @param job its name
     */
    public synchronized void isTold(String job) {
        try {
            JobName name = new JobName(job);
            Job told = awaited.get(name);
            if (told != null) {
                forget(name, told);
            }
        } catch (InvalidValue e) {
            // None of ours.
        }
    }

    /** Whatever is heard while a Job is looked at makes it due once more. */
    private synchronized void heard(JobName name) {
        Job job = awaited.get(name);
        if (job == null) {
            ended.put(name, true);
            return;
        }
        job.isDue = true;
        if (!job.isLookedAt) {
            job.isLookedAt = true;
            looking++;
            Thread.ofVirtual().name("tells of " + name).start(() -> lookWhileDue(name, job));
        }
    }

    private synchronized boolean takeDue(Job job) {
        boolean isDue = job.isDue && !closed;
        job.isDue = false;
        job.isLookedAt = isDue;
        looking -= isDue ? 0 : 1;
        return isDue;
    }

    private void lookWhileDue(JobName name, Job job) {
        while (takeDue(job)) {
            try {
                slots.acquire();
                try {
                    look(name, job);
                } finally {
                    slots.release();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                forget(name, job);
            } catch (RuntimeException e) {
                log.accept("Job " + name + " is told at its end, since sooner it could not be: " + e);
                forget(name, job);
            }
        }
    }

    /** Tries again while it has its slot: where a broker is away, a thousand must not all knock. */
    private void look(JobName name, Job job) throws InterruptedException {
        Duration pause = firstPause;
        for (int attempt = 1; !isClosed(); attempt++) {
            try {
                if (!tryOnce(name)) {
                    forget(name, job);
                }
                return;
            } catch (Unavailable e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
            Thread.sleep(pause);
            pause = pause.multipliedBy(2);
        }
    }

    /** Whether there is still something to wait for. */
    private boolean tryOnce(JobName name) {
        return switch (collect.lookEarly(name)) {
            case Collect.Early.NotYet _ -> true;
            case Collect.Early.AtItsEnd _ -> false;
            case Collect.Early.Now(Event finished) -> {
                broker.orElseThrow().send(finished);
                yield false;
            }
        };
    }

    private synchronized void forget(JobName name, Job job) {
        job.isDue = false;
        awaited.remove(name, job);
        if (awaited.isEmpty() && !closed) {
            long since = ++idleSince;
            Thread.ofVirtual().name("lets the watch go").start(() -> letGo(since));
        }
    }

    private void letGo(long since) {
        try {
            Thread.sleep(linger);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            if (awaited.isEmpty() && since == idleSince) {
                stopWatching();
            }
        }
    }

    private synchronized void stopWatching() {
        JobApi.Watch old = watch;
        watch = null;
        ended.clear();
        if (old != null) {
            old.close();
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    synchronized boolean isWatching() {
        return watch != null;
    }

    /** Whether nothing is looked at or sent. */
    synchronized boolean isIdle() {
        return looking == 0;
    }

    /** How many Jobs are waited for. */
    synchronized int count() {
        return awaited.size();
    }

    /** Begins nothing more, and returns when what is being sent has its answer, or should have. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            stopWatching();
        }
        try {
            if (slots.tryAcquire(AT_ONCE, GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                slots.release(AT_ONCE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
