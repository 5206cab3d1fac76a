package dev.cupel.collect.frames;

import dev.cupel.collect.captured.LogEvidence;
import dev.cupel.collect.lines.ErrorLine;
import dev.cupel.collect.lines.LogLines;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * A log read through once: what may be frames is kept, everything else dropped and counted. Of {@code k} frames only the
 * first can be the supervisor's (it is written before the program exists), of {@code r} frames only one in the last line.
 */
final class FrameLog {
    /** What a kubelet answers, with 200, in place of a log that its node no longer has; and nothing else is in it. */
    private static final List<String> NO_LOG =
            List.of("unable to retrieve container logs for ", "failed to try resolving symlinks in path ");

    private final FrameParser parser = new FrameParser();
    private final FrameStore output = new FrameStore();
    private Optional<Frame> commitment = Optional.empty();
    private Optional<Frame> endOfLog = Optional.empty();
    private final ErrorLine complaint = new ErrorLine();
    private boolean hasFrames;
    private long foreignLines;
    private long foreignBytes;

    private FrameLog() {}

    static FrameLog read(InputStream log) throws IOException {
        FrameLog read = new FrameLog();
        LogLines lines = new LogLines(log);
        while (lines.advance()) {
            // Every frame begins with a newline of its own, so that it stands alone whatever was written before it.
            if (lines.length() > 0) {
                read.take(lines);
            }
        }
        return read;
    }

    private void take(LogLines lines) {
        endOfLog.ifPresent(this::drop);
        endOfLog = Optional.empty();
        Optional<Frame> frame =
                lines.isTooLong() ? Optional.empty() : parser.parse(lines.buffer(), lines.start(), lines.end());
        hasFrames |= FrameParser.hasPrefix(lines.buffer(), lines.start(), lines.end());
        if (!frame.map(this::keep).orElse(false)) {
            complaint.take(lines.buffer(), lines.start(), lines.end());
            foreignLines++;
            foreignBytes += lines.length();
        }
    }

    private boolean keep(Frame frame) {
        FrameKind kind = frame.kind();
        return switch (kind.letter()) {
            case 'o', 'e', 't', 'u' -> output.add(frame);
            case 'd' -> !kind.isOnly() && output.add(frame);
            case 'f', 'g' -> kind.of() >= 0 && output.add(frame);
            case 'q' -> kind.isOnly() && output.add(frame);
            case 'k' -> kind.isOnly() && keepCommitment(frame);
            case 'r' -> kind.isOnly() && keepEnd(frame);
            default -> false;
        };
    }

    private boolean keepCommitment(Frame frame) {
        if (frame.seq() != 0) {
            return false;
        }
        if (commitment.isEmpty()) {
            commitment = Optional.of(frame.copy());
        }
        return frame.isSameAs(commitment.get());
    }

    private boolean keepEnd(Frame frame) {
        endOfLog = Optional.of(frame.copy());
        return true;
    }

    private void drop(Frame frame) {
        foreignLines++;
        foreignBytes += frame.lineLength();
    }

    /** What this log says about the start of the program. */
    LogEvidence evidence() {
        boolean isThere = hasFrames
                || foreignLines != 1
                || complaint
                        .text()
                        .filter(text -> NO_LOG.stream().anyMatch(text::startsWith))
                        .isEmpty();
        return isThere
                ? new LogEvidence(true, hasFrames, endOfLog.isPresent(), foreignBytes, complaint.text())
                : LogEvidence.NOT_READ;
    }

    /** All frames but the first and the last, in the order they came. */
    FrameStore output() {
        return output;
    }

    /** The first {@code k} frame. */
    Optional<Frame> commitment() {
        return commitment;
    }

    /** The last line, if it is an {@code r} frame. */
    Optional<Frame> endOfLog() {
        return endOfLog;
    }

    long foreignLines() {
        return foreignLines;
    }

    long foreignBytes() {
        return foreignBytes;
    }
}
