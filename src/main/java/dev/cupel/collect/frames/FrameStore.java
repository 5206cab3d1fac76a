package dev.cupel.collect.frames;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Frames of output kept until the key is known that tells the real from the forged, in the order they came. Holds at most
 * {@link #MAX_BYTES}; what comes after is refused.
 *
 * <p>The payloads of one kind lie one after another, and are digested as they come. So where nobody disturbed a log, which
 * only the key can tell, its streams are here already, and all that is left is to check the seals.
 */
final class FrameStore implements Iterable<Frame> {
    /** The supervisor writes less than 9.5 MiB, and the kubelet keeps 10 MiB of a log unless told otherwise. */
    static final int MAX_BYTES = 16 * 1024 * 1024;

    /** The memory of a frame besides its payload. Forged frames may be many and small. */
    private static final int FRAME_BYTES = 192;

    /** All payloads of one kind. */
    private static final class Kind {
        final StreamBuffer payloads = new StreamBuffer(0, MAX_BYTES);
        final SealChain chain = new SealChain();
    }

    private final List<Frame> frames = new ArrayList<>();
    private final List<byte[]> digests = new ArrayList<>();
    private final Map<Character, Kind> kinds = new HashMap<>();
    private boolean inOrder = true;
    private long bytes;

    /** False if there is no room. */
    boolean add(Frame frame) {
        int more = FRAME_BYTES + frame.payloadLength();
        if (bytes + more > MAX_BYTES) {
            return false;
        }
        bytes += more;
        Kind kind = kinds.computeIfAbsent(frame.kind(), _ -> new Kind());
        ByteBuffer place = kind.payloads.append(frame.payload()).orElseThrow();
        frames.add(frame.at(place));
        inOrder &= frame.seq() == frames.size() && frame.packing() == Payload.PLAIN;
        if (inOrder) {
            digests.add(kind.chain.next(place));
        }
        return true;
    }

    int size() {
        return frames.size();
    }

    @Override
    public Iterator<Frame> iterator() {
        return frames.iterator();
    }

    /** Whether these are the frames from 1 on, in their order, each sealed with this key and none of them packed. */
    boolean isUndisturbed(Seal seal) {
        for (int index = 0; inOrder && index < frames.size(); index++) {
            if (!seal.fits(frames.get(index), digests.get(index))) {
                return false;
            }
        }
        return inOrder;
    }

    /** All payloads of a kind, and their digest if all came in order. */
    StreamBuffer payloads(char kind) {
        return find(kind).map(found -> found.payloads).orElseGet(() -> new StreamBuffer(0, 0));
    }

    /** The digest of all payloads of a kind, as far as they came in order. */
    String sha256(char kind) {
        return find(kind).map(found -> found.chain).orElseGet(SealChain::new).sha256();
    }

    private Optional<Kind> find(char kind) {
        return Optional.ofNullable(kinds.get(kind));
    }
}
