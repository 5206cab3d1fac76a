package dev.cupel.collect.frames;

import dev.cupel.collect.captured.Captured;
import dev.cupel.collect.captured.LastFrame;
import dev.cupel.collect.captured.LogCounts;
import dev.cupel.request.JobRequest;
import dev.cupel.result.Capture;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Decodes the log of a supervised container. Takes any bytes: what is no frame, or not the supervisor's, is dropped and
 * counted. Holds at most {@link FrameStore#MAX_BYTES} of frames and {@link JobRequest#MAX_OUTPUT_LIMIT} of each stream.
 *
 * <p><b>Why no forgery is {@code exact}.</b> The program can print frames; under gVisor it can also write them into the
 * log itself, around the supervisor, with a key of its own and complete from {@code k} to {@code r}; it can write so much
 * that the log is rotated and begins with its own {@code k}; it can write to the termination message; and it can kill the
 * supervisor so that no true frame follows. Nothing inside such a log tells it from a true one. So {@code exact} needs
 * all of these, and the second is what no program can bring about:
 *
 * <ol>
 *   <li>The {@code r} frame is the last line. Whatever was forged before the supervisor's own end is then foreign.
 *   <li>The container ended by the supervisor's own will, with the code that this frame implies: {@link ContainerEnd} says
 *       which codes say so. Then the last line was written when every other process was dead, so it is true, and so is
 *       its key.
 *   <li>The termination message, if there is one, reveals the same key.
 *   <li>The first {@code k} frame commits to that key. Where the true one was rotated away, the first is another's.
 *   <li>Every number from 0 to the last has a frame sealed with that key, and counts and digests are as it says.
 * </ol>
 *
 * <p><b>What a seal binds.</b> Its frame's number, kind and packing, by HMAC; its payload, and with it all before it of the
 * same kind, by their SHA-256 ({@link SealChain}). The program chooses what it prints, but to have another payload pass
 * under a seal, or the same line in another place, it needs a collision of SHA-256, on which the digests of a result
 * rest as well. A payload is inflated only after its seal was checked.
 *
 * <p>What is left to trust: that the end of the log is there. A reader that stops early and does not say so, on a log that
 * was also rotated, of a container whose termination message could also not be written, could be told a false story.
 */
public final class FrameDecoder {
    private FrameDecoder() {}

    /**
     * Reads a log to its end and says what its program printed.
     *
     * @param log the container's log; not closed
     * @return {@code exact}; {@code partial} where the supervisor's last frame is missing; {@code lost} where it is there
     *     and others are not, or where nothing is there
     * @throws IOException only if reading does
     */
    public static Captured decode(InputStream log, ContainerEnd end) throws IOException {
        FrameLog read = FrameLog.read(log);
        try (Payload payload = new Payload()) {
            Optional<LastFrame> endOfLog = read.endOfLog().flatMap(frame -> LastFrameReader.read(frame, payload));
            Optional<LastFrame> last =
                    end.vouchFor(endOfLog).filter(frame -> endOfLog.isPresent() || !isDenied(read, frame, payload));
            return last.isPresent()
                    ? decodeSealed(read, last.get(), endOfLog.isPresent(), payload)
                    : decodeArrived(read, payload);
        }
    }

    /** A last frame that only the termination message has is not believed against the commitment in the log. */
    private static boolean isDenied(FrameLog log, LastFrame last, Payload payload) {
        return log.commitment().isPresent() && !commits(log, seal(last), payload);
    }

    private static Captured decodeSealed(FrameLog log, LastFrame last, boolean inLog, Payload payload) {
        Seal seal = seal(last);
        FrameStore output = log.output();
        boolean mayBeExact = inLog && commits(log, seal, payload);
        if (mayBeExact && output.size() == last.seq() - 1 && output.isUndisturbed(seal)) {
            Streams streams = Streams.undisturbed(output);
            if (streams.fit(last, () -> output.sha256('o'), () -> output.sha256('e'))) {
                return asTold(log, Capture.EXACT, streams, last, counts(log, 0, streams));
            }
        }
        OrderedFrames frames = OrderedFrames.below(last.seq(), output);
        Streams streams = Streams.sealed(frames, seal, last, payload);
        boolean exact = mayBeExact && frames.count() == last.seq() && streams.fit(last);
        return asTold(
                log, exact ? Capture.EXACT : Capture.LOST, streams, last, counts(log, frames.rejected(), streams));
    }

    private static Captured asTold(FrameLog log, Capture capture, Streams streams, LastFrame last, LogCounts counts) {
        if (last.ended() == LastFrame.Ended.NOTSTARTED) {
            return Captured.nothing(Capture.NONE, Optional.of(last), counts).with(log.evidence());
        }
        return new Captured(
                capture,
                Optional.of(streams.stdoutAsTold(last)),
                Optional.of(streams.stderrAsTold(last)),
                Optional.of(last),
                counts,
                log.evidence());
    }

    private static Seal seal(LastFrame last) {
        return new Seal(HexFormat.of().parseHex(last.key()));
    }

    private static boolean commits(FrameLog log, Seal seal, Payload payload) {
        return log.commitment()
                .filter(frame -> new SealChain().take(frame, seal))
                .flatMap(payload::open)
                .filter(ByteBuffer.wrap(seal.commitment())::equals)
                .isPresent();
    }

    private static Captured decodeArrived(FrameLog log, Payload payload) {
        OrderedFrames frames = OrderedFrames.all(log.output());
        Streams streams = Streams.arrived(frames, payload);
        LogCounts counts = counts(log, frames.rejected(), streams);
        if (log.commitment().isEmpty()) {
            return Captured.nothing(Capture.LOST, Optional.empty(), counts).with(log.evidence());
        }
        return new Captured(
                Capture.PARTIAL,
                Optional.of(streams.stdoutAsArrived()),
                Optional.of(streams.stderrAsArrived()),
                Optional.empty(),
                counts,
                log.evidence());
    }

    private static LogCounts counts(FrameLog log, long rejected, Streams streams) {
        return new LogCounts(log.foreignLines(), log.foreignBytes(), rejected, streams.missing());
    }
}
