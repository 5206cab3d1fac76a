package dev.cupel.collect;

import dev.cupel.collect.captured.Captured;
import dev.cupel.collect.captured.CapturedParts;
import dev.cupel.collect.captured.CapturedRun;
import dev.cupel.collect.captured.CapturedStream;
import dev.cupel.collect.captured.CollectedFile;
import dev.cupel.collect.captured.LastFrame;
import dev.cupel.collect.captured.LogCounts;
import dev.cupel.collect.captured.LogEvidence;
import dev.cupel.collect.captured.RunEnd;
import dev.cupel.collect.frames.FrameDecoder;
import dev.cupel.collect.lines.PlainLog;
import dev.cupel.collect.observed.Observed;
import dev.cupel.collect.observed.Timestamps;
import dev.cupel.collect.verdict.Judge;
import dev.cupel.collect.verdict.ProgramStart;
import dev.cupel.collect.verdict.SetJudge;
import dev.cupel.collect.verdict.SetJudge.CaseEnd;
import dev.cupel.collect.verdict.SetJudge.SetEnd;
import dev.cupel.collect.verdict.Verdict;
import dev.cupel.json.CanonicalJson;
import dev.cupel.kubernetes.CupelMetadata;
import dev.cupel.rejection.Quoted;
import dev.cupel.result.Capture;
import dev.cupel.result.JobFinished;
import dev.cupel.result.JobFinished.Ending;
import dev.cupel.result.JobFinished.Origin;
import dev.cupel.result.JobFinished.Subject;
import dev.cupel.result.ProgramEnd;
import dev.cupel.result.TemplateRef;
import dev.cupel.result.Timings;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Turns a Job that has ended, its Pod and its log into its result: capture, then verdict, then the result. */
public final class ResultBuilder {
    /** What an event holds of each stream, so that it stays under the broker's limit. */
    public static final int EVENT_HEAD_BYTES = 48 * 1024;

    /** What its data may have: brokers are often set to a MB for all of an event. */
    static final int EVENT_BYTES = 900_000;

    /** For an answer that holds all that was kept. */
    public static final int WHOLE = Integer.MAX_VALUE;

    private final Observed seen;

    /** Of the cases; read only once, because a thousand names are a large text. */
    private final List<String> names;

    private final ProgramStart start;
    private final Captured captured;
    private final boolean hasLog;
    private final Verdict verdict;
    private final Optional<SetEnd> set;

