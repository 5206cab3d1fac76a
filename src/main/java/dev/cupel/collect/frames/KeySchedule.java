package dev.cupel.collect.frames;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.cupel.collect.captured.LastFrame;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which key seals which frames. {@code k} commits to the first key. Each checkpoint, {@code q}, reveals the key of all
 * frames since the one before, itself included, and commits to the next; {@code r} reveals the newest.
 *
 * <p>Of several checkpoints that fit one commitment the first in the log counts: it was written while its key was known to
 * nobody and no program was left, so every forged one stands after it. What that proves, and what not, {@link
 * FrameDecoder} says.
 */
final class KeySchedule {
    private static final Pattern CHECKPOINT = Pattern.compile("([0-9a-f]{64}) ([0-9a-f]{64})");
    private static final FrameKind CHECKPOINTS = FrameKind.only('q');

    /** @param last the number of the last frame that has this seal */
    private record Epoch(int last, Seal seal) {}

    private final List<Epoch> epochs = new ArrayList<>();
    private final SealChain checkpoints = new SealChain();
    private byte[] commitment = new byte[0];
    private int checkpoint;
    private boolean isCommitted;
    private int current;

    private KeySchedule() {}

    /**
     * Reads the schedule from a log.
     *
     * @param last the last frame, if it is believed
     */
    static KeySchedule of(FrameLog log, Optional<LastFrame> last, Payload payload) {
        KeySchedule keys = new KeySchedule();
        log.commitment().ifPresent(first -> keys.follow(first, log.output(), payload));
        last.ifPresent(frame -> keys.end(new Seal(HexFormat.of().parseHex(frame.key())), log.commitment()));
        return keys;
    }

    private void follow(Frame first, FrameStore store, Payload payload) {
        commitment = payload.open(first).map(KeySchedule::bytes).orElseGet(() -> new byte[0]);
        for (Frame frame : store.of(CHECKPOINTS)) {
            payload.open(frame)
                    .map(data -> CHECKPOINT.matcher(new String(bytes(data), ISO_8859_1)))
                    .filter(text -> text.matches())
                    .ifPresent(text -> reveal(frame, text.group(1), text.group(2), first));
        }
    }

    private void reveal(Frame frame, String key, String next, Frame first) {
        Seal seal = new Seal(HexFormat.of().parseHex(key));
        if (frame.seq() > checkpoint && fits(seal, first) && checkpoints.take(frame, seal)) {
            checkpoint = frame.seq();
            epochs.add(new Epoch(checkpoint, seal));
            commitment = next.getBytes(ISO_8859_1);
        }
    }

    /** Where the last key is not the one that the log commits to, no other is believed beside it. */
    private void end(Seal seal, Optional<Frame> first) {
        isCommitted = first.filter(frame -> fits(seal, frame)).isPresent();
        if (!isCommitted) {
            epochs.clear();
            checkpoint = 0;
        }
        epochs.add(new Epoch(Integer.MAX_VALUE, seal));
    }

    /** The first frame is sealed with the key that it commits to. */
    private boolean fits(Seal seal, Frame first) {
        return Arrays.equals(seal.commitment(), commitment) && (!epochs.isEmpty() || new SealChain().take(first, seal));
    }

    private static byte[] bytes(ByteBuffer data) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        return bytes;
    }

    /** The seal of a frame; null where its key was never revealed. Quick for one frame after another. */
    @Nullable Seal at(int seq) {
        while (current > 0 && seq <= epochs.get(current - 1).last()) {
            current--;
        }
        while (current < epochs.size() && seq > epochs.get(current).last()) {
            current++;
        }
        return current < epochs.size() ? epochs.get(current).seal() : null;
    }

    /** Whether the log commits, from its first frame on, to the key that the last frame reveals. */
    boolean isCommitted() {
        return isCommitted;
    }

    /** The number of the last checkpoint; 0 if there is none. */
    int checkpoint() {
        return checkpoint;
    }
}
