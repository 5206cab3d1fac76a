package dev.cupel.collect.frames;

import dev.cupel.collect.captured.CapturedStream;
import dev.cupel.collect.captured.LastFrame;
import dev.cupel.collect.captured.LastFrame.Totals;
import dev.cupel.request.JobRequest;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Puts both streams together from frames in their order, up to the first that is missing or cannot be opened. */
final class Streams {
    private final StreamBuffer stdout;
    private final StreamBuffer stderr;
    private final StreamBuffer stdoutTail;
    private final StreamBuffer stderrTail;
    private boolean whole = true;
    private long missing;

    private Streams(StreamBuffer stdout, StreamBuffer stderr, StreamBuffer stdoutTail, StreamBuffer stderrTail) {
        this.stdout = stdout;
        this.stderr = stderr;
        this.stdoutTail = stdoutTail;
        this.stderrTail = stderrTail;
    }

    private static Streams empty(int expectedStdout, int expectedStderr) {
        return new Streams(
                new StreamBuffer(expectedStdout, JobRequest.MAX_OUTPUT_LIMIT),
                new StreamBuffer(expectedStderr, JobRequest.MAX_OUTPUT_LIMIT),
                new StreamBuffer(0, JobRequest.MAX_OUTPUT_LIMIT),
                new StreamBuffer(0, JobRequest.MAX_OUTPUT_LIMIT));
    }

    /** Streams from a log that nobody disturbed: its frames are all there, in their order. */
    static Streams undisturbed(FrameStore store) {
        return new Streams(store.payloads('o'), store.payloads('e'), store.payloads('t'), store.payloads('u'));
    }

    /** Streams from the frames whose seals are right, compared with the last frame. */
    static Streams sealed(OrderedFrames frames, Seal seal, LastFrame last, Payload payload) {
        Streams streams = empty(last.stdout().kept(), last.stderr().kept());
        Map<Character, SealChain> chains = new HashMap<>();
        streams.take(
                frames,
                payload,
                frame -> chains.computeIfAbsent(frame.kind(), _ -> new SealChain())
                        .take(frame, seal));
        return streams;
    }

    /** Streams from the first frame of each number. Without a revealed key, nobody can say which one is right. */
    static Streams arrived(OrderedFrames frames, Payload payload) {
        Streams streams = empty(0, 0);
        streams.take(frames, payload, _ -> true);
        return streams;
    }

    private void take(OrderedFrames frames, Payload payload, Predicate<Frame> chosen) {
        for (int seq = 1; seq < frames.count(); seq++) {
            boolean taken = frames.choose(seq, chosen)
                    .filter(frame -> payload.open(frame)
                            .filter(data -> append(frame.kind(), data))
                            .isPresent())
                    .isPresent();
            if (!taken) {
                whole = false;
                missing++;
            }
        }
    }

    /** A head ends at the first gap. The length of a tail says whether it is whole, so it may come after a gap. */
    private boolean append(char kind, ByteBuffer data) {
        return switch (kind) {
            case 'o' -> !whole || stdout.append(data).isPresent();
            case 'e' -> !whole || stderr.append(data).isPresent();
            case 't' -> stdoutTail.append(data).isPresent();
            case 'u' -> stderrTail.append(data).isPresent();
            default -> false;
        };
    }

    /** Whether every frame was there and both streams are as the last frame says. */
    boolean fit(LastFrame last) {
        return fit(last, stdout::sha256, stderr::sha256);
    }

    /**
     * The same where the digests are known.
     *
     * @param stdoutDigest of its head
     */
    boolean fit(LastFrame last, Supplier<String> stdoutDigest, Supplier<String> stderrDigest) {
        return whole
                && fits(stdout, stdoutDigest, stdoutTail, last.stdout())
                && fits(stderr, stderrDigest, stderrTail, last.stderr());
    }

    private static boolean fits(StreamBuffer head, Supplier<String> digest, StreamBuffer tail, Totals totals) {
        return head.size() == totals.kept()
                && tail.size() == totals.tail()
                && (totals.kept() < totals.bytes() || digest.get().equals(totals.sha256()));
    }

    CapturedStream stdoutAsTold(LastFrame last) {
        return asTold(stdout, stdoutTail, last.stdout());
    }

    CapturedStream stderrAsTold(LastFrame last) {
        return asTold(stderr, stderrTail, last.stderr());
    }

    private static CapturedStream asTold(StreamBuffer head, StreamBuffer tail, Totals totals) {
        byte[] last = tail.size() == totals.tail() ? tail.toBytes() : new byte[0];
        return new CapturedStream(totals.bytes(), totals.sha256(), head.toBytes(), last);
    }

    private static CapturedStream whole(StreamBuffer buffer) {
        return new CapturedStream(buffer.size(), buffer.sha256(), buffer.toBytes(), new byte[0]);
    }

    CapturedStream stdoutAsArrived() {
        return whole(stdout);
    }

    CapturedStream stderrAsArrived() {
        return whole(stderr);
    }

    long missing() {
        return missing;
    }
}
