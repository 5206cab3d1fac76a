package dev.cupel.collect.frames;

import static dev.cupel.collect.frames.RunEndReader.isAbsent;
import static dev.cupel.collect.frames.RunEndReader.isCount;
import static dev.cupel.collect.frames.RunEndReader.isSha256;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.collect.captured.CapturedParts;
import dev.cupel.collect.captured.CapturedRun;
import dev.cupel.collect.captured.CapturedStream;
import dev.cupel.collect.captured.CollectedFile;
import dev.cupel.collect.captured.RunEnd;
import dev.cupel.collect.captured.RunEnd.Ended;
import dev.cupel.request.JobRequest;
import dev.cupel.result.Capture;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Makes runs and files of streams: those of a compiler and of cases, and what was collected. */
final class PartsReader {
    private final Streams streams;
    private final boolean hasLastFrame;
    private final Predicate<FrameKind> isVouchedFor;

    /**
     * @param isVouchedFor whether the frames of this kind can only be the supervisor's
     */
    PartsReader(Streams streams, boolean hasLastFrame, Predicate<FrameKind> isVouchedFor) {
        this.streams = streams;
        this.hasLastFrame = hasLastFrame;
        this.isVouchedFor = isVouchedFor;
    }

    /** Nothing of a log that has nothing but the only program's output. */
    CapturedParts read() {
        if (streams.kinds().stream().allMatch(FrameKind::isOnly)) {
            return CapturedParts.NONE;
        }
        Map<Integer, CapturedRun> cases = new HashMap<>();
        streams.kinds().stream()
                .filter(kind -> kind.of() >= 0 && isOfRun(kind))
                .mapToInt(FrameKind::of)
                .distinct()
                .forEach(index -> cases.put(index, run(index)));
        boolean isCompiled =
                streams.kinds().stream().anyMatch(kind -> kind.of() == FrameKind.COMPILER && isOfRun(kind));
        return new CapturedParts(
                isCompiled ? Optional.of(run(FrameKind.COMPILER)) : Optional.empty(),
                cases,
                streams.kinds().stream()
                        .filter(kind -> kind.letter() == 'g' && (isVouchedFor.test(kind) || !hasLastFrame))
                        .sorted((one, other) -> Integer.compare(one.of(), other.of()))
                        .flatMap(kind -> file(kind).stream())
                        .toList());
    }

    private static boolean isOfRun(FrameKind kind) {
        return kind.letter() != 'f' && kind.letter() != 'g';
    }

    private CapturedRun run(int run) {
        FrameKind kind = new FrameKind('d', run);
        Optional<RunEnd> end =
                RunEndReader.read(ByteBuffer.wrap(streams.bytes(kind).toBytes()));
        boolean isTrue = isVouchedFor.test(kind);
        if (end.isPresent() && isTrue) {
            return asTold(run, end.get());
        }
        if (hasLastFrame && !isTrue) {
            return CapturedRun.nothing(Capture.LOST);
        }
        return new CapturedRun(
                hasLastFrame ? Capture.LOST : Capture.PARTIAL,
                Optional.of(streams.stdoutAsArrived(run)),
                Optional.of(streams.stderrAsArrived(run)),
                Optional.empty());
    }

    private CapturedRun asTold(int run, RunEnd end) {
        if (end.ended() == Ended.NOTSTARTED) {
            return new CapturedRun(Capture.NONE, Optional.empty(), Optional.empty(), Optional.of(end));
        }
        return new CapturedRun(
                streams.fit(run, end) ? Capture.EXACT : Capture.LOST,
                Optional.of(streams.stdoutAsTold(run, end)),
                Optional.of(streams.stderrAsTold(run, end)),
                Optional.of(end));
    }

    /** A file whose content is not all there, byte for byte, is told without it. */
    private Optional<CollectedFile> file(FrameKind kind) {
        return RunEndReader.json(ByteBuffer.wrap(streams.bytes(kind).toBytes()))
                .filter(PartsReader::isFile)
                .map(data -> file(data, new FrameKind('f', kind.of())));
    }

    private static boolean isFile(JsonNode data) {
        JsonNode index = data.path("case");
        return data.path("path").isTextual()
                && !data.path("path").textValue().isEmpty()
                && isCount(data.path("bytes"))
                && isCount(data.path("kept"))
                && (isAbsent(data.path("sha256")) || isSha256(data.path("sha256")))
                && (isAbsent(index) || (isCount(index) && index.canConvertToInt()));
    }

    private CollectedFile file(JsonNode data, FrameKind kind) {
        long bytes = data.path("bytes").longValue();
        Optional<String> sha256 = RunEndReader.present(data.path("sha256")).map(JsonNode::textValue);
        boolean isHere = data.path("kept").longValue() == bytes
                && streams.bytes(kind).size() == bytes
                && sha256.equals(Optional.of(streams.sha256(kind)));
        Optional<CapturedStream> content = isHere
                ? sha256.map(digest ->
                        new CapturedStream(bytes, digest, streams.bytes(kind).toBytes(), new byte[0]))
                : Optional.empty();
        return new CollectedFile(
                data.path("path").textValue(),
                RunEndReader.present(data.path("case")).map(JsonNode::intValue),
                bytes,
                sha256,
                content);
    }

    /**
     * How long the streams and files will be, by what claims to be their ends: so that nothing is copied twice. A wrong
     * claim costs no more than a right one.
     */
    static Map<FrameKind, Integer> expected(FrameStore store, Payload payload) {
        Map<FrameKind, Integer> expected = new HashMap<>();
        long room = Streams.MAX_BYTES;
        for (Frame frame : store) {
            char letter = frame.kind().letter();
            if (letter != 'd' && letter != 'g') {
                continue;
            }
            JsonNode data = payload.open(frame).flatMap(RunEndReader::json).orElse(null);
            if (data == null) {
                continue;
            }
            String[][] places = letter == 'g'
                    ? new String[][] {{"f", "/kept"}}
                    : new String[][] {{"o", "/stdout/kept"}, {"e", "/stderr/kept"}};
            for (String[] place : places) {
                int kept = data.at(place[1]).asInt();
                if (kept > 0 && kept <= Math.min(room, JobRequest.MAX_OUTPUT_LIMIT)) {
                    room -= kept;
                    expected.merge(
                            new FrameKind(place[0].charAt(0), frame.kind().of()), kept, Math::max);
                }
            }
        }
        return expected;
    }
}
