package dev.cupel.collect.verdict;

import dev.cupel.collect.captured.CapturedRun;
import dev.cupel.collect.captured.RunEnd;
import dev.cupel.result.ProgramEnd;
import dev.cupel.result.Reason;
import java.util.Optional;

/** How a run ended. */
public sealed interface Verdict {
    /** The same verdict, for a program whose output could not be had. */
    default Verdict withoutOutput() {
        return switch (this) {
            case Exited _, Signalled _ -> new OutputLost(end());
            case DeadlineExceeded _, CpuTimeExceeded _, OutOfMemory _, DiskExceeded _ -> this;
            case SupervisorBroken _, CompileFailed _, Cancelled _, OutputLost _, NotRun _ -> this;
        };
    }

    /** What the program itself ended with, as far as that is known. */
    default ProgramEnd end() {
        return switch (this) {
            case Exited(int code) -> ProgramEnd.exited(code);
            case Signalled(String signal) -> ProgramEnd.signalled(signal);
            case DeadlineExceeded(ProgramEnd end) -> end;
            case CpuTimeExceeded(ProgramEnd end) -> end;
            case OutOfMemory(ProgramEnd end) -> end;
            case Cancelled(ProgramEnd end) -> end;
            case OutputLost(ProgramEnd end) -> end;
            case DiskExceeded _, SupervisorBroken _, CompileFailed _, NotRun _ -> ProgramEnd.NOT_KNOWN;
        };
    }

    default Reason reason() {
        return switch (this) {
            case Exited(int code) -> code == 0 ? Reason.COMPLETED : Reason.NON_ZERO_EXIT;
            case Signalled _ -> Reason.SIGNALLED;
            case DeadlineExceeded _ -> Reason.DEADLINE_EXCEEDED;
            case CpuTimeExceeded _ -> Reason.CPU_TIME_EXCEEDED;
            case CompileFailed _ -> Reason.COMPILE_FAILED;
            case OutOfMemory _ -> Reason.OOM_KILLED;
            case DiskExceeded _ -> Reason.DISK_EXCEEDED;
            case SupervisorBroken _ -> Reason.SUPERVISOR_BROKEN;
            case Cancelled _ -> Reason.CANCELLED;
            case OutputLost _ -> Reason.UNKNOWN;
            case NotRun(Reason why, Optional<String> _) -> why;
        };
    }

    /** For people: nothing where there is nothing to explain. */
    default Optional<String> message() {
        return switch (this) {
            case Exited(int code) ->
                code == 0 ? Optional.empty() : Optional.of("The program exited with code %d.".formatted(code));
            case Signalled(String signal) -> Optional.of("%s ended the program.".formatted(signal));
            case DeadlineExceeded _, CpuTimeExceeded _, OutOfMemory _, SupervisorBroken _, Cancelled _ ->
                Optional.of(reason().sentence());
            case CompileFailed(String detail) -> Optional.of(reason().sentence() + " " + detail);
            case DiskExceeded(String detail) -> Optional.of(reason().sentence() + " " + detail);
            case OutputLost _ -> Optional.of("The program ran to its end.");
            case NotRun(Reason why, Optional<String> detail) ->
                Optional.of(why.sentence() + detail.map(" "::concat).orElse(""));
        };
    }

    record Exited(int code) implements Verdict {}

    /** A signal ended it, named as in {@code SIGSEGV}. */
    record Signalled(String signal) implements Verdict {}

    record DeadlineExceeded(ProgramEnd programEnd) implements Verdict {}

    record CpuTimeExceeded(ProgramEnd programEnd) implements Verdict {}

    record OutOfMemory(ProgramEnd programEnd) implements Verdict {}

    /**
     * There was nothing to run.
     *
     * @param detail how the compiler ended
     */
    record CompileFailed(String detail) implements Verdict {
        static CompileFailed of(Optional<CapturedRun> compiler) {
            return new CompileFailed(compiler.flatMap(CapturedRun::end)
                    .map(CompileFailed::words)
                    .orElse("How the compiler ended is lost."));
        }

        static CompileFailed notStarted(Optional<String> error) {
            return new CompileFailed("What the compiler made cannot be started"
                    + error.map(": "::concat).orElse("") + ".");
        }

        private static String words(RunEnd end) {
            if (end.isOutOfMemory()) {
                return "The compiler took more memory than the limit.";
            }
            return switch (end.ended()) {
                case DEADLINE -> "The compiler was still running when its time was up.";
                case CPUTIME -> "The compiler took more processor time than its limit.";
                case STOPPED -> "The compiler was stopped.";
                case EXITED, SIGNALLED, NOTSTARTED, NOTCOMPILED ->
                    end.end()
                            .signal()
                            .map(name -> name + " ended the compiler.")
                            .or(() -> end.end().exitCode().map("The compiler exited with code %d."::formatted))
                            .orElse("The compiler could not be started.");
            };
        }
    }

    /**
     * The kubelet evicted its Pod for what it alone had written.
     *
     * @param detail the kubelet's words
     */
    record DiskExceeded(String detail) implements Verdict {}

    /** Only the program can have done this: its supervisor failed, or its termination message was overwritten. */
    record SupervisorBroken() implements Verdict {}

    record Cancelled(ProgramEnd programEnd) implements Verdict {}

    /** Its end is known, but its log is gone. This must not look like a success without output. */
    record OutputLost(ProgramEnd programEnd) implements Verdict {}

    /**
     * It could not be run, or not to its end, through no fault of its own.
     *
     * @param detail what the cluster says of it
     */
    record NotRun(Reason why, Optional<String> detail) implements Verdict {}
}
