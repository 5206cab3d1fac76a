package dev.cupel.collect.verdict;

import static java.time.temporal.ChronoUnit.SECONDS;

import dev.cupel.collect.captured.Captured;
import dev.cupel.collect.captured.LastFrame;
import dev.cupel.collect.captured.RunEnd.Ended;
import dev.cupel.collect.captured.SupervisorCode;
import dev.cupel.collect.frames.ContainerEnd;
import dev.cupel.collect.observed.ContainerState;
import dev.cupel.collect.observed.Observed;
import dev.cupel.kubernetes.CupelMetadata;
import dev.cupel.result.ProgramEnd;
import dev.cupel.result.Reason;
import java.util.List;
import java.util.Optional;

/**
 * Says how a run ended, from nothing but what was observed. The rules are asked in turn, and the first that knows has
 * it:
 * whether it was the Job that was sent at all, what someone asked for, what the kubelet and the kernel did for what the
 * program took, what the supervisor says, what the Pod says, what the Job says.
 *
 * <p>Two rules stand behind them all. What was never started ({@link ProgramStart}) is an {@code error}. What ended in
 * a way that only the program can have brought about is a {@code failure}: otherwise a program that is about to fail
 * could choose to be nobody's fault.
 *
 * <p>It can be asked of a Job that has not ended, to learn what keeps it from starting; how long to wait before that is
 * held against the Job is not its to say.
 */
public final class Judge {
    /** All that is known of a run. */
    private record Case(Observed seen, Captured captured, ProgramStart start) {
        Optional<LastFrame> last() {
            return captured.lastFrame();
        }

        ContainerState container() {
            return seen.container();
        }

        boolean wasStarted() {
            return start == ProgramStart.SHOWN;
        }

        Optional<Verdict> code() {
            return wasStarted() ? ContainerCode.verdict(seen) : Optional.empty();
        }

        ProgramEnd programEnd() {
            return last().map(LastFrame::end).or(() -> code().map(Verdict::end)).orElse(ProgramEnd.NOT_KNOWN);
        }
    }

    @FunctionalInterface
    private interface VerdictRule {
        Optional<Verdict> apply(Case run);
    }

    private static final List<VerdictRule> RULES = List.of(
            run -> ClusterRules.altered(run.seen()),
            Judge::cancelled,
            Judge::notCompiled,
            Judge::outOfMemory,
            Judge::ownEnd,
            run -> ClusterRules.diskExceeded(run.seen().pod()),
            run -> ClusterRules.preempted(run.seen()),
            run -> ClusterRules.noted(run.seen(), run.start()),
            Judge::deadline,
            run -> ClusterRules.disrupted(run.seen().pod()),
            run -> ClusterRules.notStarted(run.seen().pod()),
            run -> ClusterRules.notPlaced(run.seen()),
            run -> ClusterRules.deleted(run.seen()),
            Judge::neverStarted,
            Judge::stopped,
            Case::code,
            Judge::broken,
            run -> ClusterRules.jobAlone(run.seen()));

    private Judge() {}

    /** Asks the rules. */
    public static Verdict judge(Observed seen, Captured captured) {
        Case run = new Case(seen, captured, ProgramStart.of(seen, captured));
        return RULES.stream()
                .flatMap(rule -> rule.apply(run).stream())
                .findFirst()
                .orElseGet(() ->
                        new Verdict.NotRun(Reason.UNKNOWN, Optional.of(ClusterRules.whatIsLeft(seen, run.start()))));
    }

    /** What ended by itself before the canceller came keeps its own end; the container's times have whole seconds. */
    private static Optional<Verdict> cancelled(Case run) {
        boolean endedByIt = run.seen()
                .cancelledAt()
                .filter(asked -> run.last()
                        .map(frame -> frame.ended() == Ended.STOPPED)
                        .orElseGet(() -> run.seen()
                                .endedAt()
                                .map(ended -> !ended.isBefore(asked.truncatedTo(SECONDS)))
                                .orElse(true)))
                .isPresent();
        return endedByIt ? Optional.of(new Verdict.Cancelled(run.programEnd())) : Optional.empty();
    }

