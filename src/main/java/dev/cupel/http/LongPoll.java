package dev.cupel.http;

import dev.cupel.collect.Collect;
import dev.cupel.collect.observed.Observed;
import dev.cupel.kubernetes.JobName;
import dev.cupel.rejection.Unavailable;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Lets callers wait for the end of a Job. All callers of one Job share one thread, which looks at the Job until it is
 * over or nobody waits any more, and they share the result that it reads. If the API server is away, it tries again.
 */
@Singleton
class LongPoll {
    /** How many callers may wait. A waiting call holds a connection, and other calls need some, too. */
    static final int MAX = 500;

    private static final Logger LOG = Logger.getLogger(LongPoll.class);
    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(1);

    private final Collect collect;
    private final Results results;
    private final Map<JobName, Job> jobs = new HashMap<>();
    private int waiting;

    LongPoll(Collect collect, Results results) {
        this.collect = collect;
        this.results = results;
    }

    /** A caller that waits. */
    private static final class Caller {
        private final CompletableFuture<Optional<Results.Shared>> end = new CompletableFuture<>();
    }

    /** The callers that wait for one Job. */
    private static final class Job {
        private final Set<Caller> callers = new LinkedHashSet<>();
    }

    /**
     * Waits for the result. Returns empty if it does not come in time, and at once if too many callers wait or the
     * client hangs up. Whoever gets a result must call {@link Results.Shared#leave} on it.
     *
     * @param whenGone is given the action to run when the client hangs up
     */
    Optional<Results.Shared> await(JobName name, int seconds, Consumer<Runnable> whenGone) {
        Caller caller = new Caller();
        CompletableFuture<Optional<Results.Shared>> end = caller.end;
        if (!enter(name, caller)) {
            return Optional.empty();
        }
        whenGone.accept(() -> end.complete(Optional.empty()));
        try {
            return end.get(seconds, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return leave(end);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return leave(end);
        } finally {
            remove(name, caller);
        }
    }

    /** Stops waiting, but takes a result that came in the last moment. */
    private static Optional<Results.Shared> leave(CompletableFuture<Optional<Results.Shared>> end) {
        end.complete(Optional.empty());
        return end.join();
    }

    private synchronized boolean enter(JobName name, Caller caller) {
        if (waiting >= MAX) {
            return false;
        }
        waiting++;
        Job job = jobs.get(name);
        if (job == null) {
            Job first = new Job();
            jobs.put(name, first);
            first.callers.add(caller);
            Thread.ofVirtual().name("waits for " + name).start(() -> watch(name, first));
        } else {
            job.callers.add(caller);
        }
        return true;
    }

    private synchronized void remove(JobName name, Caller caller) {
        waiting--;
        Job job = jobs.get(name);
        if (job != null && job.callers.remove(caller) && job.callers.isEmpty()) {
            jobs.remove(name);
        }
    }

    /** How many callers wait now. */
    synchronized int count() {
        return waiting;
    }

    private void watch(JobName name, Job job) {
        try {
            Duration pause = FIRST;
            while (isWanted(job)) {
                Optional<Observed> over = ask(name, job);
                if (over.isPresent() && answer(name, job, over.get())) {
                    return;
                }
                Thread.sleep(pause);
                pause = pause.compareTo(LONGEST) < 0 ? pause.multipliedBy(3).dividedBy(2) : LONGEST;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("waiting for Job " + name, e);
        } finally {
            take(name, job).forEach(caller -> caller.end.complete(Optional.empty()));
        }
    }

    private synchronized boolean isWanted(Job job) {
        return !job.callers.isEmpty();
    }

    /** The Job if it is over. If it is gone, this ends the waiting of its callers. */
    private Optional<Observed> ask(JobName name, Job job) {
        try {
            Optional<Observed> observed = collect.look(name);
            if (observed.isEmpty()) {
                take(name, job).forEach(caller -> caller.end.complete(Optional.empty()));
            }
            return observed.filter(Observed::isOver);
        } catch (Unavailable e) {
            return Optional.empty();
        }
    }

    private boolean answer(JobName name, Job job, Observed over) {
        Results.Shared shared;
        try {
            shared = results.read(over);
        } catch (Unavailable e) {
            return false;
        }
        for (Caller caller : take(name, job)) {
            shared.join();
            if (!caller.end.complete(Optional.of(shared))) {
                shared.leave();
            }
        }
        shared.leave();
        return true;
    }

    /** Takes the callers out. A caller that comes later starts a new {@link Job}. */
    private synchronized List<Caller> take(JobName name, Job job) {
        jobs.remove(name, job);
        List<Caller> callers = List.copyOf(job.callers);
        job.callers.clear();
        return callers;
    }
}
