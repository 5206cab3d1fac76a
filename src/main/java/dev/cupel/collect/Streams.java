package dev.cupel.collect;

import dev.cupel.collect.LastFrame.Totals;
import java.util.Optional;

/** Puts both streams together from frames in their order, up to the first that is missing or cannot be opened. */
final class Streams {
    private final StreamBuffer stdout;
    private final StreamBuffer stderr;
    private final StreamBuffer stdoutTail = new StreamBuffer(0);
    private final StreamBuffer stderrTail = new StreamBuffer(0);
    private boolean whole = true;
    private long missing;

    private Streams(long expectedStdout, long expectedStderr) {
        stdout = new StreamBuffer(expectedStdout);
        stderr = new StreamBuffer(expectedStderr);
    }

    static Streams from(OrderedFrames frames, Optional<LastFrame> last, Payload payload) {
        Streams streams = new Streams(
                last.map(frame -> (long) frame.stdout().kept()).orElse(0L),
                last.map(frame -> (long) frame.stderr().kept()).orElse(0L));
        for (int seq = 1; seq < frames.count(); seq++) {
            boolean taken = frames.find(seq)
                    .map(frame -> payload.open(frame) && streams.append(frame.kind(), payload))
                    .orElse(false);
            if (!taken) {
                streams.whole = false;
                streams.missing++;
            }
        }
        return streams;
    }

    /** Heads end at the first gap; tails are whole or not as their lengths say, so they may come after one. */
    private boolean append(char kind, Payload payload) {
        return switch (kind) {
            case 'o' -> !whole || stdout.append(payload.data(), payload.length());
            case 'e' -> !whole || stderr.append(payload.data(), payload.length());
            case 't' -> stdoutTail.append(payload.data(), payload.length());
            case 'u' -> stderrTail.append(payload.data(), payload.length());
            default -> false;
        };
    }

    /** Whether every frame was there and both streams are as the last frame says. */
    boolean fit(LastFrame last) {
        return whole && fits(stdout, stdoutTail, last.stdout()) && fits(stderr, stderrTail, last.stderr());
    }

    private static boolean fits(StreamBuffer head, StreamBuffer tail, Totals totals) {
        return head.size() == totals.kept()
                && tail.size() == totals.tail()
                && (totals.kept() < totals.bytes() || head.sha256().equals(totals.sha256()));
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

    CapturedStream stdoutAsArrived() {
        return CapturedStream.whole(stdout);
    }

    CapturedStream stderrAsArrived() {
        return CapturedStream.whole(stderr);
    }

    long missing() {
        return missing;
    }
}
