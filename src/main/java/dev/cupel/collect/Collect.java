package dev.cupel.collect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.cloudevents.Event;
import dev.cupel.cloudevents.EventContext;
import dev.cupel.collect.observed.Observed;
import dev.cupel.collect.observed.OwnPods;
import dev.cupel.collect.observed.PodState;
import dev.cupel.collect.observed.SameJob;
import dev.cupel.collect.upkeep.CancelJob;
import dev.cupel.collect.upkeep.EndPreemptedJob;
import dev.cupel.collect.upkeep.EndStuckJob;
import dev.cupel.collect.upkeep.SettleJob;
import dev.cupel.collect.upkeep.SweepJobs;
import dev.cupel.collect.upkeep.Timeouts;
import dev.cupel.json.StrictJson;
import dev.cupel.kubernetes.JobApi;
import dev.cupel.kubernetes.JobName;
import dev.cupel.kubernetes.JobReference;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.Rejection;
import dev.cupel.rejection.Stage;
import dev.cupel.rejection.Unavailable;
import dev.cupel.result.JobFinished;
import dev.cupel.telemetry.Facts;
import dev.cupel.telemetry.Step;
import dev.cupel.telemetry.Telemetry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Turns a Job that has ended into its result. Marks nothing when it tells one: {@link #answerFinished} does, when the {@code
 * finished} event has come back through the broker and so is in its hands. Until then the result is told again.
 */
public final class Collect {
    private final JobApi jobs;
    private final String baseUrl;
    private final Timeouts timeouts;
    private final InstantSource clock;
    private final EndStuckJob stuck;
    private final HeapBudget budget;
    private final Telemetry telemetry;

    /**
     * The memory that it takes to read and decode the longest log. While it arrives, 10 MiB twice. Then the log once, its
     * payloads (7 MiB, with cases up to four times: see {@code FrameStore}) and, where a log was disturbed or packed, the
     * streams beside them: 8 MiB of one program, or 12 of all cases and files. Of a thousand cases 8 MiB more for their
     * digests, which are gone before the streams are made into a result.
     */
    public static final long READING_BYTES = 56L << 20;

    /** Where the last sweep of this process stopped. */
    private volatile Optional<String> stoppedAt = Optional.empty();

    /** @param baseUrl of the HTTP calls, where whole outputs can be had; without a slash at its end */
    public Collect(JobApi jobs, String baseUrl) {
        this(jobs, baseUrl, Timeouts.DEFAULT, InstantSource.system());
    }

    public Collect(JobApi jobs, String baseUrl, Timeouts timeouts, InstantSource clock) {
        this(jobs, baseUrl, timeouts, clock, new HeapBudget(Long.MAX_VALUE, Duration.ZERO), Telemetry.NONE);
    }

    /** @param budget for the logs of Jobs that events tell of */
    public Collect(
            JobApi jobs,
            String baseUrl,
            Timeouts timeouts,
            InstantSource clock,
            HeapBudget budget,
            Telemetry telemetry) {
        this.telemetry = telemetry;
        this.budget = budget;
        this.jobs = jobs;
        this.baseUrl = baseUrl;
        this.timeouts = timeouts;
        this.clock = clock;
        this.stuck = new EndStuckJob(jobs, timeouts, clock);
    }

    /** What is known of a Job right now. */
    public sealed interface State {
        /** @param observed the Job and its pods */
        record Running(Observed observed) implements State {}

        record Ended(Observed observed, ResultBuilder result) implements State {}
    }

    /**
     * Answers an update of Knative's ApiServerSource: {@code finished} if it is about a Job of ours that is over and not
     * settled, else nothing. The event only says where to look: what counts is what the API server says now.
     *
     * @param data a Job or a Pod
     * @return also {@code rejected}, if the data is none
     */
    public Optional<Event> answerUpdate(EventContext context, byte[] data) {
        return orRejected(context, () -> update(data));
    }

    private Optional<Event> update(byte[] data) {
        JsonNode object = StrictJson.parse(data);
        return switch (object.path("kind").asText()) {
            case "Job" -> jobChanged(object);
            case "Pod" -> podChanged(object);
            default -> Optional.empty();
        };
    }

    /** Whether an update that tells of this Job makes {@link #answerUpdate} do anything. Most do not: a Job changes often. */
    public static boolean heeds(JsonNode job) {
        Observed told = Observed.of(job, List.of());
        if (!Observed.isOurs(job)) {
            return false;
        }
        return told.isOver()
                ? !told.isSettled() || told.isHeld() || told.isWithdrawn()
                : told.cancelledAt().isPresent() || EndPreemptedJob.isSuspect(told);
    }

    private Optional<Event> jobChanged(JsonNode job) {
        Observed told = Observed.of(job, List.of());
        if (!heeds(job)) {
            return Optional.empty();
        }
        // A later change has an event of its own.
        if (!told.isOver()) {
            goesOn(told);
            return Optional.empty();
        }
        if (told.isSettled()) {
            jobs.findJob(told.name()).ifPresent(new SettleJob(jobs, clock, telemetry)::release);
            return Optional.empty();
        }
        return look(told.name()).filter(observed -> !observed.isSettled()).flatMap(this::finished);
    }

