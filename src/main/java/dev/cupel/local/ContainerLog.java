package dev.cupel.local;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.cupel.collect.frames.FrameParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** What a container printed, as far as a kubelet would keep it. */
final class ContainerLog {
    /** The kubelet rotates at 10 MiB; more than this is not kept either. */
    static final int MAX_BYTES = 12 << 20;

    /** What was said before the first frame is about the supervisor's start. */
    private static final int FIRST_BYTES = 256 << 10;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean full;
    private boolean framed;

    /** One that has ended. */
    static ContainerLog of(byte[] log) {
        ContainerLog ended = new ContainerLog();
        ended.add(log, log.length);
        return ended;
    }

    /** Reads to the end, kept or not: who prints must not wait for us. */
    void read(InputStream in) {
        byte[] buffer = new byte[64 << 10];
        try (in) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                add(buffer, n);
            }
        } catch (IOException e) {
            // The pipe was closed under us: what was read is the log.
        }
    }

    private synchronized void add(byte[] buffer, int length) {
        int room = full ? 0 : Math.min(length, MAX_BYTES - bytes.size());
        try {
            bytes.write(buffer, 0, room);
            if (!framed && bytes.size() <= FIRST_BYTES) {
                framed = FrameParser.holdsFirstFrame(bytes.toString(ISO_8859_1));
            }
        } catch (OutOfMemoryError e) {
            full = true; // What follows would leave a gap.
        }
    }

    /** Whether a supervisor has written to it. */
    synchronized boolean hasFrame() {
        return framed;
    }

    synchronized byte[] bytes() {
        return bytes.toByteArray();
    }
}
