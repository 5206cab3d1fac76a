package dev.cupel.collect.frames;

import dev.cupel.collect.lines.StreamBuffer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Frames kept until the keys are known that tell the real from the forged, in the order they came. Holds at most {@link
 * #MAX_BYTES}, and {@link #MAX_KINDS}; what comes after is refused.
 *
 * <p>The payloads of one kind lie one after another, and are digested as they come. So where nobody disturbed a log, which
 * only the keys can tell, its streams are here already, and all that is left is to check the seals.
 */
final class FrameStore implements Iterable<Frame> {
    /** The supervisor writes less than 9.5 MiB, and the kubelet keeps 10 MiB of a log unless told otherwise. */
    static final int MAX_BYTES = 16 * 1024 * 1024;

    /**
     * Of that the payloads of runs and files. Each of their buffers grows by itself, and frames hold on to the arrays that it
     * had before: together four times this.
     */
    private static final int MAX_PART_BYTES = 8 * 1024 * 1024;

    /** A thousand cases have five thousand, 256 files 512, a compiler five. Who forges more has filled it himself. */
    static final int MAX_KINDS = 5600;

    /** The memory of a frame besides its payload. Forged frames may be many and small. */
    private static final int FRAME_BYTES = 192;

    /** The memory of a kind besides its payloads: two digests' state, a buffer, and the entries that lead to it. */
    private static final int KIND_BYTES = 1024;

    /** All payloads of one kind. */
    private static final class Kind {
        final FrameKind kind;
        final StreamBuffer payloads;
        final SealChain chain = new SealChain();

        Kind(FrameKind kind) {
            this.kind = kind;
            payloads = new StreamBuffer(0, MAX_BYTES, !kind.isOnly());
        }
    }

    private final List<Frame> frames = new ArrayList<>();
    private final List<byte[]> digests = new ArrayList<>();
    private final Map<FrameKind, Kind> kinds = new HashMap<>();

    /** Of the frame before: most have the kind of the one before them. */
    private @Nullable Kind latest;

    private boolean inOrder = true;
    private long bytes;
    private int partBytes;

    /** False if there is no room. */
    boolean add(Frame frame) {
        Kind kind = latest != null && latest.kind.equals(frame.kind()) ? latest : kinds.get(frame.kind());
        boolean isNew = kind == null;
        int part = frame.kind().isOnly() ? 0 : frame.payloadLength();
        int more = FRAME_BYTES + frame.payloadLength() + (isNew && !frame.kind().isOnly() ? KIND_BYTES : 0);
        if (bytes + more > MAX_BYTES || partBytes + part > MAX_PART_BYTES || (isNew && kinds.size() >= MAX_KINDS)) {
            return false;
        }
        if (kind == null) {
            kind = new Kind(frame.kind());
            kinds.put(kind.kind, kind);
        }
        latest = kind;
        bytes += more;
        partBytes += part;
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

    /** Those of one kind, in the order they came. */
    List<Frame> of(FrameKind kind) {
        return kinds.containsKey(kind)
                ? frames.stream().filter(frame -> frame.kind().equals(kind)).toList()
                : List.of();
    }

    /** Whether these are the frames from 1 on, in their order, each sealed with its key and none of them packed. */
    boolean isUndisturbed(IntFunction<@Nullable Seal> keys) {
        for (int index = 0; inOrder && index < frames.size(); index++) {
            Frame frame = frames.get(index);
            Seal seal = keys.apply(frame.seq());
            if (seal == null || !seal.fits(frame, digests.get(index))) {
                return false;
            }
        }
        return inOrder;
    }

    /** All payloads, by their kind. */
    Map<FrameKind, StreamBuffer> payloads() {
        Map<FrameKind, StreamBuffer> payloads = HashMap.newHashMap(kinds.size());
        kinds.forEach((kind, found) -> payloads.put(kind, found.payloads));
        return payloads;
    }

    /** The digest of all payloads of a kind, as far as they came in order. */
    String sha256(FrameKind kind) {
        Kind found = kinds.get(kind);
        return (found == null ? new SealChain() : found.chain).sha256();
    }
}
