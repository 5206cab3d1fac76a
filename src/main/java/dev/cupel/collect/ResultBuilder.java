package dev.cupel.collect;

import dev.cupel.collect.captured.Captured;
import dev.cupel.collect.captured.CapturedStream;
import dev.cupel.collect.captured.LastFrame;
import dev.cupel.collect.captured.LogCounts;
import dev.cupel.collect.captured.LogEvidence;
import dev.cupel.collect.frames.FrameDecoder;
import dev.cupel.collect.frames.PlainLog;
import dev.cupel.collect.observed.Observed;
import dev.cupel.collect.observed.Timestamps;
import dev.cupel.collect.verdict.Judge;
import dev.cupel.collect.verdict.ProgramStart;
import dev.cupel.collect.verdict.Verdict;
import dev.cupel.kubernetes.CupelMetadata;
import dev.cupel.result.Capture;
import dev.cupel.result.JobFinished;
import dev.cupel.result.JobFinished.Output;
import dev.cupel.result.JobFinished.Subject;
import dev.cupel.result.JobFinished.Urls;
import dev.cupel.result.ProgramEnd;
import dev.cupel.result.TemplateRef;
import dev.cupel.result.Timings;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Turns a Job that has ended, its Pod and its log into its result: capture, then verdict, then the result. */
public final class ResultBuilder {
    /** What an event holds of each stream, so that it stays under the broker's limit. */
    public static final int EVENT_HEAD_BYTES = 48 * 1024;

    /** For an answer that holds all that was kept. */
    public static final int WHOLE = Integer.MAX_VALUE;

    private final Observed seen;
    private final ProgramStart start;
    private final Captured captured;
    private final boolean hasLog;
    private final Verdict verdict;

    private ResultBuilder(Observed seen, Captured found, boolean hasLog) {
        this.hasLog = hasLog;
        this.seen = seen;
        this.start = ProgramStart.of(seen, found);
        this.captured = start == ProgramStart.RULED_OUT ? found.withoutProgram() : found;
        Verdict judged = Judge.judge(seen, captured);
        this.verdict = isLogGone() ? judged.withoutOutput() : judged;
    }

    /**
     * Reads the log and judges the run.
     *
     * @param log the container's log, if it can be had; read to its end, not closed
     * @throws IOException only if reading the log does: then the result is not known, and asking again may help
     */
    public static ResultBuilder collect(Observed seen, Optional<InputStream> log) throws IOException {
        Captured captured = capture(seen, log);
        boolean hasLog = seen.isSupervised() ? captured.evidence().isRead() : log.isPresent();
        return new ResultBuilder(seen, captured, hasLog);
    }

    private static Captured capture(Observed seen, Optional<InputStream> log) throws IOException {
        if (!seen.mayHaveRun()) {
            return Captured.nothing(Capture.NONE, Optional.empty(), LogCounts.NONE);
        }
        if (seen.isSupervised()) {
            Captured captured = FrameDecoder.decode(
                    log.orElseGet(InputStream::nullInputStream),
                    seen.container().end());
            return log.isPresent() ? captured : captured.with(LogEvidence.NOT_READ);
        }
        return log.isPresent()
                ? PlainLog.read(log.get())
                : Captured.nothing(Capture.LOST, Optional.empty(), LogCounts.NONE);
    }

    public String jobName() {
        return seen.job().path("metadata").path("name").asText();
    }

    public Verdict verdict() {
        return verdict;
    }

    /** The output itself, for answers that are the bytes. */
    public Captured captured() {
        return captured;
    }

    /** How many bytes of output there are here. */
    public long keptBytes() {
        return Stream.of(captured.stdout(), captured.stderr())
                .flatMap(Optional::stream)
                .mapToLong(stream -> stream.head().length)
                .sum();
    }

