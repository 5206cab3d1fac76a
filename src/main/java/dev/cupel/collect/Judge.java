package dev.cupel.collect;

import static java.time.temporal.ChronoUnit.SECONDS;

import dev.cupel.collect.LastFrame.Ended;
import dev.cupel.event.ProgramEnd;
import dev.cupel.event.Reason;
import java.util.List;
import java.util.Optional;

/**
 * Says how a run ended, from nothing but what was observed. The rules are asked in turn, and the first that knows has it:
 * whether it was the Job that was sent at all, what someone asked for, what the kernel did, what the supervisor says, what the Pod says, what the Job says.
 *
 * <p>It can be asked of a Job that has not ended, to learn what keeps it from starting; how long to wait before that is
 * held against the Job is not its to say.
 */
public final class Judge {
    @FunctionalInterface
    private interface Rule {
        Optional<Verdict> apply(Observed seen, Optional<LastFrame> last);
    }

    private static final List<Rule> RULES = List.of(
            (seen, _) -> ClusterRules.altered(seen),
            Judge::cancelled,
            Judge::outOfMemory,
            (_, last) -> last.flatMap(Judge::ownEnd),
            (seen, _) -> ClusterRules.preempted(seen),
            (seen, _) -> ClusterRules.noted(seen),
            Judge::deadline,
            (seen, _) -> ClusterRules.disrupted(seen.pod()),
            (seen, _) -> ClusterRules.notStarted(seen.container()),
            (seen, _) -> ClusterRules.notPlaced(seen),
            (seen, _) -> ClusterRules.deleted(seen),
            (seen, _) -> ContainerCode.verdict(seen),
            (seen, _) -> ClusterRules.jobAlone(seen));

    private Judge() {}

    /**
     * Asks the rules.
     *
     * @param last the supervisor's last frame, if it is there and the container vouches for it
     */
    public static Verdict judge(Observed seen, Optional<LastFrame> last) {
        return RULES.stream()
                .flatMap(rule -> rule.apply(seen, last).stream())
                .findFirst()
                .orElseGet(() -> new Verdict.NotRun(Reason.UNKNOWN, Optional.of(ClusterRules.whatIsLeft(seen))));
    }

    /** What ended by itself before the canceller came keeps its own end; the container's times have whole seconds. */
    private static Optional<Verdict> cancelled(Observed seen, Optional<LastFrame> last) {
        boolean endedByIt = seen.cancelledAt()
                .filter(asked -> last.map(frame -> frame.ended() == Ended.STOPPED)
                        .orElseGet(() -> seen.endedAt()
                                .map(ended -> !ended.isBefore(asked.truncatedTo(SECONDS)))
                                .orElse(true)))
                .isPresent();
        return endedByIt ? Optional.of(new Verdict.Cancelled(programEnd(seen, last))) : Optional.empty();
    }

    /** Outranks every code: where the kernel took only a child, the container may even exit with 0 (kubernetes 131530). */
    private static Optional<Verdict> outOfMemory(Observed seen, Optional<LastFrame> last) {
        return seen.container().reason().equals("OOMKilled")
                ? Optional.of(new Verdict.OutOfMemory(programEnd(seen, last)))
                : Optional.empty();
    }

    private static Optional<Verdict> ownEnd(LastFrame last) {
        return switch (last.ended()) {
            case EXITED -> last.end().exitCode().map(Verdict.Exited::new);
            case SIGNALLED -> last.end().signal().map(Verdict.Signalled::new);
            case DEADLINE -> Optional.of(new Verdict.DeadlineExceeded(last.end()));
            case NOTSTARTED -> Optional.of(new Verdict.NotRun(Reason.START_FAILED, last.error()));
            case STOPPED -> Optional.empty();
        };
    }

    /** Of a Pod that never ran, a deadline says only that something else kept it waiting. */
    private static Optional<Verdict> deadline(Observed seen, Optional<LastFrame> last) {
        return seen.isPastDeadline() && seen.mayHaveRun()
                ? Optional.of(new Verdict.DeadlineExceeded(programEnd(seen, last)))
                : Optional.empty();
    }

    private static ProgramEnd programEnd(Observed seen, Optional<LastFrame> last) {
        return last.map(LastFrame::end)
                .or(() -> ContainerCode.verdict(seen).map(Verdict::end))
                .orElse(ProgramEnd.NOT_KNOWN);
    }
}
