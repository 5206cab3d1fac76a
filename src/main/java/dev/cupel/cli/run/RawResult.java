package dev.cupel.cli.run;

import dev.cupel.app.ExitCode;
import dev.cupel.collect.ResultBuilder;
import dev.cupel.collect.captured.CapturedRun;
import dev.cupel.collect.captured.CapturedStream;
import dev.cupel.collect.captured.SignalNames;
import dev.cupel.result.Capture;
import dev.cupel.result.JobFinished;
import dev.cupel.result.Outcome;
import dev.cupel.result.ProgramEnd;
import dev.cupel.result.Reason;
import dev.cupel.result.StreamOutput;
import dev.cupel.terminal.StandardStream;
import java.io.PrintStream;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What {@code run --output text} makes of a result: the program's own bytes, all and alone, and its end as a shell would tell it.
 * Where that cannot be, a word after the bytes and a code that is not 0.
 */
final class RawResult {
    /** As timeout(1) has them: its time was up; and the program was not to blame. */
    static final int TIMED_OUT = 124;

    static final int NOT_ALL = 125;

    /** What a program's own bytes do not tell of. */
    private static final Set<Reason> LIMITS =
            EnumSet.of(Reason.DEADLINE_EXCEEDED, Reason.CPU_TIME_EXCEEDED, Reason.OOM_KILLED, Reason.DISK_EXCEEDED);

    private static final int SIGNALLED = 128;
    private static final int SIGKILL = 9;

    private final JobFinished result;
    private final Optional<CapturedStream> stdout;
    private final List<CapturedStream> stderr;
    private final boolean isTerminal;

    /** @param isTerminal whether standard error is one: then somebody reads it, and is told of a limit */
    RawResult(JobFinished result, ResultBuilder kept, boolean isTerminal) {
        this.result = result;
        this.isTerminal = isTerminal;
        this.stdout = kept.captured().stdout();
        // Where there is no program, what its compiler says is what one wants to read.
        Stream<CapturedRun> compiler = isCompiled() ? Stream.empty() : kept.captured().parts().compile().stream();
        this.stderr = Stream.concat(
                        Stream.of(kept.captured().stderr()),
                        compiler.flatMap(run -> Stream.of(run.stdout(), run.stderr())))
                .flatMap(Optional::stream)
                .toList();
    }

    private boolean isCompiled() {
        return result.reason() != Reason.COMPILE_FAILED;
    }

    /** Returns the code with which to exit. */
    int write(PrintStream out, PrintStream err) {
        stdout.ifPresent(some -> write(some, out));
        stderr.forEach(some -> write(some, err));
        if (out.checkError() || err.checkError()) {
            // A reader that has read enough is no fault.
            return StandardStream.OUTPUT.isPipe() ? NOT_ALL : say(err, "the program's output could not be written");
        }
        if (!isCompiled()) {
            return say(err, result.message().orElseThrow());
        }
        Optional<String> missing = missing();
        if (missing.isPresent()) {
            return say(err, missing.get());
        }
        if (isTerminal && LIMITS.contains(result.reason())) {
            say(err, result.reason().sentence());
        }
        return code(result.reason(), result.end());
    }

    private static void write(CapturedStream stream, PrintStream to) {
        to.write(stream.head(), 0, stream.head().length);
    }

    /** On a line of its own. */
    private int say(PrintStream err, String word) {
        boolean isMidLine = Stream.concat(stdout.stream().filter(_ -> isTerminal), stderr.stream())
                .map(CapturedStream::head)
                .filter(bytes -> bytes.length > 0)
                .reduce((_, last) -> last)
                .filter(bytes -> bytes[bytes.length - 1] != '\n')
                .isPresent();
        err.print((isMidLine ? System.lineSeparator() : "") + "cupel: " + word + System.lineSeparator());
        err.flush();
        return NOT_ALL;
    }

    /** Why these are not all of the program's bytes, or of a program's at all. */
    private Optional<String> missing() {
        if (result.outcome() == Outcome.ERROR || result.outcome() == Outcome.CANCELLED) {
            return Optional.of(
                    result.outcome().wireName() + " (" + result.reason().wireName() + ")"
                            + result.message().map(message -> ": " + message).orElse(""));
        }
        Optional<String> cut = cut(result);
        if (cut.isPresent()) {
            return cut.map(words -> words + "; how it ended: " + result.reason().wireName());
        }
        // What was killed from outside has told all that arrived, and its code says that it was killed.
        return Optional.of("what the program printed could not be had")
                .filter(_ -> result.output().capture() == Capture.LOST);
    }

    /** Which stream a result holds less of than the program wrote. */
    static Optional<String> cut(JobFinished result) {
        String words = Stream.of(
                        words("stdout", result.output().stdout()),
                        words("stderr", result.output().stderr()))
                .flatMap(Optional::stream)
                .collect(Collectors.joining(", "));
        return Optional.of(words).filter(text -> !text.isEmpty());
    }

    private static Optional<String> words(String name, Optional<StreamOutput> stream) {
        return stream.filter(StreamOutput::truncated)
                .map(some -> name + " is cut at its output_limit: it was " + some.bytes() + " bytes");
    }

    static int code(Reason reason, ProgramEnd end) {
        return switch (reason.outcome()) {
            case SUCCESS -> ExitCode.OK;
            case FAILURE -> failed(reason, end);
            case ERROR, CANCELLED -> NOT_ALL;
        };
    }

    private static int failed(Reason reason, ProgramEnd end) {
        if (reason == Reason.DEADLINE_EXCEEDED || reason == Reason.CPU_TIME_EXCEEDED) {
            return TIMED_OUT; // Whatever it made of the SIGTERM.
        }
        if (reason == Reason.OOM_KILLED) {
            return SIGNALLED + SIGKILL;
        }
        return end.signal()
                .map(name -> SIGNALLED + SignalNames.numberOf(name).orElse(0))
                .or(end::exitCode)
                .filter(code -> code != ExitCode.OK)
                .orElse(NOT_ALL);
    }
}
