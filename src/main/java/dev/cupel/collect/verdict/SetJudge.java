package dev.cupel.collect.verdict;

import dev.cupel.collect.captured.Captured;
import dev.cupel.collect.captured.CapturedRun;
import dev.cupel.collect.captured.CapturedStream;
import dev.cupel.collect.captured.LastFrame;
import dev.cupel.collect.captured.RunEnd;
import dev.cupel.collect.captured.RunEnd.Ended;
import dev.cupel.collect.observed.Observed;
import dev.cupel.result.Capture;
import dev.cupel.result.Outcome;
import dev.cupel.result.ProgramEnd;
import dev.cupel.result.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Says how each case of a set ended, and from that how the whole did. The cases start in their order.
 *
 * <p>A case with an end that something vouches for keeps it, whatever became of the Job: a deadline, the kernel, a cancel.
 * One that was cut short is told with what ended the Job; so is one whose end nobody vouches for, since a program that can
 * write such an end must not gain by it. What was not begun did not run, and is held against nobody.
 */
public final class SetJudge {
    /** How one case ended; without a verdict it did not run. */
    public record CaseEnd(Optional<Verdict> verdict, CapturedRun run) {
        static final CaseEnd NOT_RUN = new CaseEnd(Optional.empty(), CapturedRun.nothing(Capture.NONE));

        boolean isFailed() {
            return verdict.filter(some -> some.reason().outcome() != Outcome.SUCCESS)
                    .isPresent();
        }
    }

    /**
     * The whole set.
     *
     * @param decisive the index of the case whose verdict is that of the whole, if one's is
     */
    public record SetEnd(Verdict whole, Optional<Integer> decisive, List<CaseEnd> cases) {}

    private final Observed seen;
    private final Captured captured;
    private final Verdict job;
    private final ProgramStart start;
    private final boolean isLogGone;
    private final int count;

    /** @param job what ended the Job, as {@link Judge} says it */
    public SetJudge(Observed seen, Captured captured, Verdict job, ProgramStart start, boolean isLogGone) {
        this.seen = seen;
        this.captured = captured;
        this.job = job;
        this.start = start;
        this.isLogGone = isLogGone;
        this.count = seen.cases().size();
    }

