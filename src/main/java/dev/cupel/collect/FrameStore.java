package dev.cupel.collect;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Frames of output kept until the key is known that tells the real from the forged, in the order they came. They stay as
 * they came, encoded, because the seal is over that. Holds at most {@link #MAX_BYTES}; what comes after is refused.
 */
final class FrameStore implements Iterable<Frame> {
    /** The supervisor writes less than 9.5 MiB, and the kubelet keeps 10 MiB of a log unless told otherwise. */
    static final int MAX_BYTES = 16 * 1024 * 1024;

    /** Segments grow with what is kept: a small log takes little room, a large one leaves little unused. */
    private static final int FIRST_SEGMENT_BYTES = 32 * 1024;

    private static final int LARGEST_SEGMENT_BYTES = 1024 * 1024;

    private final List<Frame> frames = new ArrayList<>();
    private byte[] segment = new byte[0];
    private int used;
    private long bytes;

    /** Keeps a copy; false if there is no room. */
    boolean add(Frame frame) {
        if (bytes + frame.length() > MAX_BYTES) {
            return false;
        }
        if (used + frame.length() > segment.length) {
            segment = new byte[Math.clamp(bytes, FIRST_SEGMENT_BYTES, LARGEST_SEGMENT_BYTES)];
            used = 0;
        }
        frames.add(frame.movedTo(segment, used));
        used += frame.length();
        bytes += frame.length();
        return true;
    }

    int size() {
        return frames.size();
    }

    @Override
    public Iterator<Frame> iterator() {
        return frames.iterator();
    }
}