    private ResultBuilder(Observed seen, Captured found, boolean hasLog) {
        this.hasLog = hasLog;
        this.seen = seen;
        this.names = seen.cases();
        this.start = ProgramStart.of(seen, found);
        this.captured = start == ProgramStart.RULED_OUT ? found.withoutProgram(Capture.NONE) : found;
        Verdict judged = Judge.judge(seen, captured);
        Verdict ofJob = isLogGone() ? judged.withoutOutput() : judged;
        this.set = names.isEmpty()
                ? Optional.empty()
                : Optional.of(new SetJudge(seen, captured, ofJob, start, isLogGone()).judge());
        this.verdict = set.map(SetEnd::whole).orElse(ofJob);
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
                    seen.container().end().withLogClosed(!seen.isLogOpen()));
            return log.isPresent() ? captured : captured.with(LogEvidence.NOT_READ);
        }
        return log.isPresent()
                ? PlainLog.read(log.get())
                : Captured.nothing(Capture.LOST, Optional.empty(), LogCounts.NONE);
    }

    /**
     * Whether the Job's own end will be told with just this, where only its Pod says that it is over: the log was there, and
     * where the supervisor said how it ended, up to the frame that says so.
     */
    boolean isWhole() {
        boolean isRead = hasLog || !seen.mayHaveRun();
        boolean isEndTold =
                seen.isSupervised() && seen.container().end().lastFrameTold().isPresent();
        boolean isEndRead = captured.evidence().hasEnd() && captured.lastFrame().isPresent() && !mayBeOutOfMemory();
        return isRead && (isEndRead || !isEndTold);
    }

    /** That the kernel killed a program for its memory, the runtime may say a moment later than that it was killed. */
    private boolean mayBeOutOfMemory() {
        CapturedParts parts = captured.parts();
        Stream<RunEnd> ends = Stream.of(
                        captured.lastFrame().map(LastFrame::run).stream(),
                        parts.compile().flatMap(CapturedRun::end).stream(),
                        parts.cases().values().stream().flatMap(run -> run.end().stream()))
                .flatMap(some -> some);
        return !seen.container().reason().equals("OOMKilled")
                && ends.anyMatch(end -> end.isOutOfMemory() || end.end().equals(ProgramEnd.signalled("SIGKILL")));
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

    /** A stream or file as it was kept. */
    public record Kept(Capture capture, CapturedStream bytes) {}

    public Optional<Kept> stdout() {
        return stdout(run());
    }

    public Optional<Kept> stderr() {
        return stderr(run());
    }

    public Optional<Kept> stdout(int caseIndex) {
        return caseEnd(caseIndex).map(CaseEnd::run).flatMap(ResultBuilder::stdout);
    }

    public Optional<Kept> stderr(int caseIndex) {
        return caseEnd(caseIndex).map(CaseEnd::run).flatMap(ResultBuilder::stderr);
    }

    private static Optional<Kept> stdout(CapturedRun run) {
        return run.stdout().map(some -> new Kept(run.capture(), some));
    }

    private static Optional<Kept> stderr(CapturedRun run) {
        return run.stderr().map(some -> new Kept(run.capture(), some));
    }

    /** @param caseIndex the case that left it, where there are cases */
    public Optional<Kept> file(Optional<Integer> caseIndex, String path) {
        Capture capture =
                caseIndex.flatMap(this::caseEnd).map(end -> end.run().capture()).orElse(captured.capture());
        return captured.parts().files().stream()
                .filter(file ->
                        file.caseIndex().equals(caseIndex) && file.path().equals(path))
                .flatMap(file -> file.content().stream())
                .findFirst()
                .map(content -> new Kept(capture, content));
    }

    private Optional<CaseEnd> caseEnd(int index) {
        return set.map(SetEnd::cases)
                .filter(cases -> index >= 0 && index < cases.size())
                .map(cases -> cases.get(index));
    }

    /** Of a set, that of its cases is known, not that of the whole. */
    private CapturedRun run() {
        return set.isPresent() ? CapturedRun.nothing(capture()) : captured.onlyRun();
    }

    /** Of a set: the least of the cases that ran; of one that could not be compiled, the compiler's. */
    private Capture capture() {
        if (set.isEmpty() || verdict instanceof Verdict.CompileFailed) {
            return captured.capture();
        }
        return set.stream()
                .flatMap(end -> end.cases().stream())
                .filter(one -> one.verdict().isPresent())
                .map(one -> one.run().capture())
                .filter(capture -> capture != Capture.NONE)
                .max(Comparator.naturalOrder())
                .orElse(Capture.NONE);
    }

    /** How many bytes of output and files there are here. */
    public long keptBytes() {
        CapturedParts parts = captured.parts();
        Stream<CapturedRun> runs = Stream.concat(
                Stream.of(captured.onlyRun()),
                Stream.concat(parts.compile().stream(), parts.cases().values().stream()));
        return Stream.concat(
                        runs.flatMap(run -> Stream.of(run.stdout(), run.stderr())),
                        parts.files().stream().map(CollectedFile::content))
                .flatMap(Optional::stream)
                .mapToLong(CapturedStream::keptBytes)
                .sum();
    }

    /** How many parts of a result there are, beside the only program's: each takes some memory of its own. */
    public int partCount() {
        return names.size() + captured.parts().files().size();
    }

    /** The result for an event: as much of its output as there is room for. */
    JobFinished forEvent(Instant collectedAt, Links links) {
        if (partCount() == 0 && captured.parts().compile().isEmpty()) {
            return build(collectedAt, EVENT_HEAD_BYTES, links);
        }
        for (int headLimit = EVENT_HEAD_BYTES; headLimit > 0; headLimit /= 8) {
            JobFinished result = build(collectedAt, headLimit, links);
            if (isFit(result)) {
                return result;
            }
        }
        return Stream.of(links, Links.NONE)
                .map(some -> build(collectedAt, 0, some))
                .filter(ResultBuilder::isFit)
                .findFirst()
                .orElseGet(() -> build(collectedAt, 0, Links.NONE, false));
    }

    private static boolean isFit(JobFinished result) {
        return CanonicalJson.compact(result.toJson()).length <= EVENT_BYTES;
    }

    /**
     * Makes the result; the same every time but for the time given.
     *
     * @param headLimit how many bytes of each stream the result holds: {@link #EVENT_HEAD_BYTES}, {@link #WHOLE}
     * @param links where whole streams and files can be had; told only of what the limit cuts
     */
    public JobFinished build(Instant collectedAt, int headLimit, Links links) {
        return build(collectedAt, headLimit, links, true);
    }

    private JobFinished build(Instant collectedAt, int headLimit, Links links, boolean withFiles) {
        List<CaseEnd> cases = set.map(SetEnd::cases).orElse(List.of());
        Shares shares = new Shares(headLimit, cases.size());
        PartsBuilder parts = new PartsBuilder(captured, shares, links, withFiles);
        return new JobFinished(
                subject(),
                new Ending(verdict.reason(), message(), end()),
                parts.output(run(), shares::head, _ -> CapturedStream.TAIL_BYTES, ""),
                parts.build(names, cases),
                timings(collectedAt),
                captured.lastFrame().map(LastFrame::run).map(RunEnd::usage),
                new Origin(template(), seen.container().imageId(), seen.pod().unenforced()));
    }

    /** What the supervisor says, unless the program is judged by something else. */
    private ProgramEnd end() {
        if (set.isPresent()) {
            return ProgramEnd.NOT_KNOWN;
        }
        return switch (verdict) {
            case Verdict.Exited _, Verdict.Signalled _, Verdict.CompileFailed _ -> verdict.end();
            default ->
                captured.lastFrame()
                        .map(LastFrame::end)
                        .filter(end -> !end.equals(ProgramEnd.NOT_KNOWN))
                        .orElseGet(verdict::end);
        };
    }

    private Subject subject() {
        return new Subject(
                seen.evalId(),
                jobName(),
                seen.job().path("metadata").path("namespace").asText(),
                seen.uid());
    }

    private Optional<String> message() {
        return Optional.of(Stream.of(verdictMessage(), ranTwice(), remark())
                        .flatMap(Optional::stream)
                        .collect(Collectors.joining(" ")))
                .filter(text -> !text.isEmpty());
    }

    /** Of a set: which case it is about; and of one that the supervisor gave up, why. */
    private Optional<String> verdictMessage() {
        Optional<Integer> decisive = set.flatMap(SetEnd::decisive);
        if (decisive.isPresent()) {
            String name = Quoted.of(names.get(decisive.get()));
            return verdict.message().map(text -> "Case " + name + ": " + text);
        }
        Optional<String> error = captured.lastFrame()
                .filter(_ -> set.isPresent() && verdict instanceof Verdict.SupervisorBroken)
                .flatMap(last -> last.run().error());
        return verdict.message()
                .map(text -> text + error.map(why -> " " + Quoted.message(why)).orElse(""));
    }

    private Optional<String> ranTwice() {
        return seen.hadEarlierRun()
                ? Optional.of("An earlier Pod of the Job ran as well: the program may have been started twice.")
                : Optional.empty();
    }

    /** If the output is exact, the rest of the log does not matter. If nothing ran, the verdict quotes it. */
    private Optional<String> remark() {
        return switch (capture()) {
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

    private Timings timings(Instant collectedAt) {
        return new Timings(
                Timestamps.find(seen.annotations().path(CupelMetadata.CREATED_AT)),
                Timestamps.find(seen.job().path("metadata").path("creationTimestamp")),
                seen.pod().scheduledAt(),
                captured.lastFrame()
                        .map(last -> last.run().times().started())
                        .or(() -> seen.container().startedAt())
                        .filter(_ -> start != ProgramStart.RULED_OUT),
                captured.lastFrame()
                        .map(last -> last.run().times().finished())
                        .or(() -> seen.container().finishedAt()),
                collectedAt);
    }

    private Optional<TemplateRef> template() {
        return seen.annotation(CupelMetadata.TEMPLATE)
                .flatMap(name ->
                        seen.annotation(CupelMetadata.TEMPLATE_DIGEST).map(digest -> new TemplateRef(name, digest)));
    }
}