    /**
     * Outranks every code: where the kernel took only a child, the container may even exit with 0 (kubernetes
     * 131530).
     */
    private static Optional<Verdict> outOfMemory(Case run) {
        return run.wasStarted() && run.container().reason().equals("OOMKilled")
                ? Optional.of(new Verdict.OutOfMemory(run.programEnd()))
                : Optional.empty();
    }

    /**
     * A compiler that fails is the program's fault; one that is not there is the image's. A source can also make a compiler do
     * well and leave nothing that can be started.
     */
    private static Optional<Verdict> notCompiled(Case run) {
        return run.last().flatMap(last -> switch (last.ended()) {
            case NOTCOMPILED ->
                Optional.of(Verdict.CompileFailed.of(run.captured().parts().compile()));
            case NOTSTARTED ->
                run.captured().parts().isCompiled()
                        ? Optional.of(
                                Verdict.CompileFailed.notStarted(last.run().error()))
                        : Optional.empty();
            default -> Optional.empty();
        });
    }

    private static Optional<Verdict> ownEnd(Case run) {
        return run.last().flatMap(last -> switch (last.ended()) {
            case EXITED -> last.end().exitCode().map(Verdict.Exited::new);
            case SIGNALLED -> last.end().signal().map(Verdict.Signalled::new);
            case DEADLINE -> Optional.of(new Verdict.DeadlineExceeded(last.end()));
            case CPUTIME -> Optional.of(new Verdict.CpuTimeExceeded(last.end()));
            case NOTSTARTED ->
                Optional.of(new Verdict.NotRun(Reason.START_FAILED, last.run().error()));
            case STOPPED, NOTCOMPILED -> Optional.empty();
        });
    }

    /**
     * Of a program that was never started, a deadline says only that something else kept it waiting; and one that
     * collect
     * set to end a Job that does not start is nobody's time that was up. Where the log is gone, a container that still
     * ran at its
     * deadline had got past its start: one that cannot start ends at once.
     */
    private static Optional<Verdict> deadline(Case run) {
        boolean ranUntilThen = run.wasStarted()
                || (run.start() == ProgramStart.NOT_KNOWN && run.container().ran());
        boolean isOwn = run.seen().annotation(CupelMetadata.CAUSE).isEmpty();
        return run.seen().isPastDeadline() && isOwn && ranUntilThen
                ? Optional.of(new Verdict.DeadlineExceeded(run.programEnd()))
                : Optional.empty();
    }

    private static Optional<Verdict> neverStarted(Case run) {
        return run.start() == ProgramStart.RULED_OUT
                ? ClusterRules.neverStarted(run.seen(), run.captured().evidence())
                : Optional.empty();
    }

    /**
     * A SIGTERM from outside has a reason that the cluster tells. Where none does, a program sent it to its own
     * supervisor.
     */
    private static Optional<Verdict> stopped(Case run) {
        return run.last().filter(frame -> frame.ended() == Ended.STOPPED).map(_ -> new Verdict.Signalled("SIGTERM"));
    }

    /**
     * PID 1 failed, which it does only where a program takes its limits away. Or it ended by its own will, but its last
     * frame
     * is not believed because something else is in the termination message, where nobody but the program can have put
     * it.
     */
    private static Optional<Verdict> broken(Case run) {
        if (!run.wasStarted() || !run.seen().isSupervised() || run.last().isPresent()) {
            return Optional.empty();
        }
        ContainerEnd end = run.container().end();
        boolean failed =
                end.exitCode().filter(code -> code == SupervisorCode.FAILED).isPresent();
        boolean deceived =
                end.exitCode().isPresent() && end.terminationMessage().isPresent();
        return failed || deceived ? Optional.of(new Verdict.SupervisorBroken()) : Optional.empty();
    }
}
