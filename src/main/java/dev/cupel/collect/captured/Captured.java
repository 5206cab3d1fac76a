package dev.cupel.collect.captured;

import dev.cupel.result.Capture;
import java.util.Optional;

/**
 * The output of one run, as far as it could be had.
 *
 * @param stdout absent where nothing is known of it
 * @param lastFrame the supervisor's own word on the end, where the container vouches for it
 * @param evidence what the log says of the start, where there was a supervisor
 * @param parts what there is besides the only program's output
 */
public record Captured(
        Capture capture,
        Optional<CapturedStream> stdout,
        Optional<CapturedStream> stderr,
        Optional<LastFrame> lastFrame,
        LogCounts counts,
        LogEvidence evidence,
        CapturedParts parts) {
    /** Nothing is known of any output: there was none, or it is lost. */
    public static Captured nothing(Capture capture, Optional<LastFrame> lastFrame, LogCounts counts) {
        return new Captured(
                capture,
                Optional.empty(),
                Optional.empty(),
                lastFrame,
                counts,
                LogEvidence.NOT_READ,
                CapturedParts.NONE);
    }

    public Captured with(LogEvidence other) {
        return new Captured(capture, stdout, stderr, lastFrame, counts, other, parts);
    }

    public Captured with(CapturedParts other) {
        return new Captured(capture, stdout, stderr, lastFrame, counts, evidence, other);
    }

    /** What the only program printed, as one run of several. */
    public CapturedRun onlyRun() {
        return new CapturedRun(capture, stdout, stderr, Optional.empty());
    }

    /**
     * The same where no program ever ran, and so nothing was printed but by a compiler.
     *
     * @param otherwise how well that is known where there is no compiler
     */
    public Captured withoutProgram(Capture otherwise) {
        Capture compilers = parts.compile().map(CapturedRun::capture).orElse(otherwise);
        return nothing(compilers, lastFrame, counts).with(evidence).with(parts);
    }
}
