package dev.cupel.collect.lines;

import dev.cupel.collect.captured.Captured;
import dev.cupel.collect.captured.CapturedParts;
import dev.cupel.collect.captured.CapturedStream;
import dev.cupel.collect.captured.LogCounts;
import dev.cupel.collect.captured.LogEvidence;
import dev.cupel.json.Digest;
import dev.cupel.request.JobRequest;
import dev.cupel.result.Capture;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** Takes a log without frames as it is: both streams merged, line ends as the runtime left them. */
public final class PlainLog {
    private final MessageDigest digest = Digest.sha256();
    private final StreamBuffer head = new StreamBuffer(0, JobRequest.MAX_OUTPUT_LIMIT);
    private final byte[] tail = new byte[CapturedStream.TAIL_BYTES];
    private int tailSize;
    private long bytes;

    private PlainLog() {}

    public static Captured read(InputStream log) throws IOException {
        PlainLog read = new PlainLog();
        byte[] buffer = new byte[CapturedStream.TAIL_BYTES];
        for (int count = log.read(buffer); count >= 0; count = log.read(buffer)) {
            read.append(buffer, count);
        }
        return new Captured(
                Capture.LOG,
                Optional.of(read.toStream()),
                Optional.empty(),
                Optional.empty(),
                LogCounts.NONE,
                LogEvidence.NOT_READ,
                CapturedParts.NONE);
    }

    private void append(byte[] buffer, int count) {
        bytes += count;
        digest.update(buffer, 0, count);
        // Once something did not fit, nothing after it may: the head has no holes.
        if (head.size() == bytes - count) {
            head.append(ByteBuffer.wrap(buffer, 0, count));
        }
        int kept = Math.min(tailSize, tail.length - count);
        System.arraycopy(tail, tailSize - kept, tail, 0, kept);
        System.arraycopy(buffer, 0, tail, kept, count);
        tailSize = kept + count;
    }

    private CapturedStream toStream() {
        byte[] end = head.size() == bytes ? new byte[0] : Arrays.copyOf(tail, tailSize);
        return new CapturedStream(bytes, HexFormat.of().formatHex(digest.digest()), head.toBytes(), end);
    }
}
