package dev.cupel.collect.frames;

import dev.cupel.collect.captured.Captured;
import dev.cupel.collect.captured.CapturedParts;
import dev.cupel.collect.captured.LastFrame;
import dev.cupel.collect.captured.LogCounts;
import dev.cupel.request.JobRequest;
import dev.cupel.result.Capture;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

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
 * <p><b>Checkpoints.</b> A set of cases has several keys ({@link KeySchedule}): a checkpoint, {@code q}, reveals one while
 * no program is left, and commits to the next. From then on every later case may know that key, and may seal with it
 * whatever it likes, in the numbers of frames that came before: ends of other cases, another {@code q} with a commitment
 * of its own, or copies of true lines. It does not know the newest key. So:
 *
 * <ul>
 *   <li>A forged frame <i>after</i> a checkpoint needs a key that is not revealed yet. One with a number from <i>before</i>
 *       it stands in the log after the true one, and the first that fits is taken; so does a forged or repeated {@code q}.
 *       Each is counted as rejected.
 *   <li>Where the true beginning was rotated away, a program can write all of it anew, from {@code k} on: with the revealed
 *       keys, with right chains, and with the last true {@code q} copied, which commits to the newest key. So the
 *       commitment alone proves nothing of the past. {@code r} therefore has the digest of the seals of <i>all</i> frames
 *       ({@link SealDigest}); {@code r} is sealed with the newest key, and true by the rules above. A seal of 128 bits,
 *       once written, is met by another payload only with 2<sup>128</sup> tries, also by who knows the key.
 *   <li>Where {@code r} is missing (the supervisor was killed), or does not vouch for what is there, frames up to the last
 *       checkpoint are believed only if the log is closed to the program ({@link ContainerEnd#isLogClosed}): then nobody
 *       can have rotated or written anything. Else they are what arrived, {@code partial}, and no end of a case is taken
 *       from them.
 *   <li>What was written after the last checkpoint needs {@code r}.
 * </ul>
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
            Optional<LastFrame> last = end.vouchFor(endOfLog);
            KeySchedule keys = KeySchedule.of(read, last, payload);
            // A last frame that only the termination message has is not believed against the commitment in the log.
            boolean isDenied = endOfLog.isEmpty() && read.commitment().isPresent() && !keys.isCommitted();
            return last.isPresent() && !isDenied
                    ? new Sealed(read, last.get(), keys, end.isLogClosed()).decode(endOfLog.isPresent(), payload)
                    : decodeArrived(read, end.isLogClosed(), payload);
        }
    }

    /** A log with a last frame. */
    private record Sealed(FrameLog log, LastFrame last, KeySchedule keys, boolean isLogClosed) {
        Captured decode(boolean inLog, Payload payload) {
            FrameStore output = log.output();
            boolean mayBeExact = inLog && keys.isCommitted();
            if (mayBeExact && output.size() == last.seq() - 1 && output.isUndisturbed(keys::at)) {
                Streams streams = Streams.undisturbed(output);
                if (isHistoryVouchedFor(output) && streams.fit(FrameKind.ONLY, last.run())) {
                    return asTold(Capture.EXACT, streams, _ -> true, counts(log, 0, streams));
                }
            }
            OrderedFrames frames = last.counts().cases().isPresent()
                    ? OrderedFrames.ofSetBelow(last.seq(), output)
                    : OrderedFrames.below(last.seq(), output);
            SealDigest seals = new SealDigest(log.commitment());
            Streams streams = Streams.of(frames, keys, seals, expected(payload), payload);
            boolean isWhole = mayBeExact && frames.count() == last.seq() && streams.isWhole();
            boolean isVouchedFor = isLogClosed ? keys.isCommitted() : isWhole && isVouchedFor(seals);
            boolean exact = isWhole && isVouchedFor && streams.fit(FrameKind.ONLY, last.run());
            return asTold(
                    exact ? Capture.EXACT : Capture.LOST,
                    streams,
                    kind -> isVouchedFor || streams.latest(kind) > keys.checkpoint(),
                    counts(log, frames.rejected(), streams));
        }

        private boolean isHistoryVouchedFor(FrameStore output) {
            if (isLogClosed || keys.checkpoint() == 0) {
                return true;
            }
            SealDigest seals = new SealDigest(log.commitment());
            output.forEach(seals::add);
            return isVouchedFor(seals);
        }

        private boolean isVouchedFor(SealDigest seals) {
            return keys.checkpoint() == 0 || last.counts().seals().equals(Optional.of(seals.sha256()));
        }

        private Map<FrameKind, Integer> expected(Payload payload) {
            Map<FrameKind, Integer> expected = PartsReader.expected(log.output(), payload);
            expected.put(FrameKind.only('o'), last.run().stdout().kept());
            expected.put(FrameKind.only('e'), last.run().stderr().kept());
            return expected;
        }

        private Captured asTold(Capture capture, Streams streams, Predicate<FrameKind> isVouchedFor, LogCounts counts) {
            CapturedParts parts = new PartsReader(streams, true, isVouchedFor).read();
            Captured told = new Captured(
                    capture,
                    Optional.of(streams.stdoutAsTold(FrameKind.ONLY, last.run())),
                    Optional.of(streams.stderrAsTold(FrameKind.ONLY, last.run())),
                    Optional.of(last),
                    counts,
                    log.evidence(),
                    parts);
            return switch (last.ended()) {
                case NOTSTARTED -> told.withoutProgram(Capture.NONE);
                case NOTCOMPILED -> told.withoutProgram(Capture.LOST);
                case EXITED, SIGNALLED, DEADLINE, CPUTIME, STOPPED -> told;
            };
        }
    }

    private static Captured decodeArrived(FrameLog log, boolean isLogClosed, Payload payload) {
        KeySchedule keys = KeySchedule.of(log, Optional.empty(), payload);
        OrderedFrames frames = OrderedFrames.all(log.output());
        Streams streams = Streams.of(
                frames, keys, new SealDigest(log.commitment()), PartsReader.expected(log.output(), payload), payload);
        LogCounts counts = counts(log, frames.rejected(), streams);
        if (log.commitment().isEmpty()) {
            return Captured.nothing(Capture.LOST, Optional.empty(), counts).with(log.evidence());
        }
        return new Captured(
                Capture.PARTIAL,
                Optional.of(streams.stdoutAsArrived(FrameKind.ONLY)),
                Optional.of(streams.stderrAsArrived(FrameKind.ONLY)),
                Optional.empty(),
                counts,
                log.evidence(),
                new PartsReader(streams, false, kind -> isLogClosed && streams.latest(kind) <= keys.checkpoint())
                        .read());
    }

    private static LogCounts counts(FrameLog log, long rejected, Streams streams) {
        return new LogCounts(log.foreignLines(), log.foreignBytes(), rejected, streams.missing());
    }
}