    /** A queue may take a Job off its node, and give it another. */
    private void goesOn(Observed told) {
        if (told.cancelledAt().isPresent()) {
            new CancelJob(jobs, clock).again(told.name());
        } else {
            new EndPreemptedJob(jobs, clock).check(told);
        }
    }

    private Optional<Event> podChanged(JsonNode pod) {
        String job =
                pod.path("metadata").path("labels").path(JobApi.JOB_NAME_LABEL).asText();
        if (job.isEmpty()) {
            return Optional.empty();
        }
        JobName name = JobReference.name(job);
        if (new PodState(pod).container().exitCode().isPresent()) {
            return look(name).filter(seen -> !seen.isSettled()).flatMap(this::finished);
        }
        if (EndStuckJob.isSuspect(pod)) {
            jobs.findJob(name)
                    .filter(Observed::isOurs)
                    .ifPresent(found -> stuck.check(Observed.of(found, List.of(pod))));
        }
        return Optional.empty();
    }

    /**
     * Answers ApiServerSource's word that an object is gone: {@code finished} if it was a Job of ours whose result was not
     * settled. Here the event is all that is left of the Job.
     *
     * <p>A source that leaves settled Jobs out says the same of one that was just settled, and shows it as it was before.
     * Nor does the other case need an answer where the Job has our finalizer: it could not go before it was settled.
     *
     * @param data what it was at last
     * @return also {@code rejected}, if the data is none
     */
    public Optional<Event> answerDelete(EventContext context, byte[] data) {
        return orRejected(context, () -> deleted(data));
    }

    /** Whether the word that this object is gone makes {@link #answerDelete} do anything. */
    public static boolean heedsDeletion(JsonNode job) {
        Observed told = Observed.of(job, List.of());
        return job.path("kind").asText().equals("Job")
                && Observed.isOurs(job)
                && !told.isSettled()
                && !told.hasFinalizer();
    }

    private Optional<Event> deleted(byte[] data) {
        JsonNode job = StrictJson.parse(data);
        if (!heedsDeletion(job)
                || SameJob.find(jobs, Observed.of(job, List.of())).isPresent()) {
            return Optional.empty();
        }
        return finished(Observed.of(job, OwnPods.of(jobs, job)).withoutJob());
    }

    /**
     * Answers PingSource: looks after Jobs of which no event comes any more.
     *
     * @return how many were changed; an update follows of each
     * @throws Unavailable if something could not be done
     */
    public int sweep() {
        SweepJobs sweep = new SweepJobs(jobs, stuck, timeouts, clock);
        try {
            int changed = sweep.run(stoppedAt);
            sweep.counts().ifPresent(telemetry::jobs);
            return changed;
        } finally {
            stoppedAt = sweep.stoppedAt();
        }
    }

    /** What a look at a Job that may not be over yet came to. */
    public sealed interface Early {
        /** Its Pod tells all. */
        record Now(Event finished) implements Early {}

        /** Its Pod does not tell all, or its log is not whole. */
        record NotYet() implements Early {}

        /** It is over or gone, and the source tells that, or it is settled. */
        record AtItsEnd() implements Early {}
    }

    /**
     * Whether the result can be told before the Job is over.
     *
     * @throws Unavailable for what may pass
     */
    public Early lookEarly(JobName name) {
        // In this order: whoever sets out to end a run says so on the Job first.
        List<ObjectNode> pods = jobs.listPods(name);
        return jobs.findJob(name)
                .filter(Observed::isOurs)
                .map(job -> Observed.of(job, OwnPods.among(pods, job)))
                .filter(seen -> !seen.isSettled() && !seen.isJobOver())
                .map(seen -> finished(seen).<Early>map(Early.Now::new).orElseGet(Early.NotYet::new))
                .orElseGet(Early.AtItsEnd::new);
    }

    private Optional<Event> finished(Observed observed) {
        if (!observed.isOver()) {
            return Optional.empty();
        }
        Instant began = clock.instant();
        try (HeapBudget.Lease _ = budget.enter(READING_BYTES)) {
            return read(observed).map(result -> told(observed, result.forEvent(now(), links(result)), began));
        }
    }

    private Event told(Observed observed, JobFinished result, Instant began) {
        return telemetry
                .tracing()
                .step(
                        Step.COLLECT,
                        began,
                        observed.trace(),
                        trace -> FinishedEvent.of(observed, result, trace),
                        Facts::of);
    }

    /** The result of an ended Job, with at most {@code headLimit} bytes of each stream. */
    public JobFinished result(ResultBuilder result, int headLimit) {
        return result.build(now(), headLimit, links(result));
    }

