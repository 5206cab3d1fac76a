package dev.cupel.collect;

import dev.cupel.collect.captured.Captured;
import dev.cupel.collect.captured.CapturedRun;
import dev.cupel.collect.captured.CapturedStream;
import dev.cupel.collect.captured.CollectedFile;
import dev.cupel.collect.captured.LastFrame.Counts;
import dev.cupel.collect.captured.RunEnd;
import dev.cupel.collect.verdict.SetJudge.CaseEnd;
import dev.cupel.collect.verdict.Verdict;
import dev.cupel.result.CaseResult;
import dev.cupel.result.CompileResult;
import dev.cupel.result.Content;
import dev.cupel.result.FilesResult;
import dev.cupel.result.FilesResult.CollectedContent;
import dev.cupel.result.JobFinished.Parts;
import dev.cupel.result.Output;
import dev.cupel.result.Output.Urls;
import dev.cupel.result.ProgramEnd;
import dev.cupel.result.StreamOutput;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Makes of what was captured the parts of a result that are there only where they were asked for. */
final class PartsBuilder {
    private final Captured captured;
    private final Shares shares;
    private final Links links;
    private final boolean withFiles;

    /** @param withFiles whether files are told; else they are only counted */
    PartsBuilder(Captured captured, Shares shares, Links links, boolean withFiles) {
        this.captured = captured;
        this.shares = shares;
        this.links = links;
        this.withFiles = withFiles;
    }

    /** What one run printed; its address ends with the name of the stream. */
    Output output(CapturedRun run, Function<CapturedStream, Integer> head, Function<Integer, Integer> tail, String at) {
        Optional<Integer> out = run.stdout().map(head);
        Optional<Integer> err = run.stderr().map(head);
        return new Output(
                run.capture(),
                output(run.stdout(), out, tail),
                output(run.stderr(), err, tail),
                new Urls(url(run.stdout(), out, at + "/stdout"), url(run.stderr(), err, at + "/stderr")));
    }

    private static Optional<StreamOutput> output(
            Optional<CapturedStream> stream, Optional<Integer> head, Function<Integer, Integer> tail) {
        return stream.map(some -> some.output(head.orElseThrow(), tail.apply(head.orElseThrow())));
    }

    private Optional<String> url(Optional<CapturedStream> stream, Optional<Integer> head, String path) {
        return stream.filter(some -> some.isCutAt(head.orElseThrow())).flatMap(_ -> links.to(path));
    }

    /** @param names of the cases, in the order of their ends */
    Parts build(List<String> names, List<CaseEnd> ends) {
        List<CaseResult> cases = new ArrayList<>();
        for (int index = 0; index < ends.size(); index++) {
            cases.add(caseResult(index, names.get(index), ends.get(index)));
        }
        int untold = withFiles ? 0 : captured.parts().files().size();
        int omitted =
                captured.lastFrame().map(last -> last.counts().filesOmitted()).orElse(0);
        Optional<FilesResult> files = ends.isEmpty() ? files(Optional.empty(), "") : Optional.empty();
        return new Parts(captured.parts().compile().map(this::compile), cases, files, omitted + untold);
    }

    private CompileResult compile(CapturedRun run) {
        Output output = output(run, shares::head, _ -> CapturedStream.TAIL_BYTES, "");
        return new CompileResult(
                run.end().map(RunEnd::end).orElse(ProgramEnd.NOT_KNOWN),
                new Output(run.capture(), output.stdout(), output.stderr(), Urls.NONE),
                run.end().map(RunEnd::usage));
    }

    private CaseResult caseResult(int index, String name, CaseEnd end) {
        String address = "/cases/" + index;
        CapturedRun run = end.run();
        return new CaseResult(
                name,
                end.verdict().map(Verdict::reason),
                run.end()
                        .map(RunEnd::end)
                        .or(() -> end.verdict().map(Verdict::end))
                        .orElse(ProgramEnd.NOT_KNOWN),
                output(run, shares::headOfCase, Shares::tailOfCase, address),
                run.end().map(RunEnd::usage),
                end.verdict().isPresent() ? files(Optional.of(index), address) : Optional.empty());
    }

    /** None where none were asked for; an empty list where there are none. */
    private Optional<FilesResult> files(Optional<Integer> index, String address) {
        List<CollectedFile> all = captured.parts().files();
        boolean wereAsked = !all.isEmpty()
                || captured.lastFrame()
                        .map(last -> last.counts())
                        .flatMap(Counts::files)
                        .isPresent();
        if (!wereAsked) {
            return Optional.empty();
        }
        Map<String, CollectedContent> files = new LinkedHashMap<>();
        all.stream()
                .filter(file -> withFiles && file.caseIndex().equals(index))
                .forEach(file -> files.put(file.path(), content(file, address)));
        return Optional.of(new FilesResult(files));
    }

    private CollectedContent content(CollectedFile file, String address) {
        Optional<CapturedStream> here = file.content().filter(shares::fits);
        Optional<String> url = file.content()
                .filter(_ -> here.isEmpty())
                .flatMap(_ -> links.to(address + "/files/" + Links.encode(file.path())));
        return new CollectedContent(
                file.bytes(), file.sha256(), here.map(content -> Content.whole(content.head())), url);
    }
}
