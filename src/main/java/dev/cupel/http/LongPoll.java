package dev.cupel.http;

import dev.cupel.collect.Collect;
import dev.cupel.collect.observed.Observed;
import dev.cupel.http.door.EndHandlers;
import dev.cupel.kubernetes.JobApi;
import dev.cupel.kubernetes.JobName;
import dev.cupel.rejection.Unavailable;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Lets callers wait for the end of a Job. One watch serves all of them, however many: a Job is looked at when a caller
 * comes, when the watch begins, and when the watch tells of it. All callers of one Job share these looks, and the result
 * that comes of them. Nothing else is asked, so a Job that goes on for ten minutes costs nothing until it ends.
 */
@Singleton
class LongPoll {
    /** How many callers may wait. A waiting call holds a connection, and other calls need some, too. */
    static final int MAX = 500;

    /** How long the watch stays when nobody waits any more: somebody may be about to. */
    static final Duration LINGER = Duration.ofSeconds(5);

    private static final Logger LOG = Logger.getLogger(LongPoll.class);

    /** Jobs that are looked at together. When a watch begins anew, all that are waited for are due. */
    private static final int LOOKS_AT_ONCE = 8;

    private static final Duration FIRST_RETRY = Duration.ofMillis(250);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(10);

    private final Collect collect;
    private final Results results;
    private final JobApi api;
    private final Semaphore looks = new Semaphore(LOOKS_AT_ONCE, true);
    private final Map<JobName, Job> jobs = new HashMap<>();
    private final JobApi.EndListener listener = new JobApi.EndListener() {
        @Override
        public void mayBeOver(JobName name) {
            look(name);
        }

        @Override
        public void begins() {
            hasBegun = true;
            lookAtAll();
        }

        @Override
        public void breaksOff() {
            isBroken = true;
        }

        @Override
        public void goesOn() {
            isBroken = false;
        }
    };
    private JobApi.@Nullable Watch watch;
    private int waiting;
    private long departures;
    private volatile boolean hasBegun;
    private volatile boolean isBroken;

    LongPoll(Collect collect, Results results, JobApi api) {
        this.collect = collect;
        this.results = results;
        this.api = api;
    }

    /** A caller that waits. */
    private static final class Caller {
        private final CompletableFuture<Optional<Results.Shared>> end = new CompletableFuture<>();
    }

    /** The callers that wait for one Job. At most one thread looks at it. */
    private static final class Job {
        private final JobName name;
        private final Set<Caller> callers = new LinkedHashSet<>();
        private boolean isLookedAt;
        private boolean isDue;

        Job(JobName name) {
            this.name = name;
        }
    }

    /** Answers with the result if it comes in that time; {@link #await} says when it does not. */
    Optional<Response> answer(JobName name, int seconds, RoutingContext exchange) {
        return seconds == 0
                ? Optional.empty()
                : await(name, seconds, end -> EndHandlers.add(exchange, end))
                        .map(shared -> Results.json(shared, exchange)
                                .header("Preference-Applied", "wait=" + seconds)
                                .build());
    }

    /**
     * Waits for the result. Returns empty if it does not come in time, and at once if too many callers wait, the Job is
     * gone or the client hangs up. Whoever gets a result must call {@link Results.Shared#leave} on it.
     *
     * @param whenGone is given the action to run when the client hangs up
     */
    Optional<Results.Shared> await(JobName name, int seconds, Consumer<Runnable> whenGone) {
        Caller caller = new Caller();
        CompletableFuture<Optional<Results.Shared>> end = caller.end;
        if (!enter(name, caller)) {
            return Optional.empty();
        }
        try {
            whenGone.accept(() -> end.complete(Optional.empty()));
            look(name);
            return end.get(seconds, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            // Without a watch, or while it is broken, nobody would have told.
            return leave(end).or(() -> hasBegun && !isBroken ? Optional.empty() : lookNow(name));
        } catch (ExecutionException e) {
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

    private Optional<Results.Shared> lookNow(JobName name) {
        try {
            return collect.look(name).flatMap(results::read);
        } catch (Unavailable e) {
            return Optional.empty();
        }
    }

    private synchronized boolean enter(JobName name, Caller caller) {
        if (waiting >= MAX) {
            return false;
        }
        waiting++;
        jobs.computeIfAbsent(name, Job::new).callers.add(caller);
        if (watch == null) {
            watch = api.watchEnds(listener);
        }
        return true;
    }

    private synchronized void remove(JobName name, Caller caller) {
        waiting--;
        Job job = jobs.get(name);
        if (job != null && job.callers.remove(caller) && job.callers.isEmpty()) {
            jobs.remove(name);
        }
        if (waiting == 0) {
            long departure = ++departures;
            Thread.ofVirtual().name("lets the watch go").start(() -> letGo(departure));
        }
    }

    private void letGo(long departure) {
        try {
            Thread.sleep(LINGER);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            if (waiting == 0 && departure == departures) {
                close();
            }
        }
    }

    @PreDestroy
    synchronized void close() {
        JobApi.Watch old = watch;
        watch = null;
        hasBegun = false;
        isBroken = false;
        if (old != null) {
            old.close();
        }
    }

    /** How many callers wait now. */
    synchronized int count() {
        return waiting;
    }

    synchronized boolean isWatching() {
        return watch != null;
    }

    private synchronized void lookAtAll() {
        List.copyOf(jobs.keySet()).forEach(this::look);
    }

    /** Whatever is told while a Job is looked at makes it due once more. */
    private synchronized void look(JobName name) {
        Job job = jobs.get(name);
        if (job == null) {
            return;
        }
        job.isDue = true;
        if (!job.isLookedAt) {
            job.isLookedAt = true;
            Thread.ofVirtual().name("looks at " + name).start(() -> lookWhileDue(job));
        }
    }

    private synchronized boolean takeDue(Job job) {
        boolean isDue = job.isDue && !job.callers.isEmpty();
        job.isDue = false;
        job.isLookedAt = isDue;
        return isDue;
    }

    private void lookWhileDue(Job job) {
        try {
            Duration retry = FIRST_RETRY;
            while (takeDue(job)) {
                if (!lookOnce(job)) {
                    Thread.sleep(retry);
                    retry = retry.compareTo(LONGEST_RETRY) < 0 ? retry.multipliedBy(2) : LONGEST_RETRY;
                    look(job.name);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            answer(job, Optional.empty());
        } catch (RuntimeException e) {
            LOG.error("waiting for Job " + job.name, e);
            answer(job, Optional.empty());
        }
    }

    /** Answers the callers if the Job is over or gone; false if nobody could tell. */
    private boolean lookOnce(Job job) throws InterruptedException {
        looks.acquire();
        try {
            Optional<Observed> observed = collect.look(job.name);
            if (observed.isEmpty()) {
                answer(job, Optional.empty());
            } else {
                results.read(observed.get()).ifPresent(shared -> answer(job, Optional.of(shared)));
            }
            return true;
        } catch (Unavailable e) {
            return false;
        } finally {
            looks.release();
        }
    }

    private void answer(Job job, Optional<Results.Shared> result) {
        for (Caller caller : take(job)) {
            result.ifPresent(Results.Shared::join);
            if (!caller.end.complete(result)) {
                result.ifPresent(Results.Shared::leave);
            }
        }
        result.ifPresent(Results.Shared::leave);
    }

    /** Takes the callers out. A caller that comes later starts a new {@link Job}. */
    private synchronized List<Caller> take(Job job) {
        jobs.remove(job.name, job);
        List<Caller> callers = List.copyOf(job.callers);
        job.callers.clear();
        return callers;
    }
}