    /**
     * Makes the result; the same every time but for the time given.
     *
     * @param headLimit how many bytes of each stream the result holds: {@link #EVENT_HEAD_BYTES}, {@link #WHOLE}
     * @param urls where whole streams can be had; told only of a stream that the limit cuts
     */
    public JobFinished build(Instant collectedAt, int headLimit, Urls urls) {
        return new JobFinished(
                subject(),
                verdict.reason(),
                message(),
                end(),
                output(headLimit, urls),
                timings(collectedAt),
                captured.lastFrame().map(LastFrame::usage),
                template(),
                seen.container().imageId(),
                seen.pod().unenforced());
    }

    /** What the supervisor says, unless the program is judged by something else. */
    private ProgramEnd end() {
        return switch (verdict) {
            case Verdict.Exited _, Verdict.Signalled _ -> verdict.end();
            default ->
                captured.lastFrame()
                        .map(LastFrame::end)
                        .filter(end -> !end.equals(ProgramEnd.NOT_KNOWN))
                        .orElseGet(verdict::end);
        };
    }

    private Subject subject() {
        var metadata = seen.job().path("metadata");
        return new Subject(
                seen.annotation(CupelMetadata.EVAL_ID)
                        .orElseGet(() -> metadata.path("labels")
                                .path(CupelMetadata.EVAL_ID)
                                .asText()),
                metadata.path("name").asText(),
                metadata.path("namespace").asText(),
                metadata.path("uid").asText());
    }

    private Optional<String> message() {
        return Optional.of(Stream.of(verdict.message(), ranTwice(), remark())
                        .flatMap(Optional::stream)
                        .collect(Collectors.joining(" ")))
                .filter(text -> !text.isEmpty());
    }

    private Optional<String> ranTwice() {
        return seen.hadEarlierRun()
                ? Optional.of("An earlier Pod of the Job ran as well: the program may have been started twice.")
                : Optional.empty();
    }

    /** If the output is exact, the rest of the log does not matter. If nothing ran, the verdict quotes it. */
    private Optional<String> remark() {
        return switch (captured.capture()) {
            case EXACT, NONE -> Optional.empty();
            case PARTIAL, LOG, LOST -> hasLog ? captured.counts().sentence() : logGone();
        };
    }

    private boolean isLogGone() {
        return !hasLog && captured.capture() == Capture.LOST;
    }

    private Optional<String> logGone() {
        return isLogGone()
                ? Optional.of("Its log is gone, and with it what it "
                        + (start == ProgramStart.SHOWN ? "printed." : "may have printed."))
                : Optional.empty();
    }

    private Output output(int headLimit, Urls urls) {
        return new Output(
                captured.capture(),
                captured.stdout().map(stream -> stream.output(headLimit)),
                captured.stderr().map(stream -> stream.output(headLimit)),
                new Urls(
                        urls.stdout().filter(_ -> isCut(captured.stdout(), headLimit)),
                        urls.stderr().filter(_ -> isCut(captured.stderr(), headLimit))));
    }

    private static boolean isCut(Optional<CapturedStream> stream, int headLimit) {
        return stream.map(some -> some.isCutAt(headLimit)).orElse(false);
    }

    private Timings timings(Instant collectedAt) {
        return new Timings(
                Timestamps.find(seen.annotations().path(CupelMetadata.CREATED_AT)),
                Timestamps.find(seen.job().path("metadata").path("creationTimestamp")),
                seen.pod().scheduledAt(),
                captured.lastFrame()
                        .map(LastFrame::started)
                        .or(() -> seen.container().startedAt())
                        .filter(_ -> start != ProgramStart.RULED_OUT),
                captured.lastFrame()
                        .map(LastFrame::finished)
                        .or(() -> seen.container().finishedAt()),
                collectedAt);
    }

    private Optional<TemplateRef> template() {
        return seen.annotation(CupelMetadata.TEMPLATE)
                .flatMap(name ->
                        seen.annotation("cupel.dev/template-digest").map(digest -> new TemplateRef(name, digest)));
    }
}