    public SetEnd judge() {
        int begun = begun();
        int outOfMemory = outOfMemory();
        List<CaseEnd> cases = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            cases.add(index < begun ? caseEnd(index, index == outOfMemory) : CaseEnd.NOT_RUN);
        }
        return whole(cases);
    }

    private SetEnd whole(List<CaseEnd> cases) {
        Outcome outcome = job.reason().outcome();
        if (outcome == Outcome.ERROR || outcome == Outcome.CANCELLED || isUnknown()) {
            return new SetEnd(job, Optional.empty(), cases);
        }
        for (int index = 0; index < cases.size(); index++) {
            CaseEnd one = cases.get(index);
            if (one.isFailed()) {
                return new SetEnd(one.verdict().orElseThrow(), Optional.of(index), cases);
            }
        }
        boolean allRan = cases.stream().allMatch(one -> one.verdict().isPresent());
        // A set that stops of its own accord, and not for a case: what one left could not be taken away.
        Verdict unfinished = job instanceof Verdict.Exited ? new Verdict.SupervisorBroken() : job;
        return new SetEnd(allRan ? new Verdict.Exited(0) : unfinished, Optional.empty(), cases);
    }

    private Optional<LastFrame> last() {
        return captured.lastFrame();
    }

    /** Whether nothing is left that tells one case from another. */
    private boolean isUnknown() {
        return isLogGone || (last().isEmpty() && captured.capture() == Capture.LOST);
    }

    /** How many were begun, as far as anything says. */
    private int begun() {
        boolean isCompiled = last().map(LastFrame::ended)
                .filter(ended -> ended == Ended.NOTCOMPILED || ended == Ended.NOTSTARTED)
                .isEmpty();
        if (start == ProgramStart.RULED_OUT || !isCompiled) {
            return 0;
        }
        int seenLast = captured.parts().cases().isEmpty()
                ? 0
                : captured.parts().cases().lastKey() + 1;
        if (last().isPresent()) {
            return last().flatMap(frame -> frame.counts().cases()).orElse(seenLast);
        }
        if (isUnknown()) {
            return count;
        }
        boolean isOneCutShort = captured.parts().cases().values().stream()
                        .anyMatch(run -> run.end().isEmpty())
                || captured.parts().cases().size() < seenLast;
        // A compiler that printed nothing and was cut short has left no frame.
        boolean wasCompiling =
                seenLast == 0 && seen.compiles() && !captured.parts().isCompiled();
        return isOneCutShort || wasCompiling ? seenLast : seenLast + 1;
    }

    private CaseEnd caseEnd(int index, boolean isOutOfMemory) {
        CapturedRun run = captured.parts().cases().get(index);
        if (isUnknown() || (run == null && last().isPresent())) {
            return new CaseEnd(Optional.of(lost()), CapturedRun.nothing(Capture.LOST));
        }
        if (run == null) {
            return new CaseEnd(Optional.of(job), SILENT);
        }
        Optional<RunEnd> end = run.end();
        if (end.isPresent()) {
            return new CaseEnd(Optional.of(ended(end.get(), isOutOfMemory)), run);
        }
        return new CaseEnd(Optional.of(last().isPresent() ? lost() : job), run);
    }

    /** It was cut short before it printed anything. */
    private static final CapturedRun SILENT = new CapturedRun(
            Capture.PARTIAL, Optional.of(CapturedStream.EMPTY), Optional.of(CapturedStream.EMPTY), Optional.empty());

    private Verdict ended(RunEnd run, boolean isOutOfMemory) {
        ProgramEnd end = run.end();
        return switch (run.ended()) {
            case EXITED -> new Verdict.Exited(end.exitCode().orElseThrow());
            case SIGNALLED ->
                isOutOfMemory || (run.isOutOfMemory() && isKilled(run))
                        ? new Verdict.OutOfMemory(end)
                        : new Verdict.Signalled(end.signal().orElseThrow());
            case DEADLINE -> new Verdict.DeadlineExceeded(end);
            case CPUTIME -> new Verdict.CpuTimeExceeded(end);
            case STOPPED -> job;
            case NOTSTARTED, NOTCOMPILED ->
                captured.parts().isCompiled()
                        ? Verdict.CompileFailed.notStarted(run.error())
                        : new Verdict.NotRun(Reason.START_FAILED, run.error());
        };
    }

    /** Where the kernel took a process and no case says that it was its own: the first that was killed. */
    private int outOfMemory() {
        boolean isTold = captured.parts().cases().values().stream()
                .flatMap(run -> run.end().stream())
                .anyMatch(RunEnd::isOutOfMemory);
        if (isTold || !seen.container().reason().equals("OOMKilled")) {
            return -1;
        }
        return captured.parts().cases().entrySet().stream()
                .filter(one -> one.getValue().end().filter(SetJudge::isKilled).isPresent())
                .findFirst()
                .map(Map.Entry::getKey)
                .orElse(-1);
    }

    private static boolean isKilled(RunEnd run) {
        return run.ended() == Ended.SIGNALLED && run.end().equals(ProgramEnd.signalled("SIGKILL"));
    }

    /**
     * A case that ended, and whose end cannot be had. Where all ended well, so did it. Else only the program can have taken it
     * out of its log, if it had a way into it.
     */
    private Verdict lost() {
        if (isUnknown()) {
            boolean isNobodys =
                    job.reason().outcome() == Outcome.ERROR || job.reason().outcome() == Outcome.CANCELLED;
            return isNobodys ? job : new Verdict.OutputLost(ProgramEnd.NOT_KNOWN);
        }
        if (last().map(LastFrame::run).filter(RunEnd::isSuccess).isPresent()) {
            return new Verdict.Exited(0);
        }
        return seen.isLogOpen() ? new Verdict.SupervisorBroken() : new Verdict.OutputLost(ProgramEnd.NOT_KNOWN);
    }
}
