package dev.cupel.collect.frames;

import dev.cupel.collect.captured.CapturedStream;
import dev.cupel.collect.captured.RunEnd;
import dev.cupel.collect.captured.RunEnd.Totals;
import dev.cupel.collect.lines.StreamBuffer;
import dev.cupel.request.JobRequest;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Puts the payloads of each kind together, from frames in their order, up to the first that is missing or cannot be opened. */
final class Streams {
    /** What all runs but the only one may have together, unpacked; the supervisor keeps no more. */
    static final int MAX_BYTES = 12 * 1024 * 1024;

    /** And what says how they ended, and of files what they are. */
    private static final int MAX_WORDS = 4 * 1024 * 1024;

    private static final StreamBuffer NOTHING = new StreamBuffer(0, 0);

    private final Map<FrameKind, StreamBuffer> buffers;
    private final Function<FrameKind, String> digests;
    private final Map<FrameKind, Integer> latest = new HashMap<>();
    private boolean whole = true;
    private long missing;
    private int kept;
    private int words;

    private Streams(Map<FrameKind, StreamBuffer> buffers) {
        this.buffers = buffers;
        this.digests = kind -> bytes(kind).sha256();
    }

    private Streams(FrameStore store) {
        this.buffers = store.payloads();
        this.digests = store::sha256;
    }

    /** Streams from a log that nobody disturbed: its frames are all there, in their order. */
    static Streams undisturbed(FrameStore store) {
        return new Streams(store);
    }

    /**
     * Streams from the frames whose seals are right and, where no key was revealed, from the first frame of each number:
     * nobody can say then which one is right.
     *
     * @param seals takes those that were right
     * @param expected how long streams will be
     */
    static Streams of(
            OrderedFrames frames,
            KeySchedule keys,
            SealDigest seals,
            Map<FrameKind, Integer> expected,
            Payload payload) {
        Streams streams = new Streams(new HashMap<>());
        Map<FrameKind, SealChain> chains = new HashMap<>();
        for (int seq = 1; seq < frames.count(); seq++) {
            Seal seal = keys.at(seq);
            Optional<Frame> chosen = frames.choose(
                    seq,
                    frame -> seal == null
                            || chains.computeIfAbsent(frame.kind(), _ -> new SealChain())
                                    .take(frame, seal));
            chosen.ifPresent(seals::add);
            boolean taken = chosen.filter(frame -> payload.open(frame)
                            .filter(data -> streams.append(frame, data, seal != null, expected))
                            .isPresent())
                    .isPresent();
            if (!taken) {
                streams.whole = false;
                streams.missing++;
            }
        }
        return streams;
    }

    /**
     * The only program's heads end at the first gap in the log, and so do all where no seal says that nothing is missing.
     * The length of a tail says whether it is whole, so it may come after a gap.
     */
    private boolean append(Frame frame, ByteBuffer data, boolean isSealed, Map<FrameKind, Integer> expected) {
        FrameKind kind = frame.kind();
        boolean isTail = kind.letter() == 't' || kind.letter() == 'u';
        if (!whole && !isTail && (kind.isOnly() || !isSealed)) {
            return true;
        }
        latest.put(kind, frame.seq());
        return hasRoom(kind, data.remaining())
                && buffers.computeIfAbsent(kind, _ -> buffer(kind, expected.getOrDefault(kind, 0)))
                        .append(data)
                        .isPresent();
    }

    private boolean hasRoom(FrameKind kind, int length) {
        if (kind.isOnly()) {
            return true;
        }
        if (kind.letter() == 'd' || kind.letter() == 'g') {
            words += length;
            return words <= MAX_WORDS;
        }
        if (kept + length > MAX_BYTES) {
            return false;
        }
        kept += length;
        return true;
    }

    private static StreamBuffer buffer(FrameKind kind, int expected) {
        return new StreamBuffer(expected, JobRequest.MAX_OUTPUT_LIMIT, !kind.isOnly());
    }

    /** All of one kind; nothing where there is none. */
    StreamBuffer bytes(FrameKind kind) {
        return buffers.getOrDefault(kind, NOTHING);
    }

    Set<FrameKind> kinds() {
        return buffers.keySet();
    }

    /** The number of the last frame of a kind, of a log that was disturbed. */
    int latest(FrameKind kind) {
        return latest.getOrDefault(kind, 0);
    }

    String sha256(FrameKind kind) {
        return digests.apply(kind);
    }

    /** Whether every frame was there. */
    boolean isWhole() {
        return whole;
    }

    /** Whether both streams of a run are as its end says. */
    boolean fit(int run, RunEnd end) {
        return fits(new FrameKind('o', run), new FrameKind('t', run), end.stdout())
                && fits(new FrameKind('e', run), new FrameKind('u', run), end.stderr());
    }

    private boolean fits(FrameKind head, FrameKind tail, Totals totals) {
        return bytes(head).size() == totals.kept()
                && bytes(tail).size() == totals.tail()
                && (totals.kept() < totals.bytes() || sha256(head).equals(totals.sha256()));
    }

    CapturedStream stdoutAsTold(int run, RunEnd end) {
        return asTold(new FrameKind('o', run), new FrameKind('t', run), end.stdout());
    }

    CapturedStream stderrAsTold(int run, RunEnd end) {
        return asTold(new FrameKind('e', run), new FrameKind('u', run), end.stderr());
    }

    private CapturedStream asTold(FrameKind head, FrameKind tail, Totals totals) {
        StreamBuffer end = bytes(tail);
        byte[] last = end.size() == totals.tail() ? end.toBytes() : new byte[0];
        return new CapturedStream(totals.bytes(), totals.sha256(), bytes(head).toBytes(), last);
    }

    CapturedStream stdoutAsArrived(int run) {
        return asArrived(bytes(new FrameKind('o', run)));
    }

    CapturedStream stderrAsArrived(int run) {
        return asArrived(bytes(new FrameKind('e', run)));
    }

    private static CapturedStream asArrived(StreamBuffer buffer) {
        return new CapturedStream(buffer.size(), buffer.sha256(), buffer.toBytes(), new byte[0]);
    }

    long missing() {
        return missing;
    }
}