    private Links links(ResultBuilder result) {
        return Links.below(baseUrl + "/jobs/" + result.jobName());
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /**
     * What a Job has come to. Takes up to {@link #READING_BYTES} of memory, for which nobody is asked here.
     *
     * @return empty if there is no such Job of ours
     * @throws Unavailable for what may pass
     */
    public Optional<State> find(JobName name) {
        return look(name)
                .map(observed -> read(observed)
                        .<State>map(result -> new State.Ended(observed, result))
                        .orElseGet(() -> new State.Running(observed)));
    }

    /**
     * The result of a Job that is over, with all that was kept of its output: the limit of events does not hold here.
     * Waits for room in memory.
     *
     * @return empty if there is no such Job of ours, or it is not over
     * @throws Unavailable for what may pass
     */
    public Optional<ObjectNode> findWhole(JobName name) {
        try (HeapBudget.Lease _ = budget.enter(READING_BYTES)) {
            return look(name)
                    .flatMap(this::read)
                    .map(read -> result(read, ResultBuilder.WHOLE).toJson());
        }
    }

    /**
     * A Job and its Pods, without a look at its log.
     *
     * @return empty if there is no such Job of ours
     * @throws Unavailable for what may pass
     */
    public Optional<Observed> look(JobName name) {
        Optional<Observed> seen = see(name);
        return seen.filter(one -> one.isOver() && !one.isJobOver()).isPresent() ? seen.flatMap(this::again) : seen;
    }

    private Optional<Observed> see(JobName name) {
        return jobs.findJob(name).filter(Observed::isOurs).map(job -> Observed.of(job, OwnPods.of(jobs, job)));
    }

    /**
     * The Job once more, after its Pod said how it ended: whoever sets out to end a run says so on the Job first. If the
     * Job is over itself by now, its Pod may say more as well.
     */
    private Optional<Observed> again(Observed seen) {
        return jobs.findJob(seen.name())
                .map(seen::withJob)
                .filter(later -> later.uid().equals(seen.uid()) && !later.isJobOver())
                .or(() -> see(seen.name()));
    }

    /**
     * Reads the log of a Job that is over, and judges the run. Takes up to {@link #READING_BYTES} of memory, for which nobody
     * is asked here.
     *
     * @return empty if it is not over, or only its Pod says that it is and its log is not whole yet
     * @throws Unavailable for what may pass
     */
    public Optional<ResultBuilder> read(Observed observed) {
        if (!observed.isOver()) {
            return Optional.empty();
        }
        try {
            ResultBuilder result = ResultBuilder.collect(observed, log(observed));
            return observed.isJobOver() || result.isWhole() ? Optional.of(result) : Optional.empty();
        } catch (IOException e) {
            throw new Unavailable("the log broke off", e);
        }
    }

    private Optional<InputStream> log(Observed observed) {
        if (!observed.pod().exists()) {
            return Optional.empty();
        }
        try {
            return jobs.readLog(observed.pod().name()).map(ByteArrayInputStream::new);
        } catch (Unavailable e) {
            // Before the Job's own end nobody has to know it.
            if (!observed.isJobOver() || isGivenUp(observed)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** A node that never comes back must not keep a result from being told. */
    private boolean isGivenUp(Observed observed) {
        return observed.overSince()
                .filter(over -> !over.plus(timeouts.lost()).isAfter(clock.instant()))
                .isPresent();
    }

    /**
     * Answers a {@code finished} event that came back: the result is in the broker's hands, so its Job is marked settled
     * and lives on for the template's own TTL. Nothing to do if it is gone.
     *
     * @return {@code rejected} if the event is wrong; else nothing
     */
    public Optional<Event> answerFinished(EventContext context, byte[] data) {
        return orRejected(context, () -> {
            telemetry.step(Step.SETTLE, context, _ -> {
                settle(data);
                return data;
            });
            return Optional.empty();
        });
    }

    public void settle(byte[] data) {
        new SettleJob(jobs, clock, telemetry).settle(StrictJson.parse(data));
    }

    /**
     * Answers a {@code cancel} event.
     *
     * @return {@code rejected} if the event is wrong or there is no such Job; else nothing, {@code finished} follows
     */
    public Optional<Event> answerCancel(EventContext context, byte[] data) {
        return orRejected(context, () -> {
            cancel(JobReference.decode(StrictJson.parse(data)).jobName());
            return Optional.empty();
        });
    }

    private static Optional<Event> orRejected(EventContext context, Supplier<Optional<Event>> answer) {
        try {
            return answer.get();
        } catch (Rejected e) {
            String subject = context.subject().orElse("unknown");
            return Optional.of(Event.rejected(context, subject, new Rejection(Stage.COLLECT, e, Optional.empty())));
        }
    }

    /**
     * Stops a Job; its output so far is collected. Nothing happens to one that has ended.
     *
     * @throws Rejected {@code NotFound}
     */
    public void cancel(JobName name) {
        new CancelJob(jobs, clock).cancel(name);
    }
}
