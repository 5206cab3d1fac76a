package dev.cupel.collect.frames;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Frames of output by their numbers: all that a log holds of each. */
final class OrderedFrames {
    /** No log of 10 MiB has more. */
    private static final int MAX_FRAMES = 200_000;

    private final List<Optional<Frame>> first;
    private final Map<Integer, List<Frame>> more = new HashMap<>();
    private long rejected;

    /** @param count how many numbers there are, from 0; frames with others are rejected */
    private OrderedFrames(FrameStore store, int count) {
        first = new ArrayList<>(Collections.nCopies(count, Optional.empty()));
        store.forEach(this::place);
    }

    /** Those numbered below the last frame's number. */
    static OrderedFrames below(int lastSeq, FrameStore store) {
        // A log with fewer frames than the last one claims has gaps, and one gap is as good as many.
        return new OrderedFrames(store, Math.min(lastSeq, store.size() + 2));
    }

    /** The same of a set: its last cases stand for themselves, whatever is missing before them. */
    static OrderedFrames ofSetBelow(int lastSeq, FrameStore store) {
        return new OrderedFrames(store, Math.min(lastSeq, MAX_FRAMES));
    }

    /** All frames, except those with numbers that cannot be right. */
    static OrderedFrames all(FrameStore store) {
        OrderedFrames ordered = new OrderedFrames(store, 2 * store.size() + 2);
        while (!ordered.first.isEmpty() && ordered.first.getLast().isEmpty()) {
            ordered.first.removeLast();
        }
        return ordered;
    }

    private void place(Frame frame) {
        if (frame.seq() >= first.size()) {
            rejected++;
        } else if (first.get(frame.seq()).isEmpty()) {
            first.set(frame.seq(), Optional.of(frame));
        } else {
            more.computeIfAbsent(frame.seq(), _ -> new ArrayList<>()).add(frame);
        }
    }

    /** The first frame of this number that is accepted. All others that differ from it are rejected. */
    Optional<Frame> choose(int seq, Predicate<Frame> taken) {
        Optional<Frame> one = first.get(seq);
        if (!more.containsKey(seq)) {
            Optional<Frame> chosen = one.filter(taken);
            rejected += one.isPresent() && chosen.isEmpty() ? 1 : 0;
            return chosen;
        }
        List<Frame> candidates = new ArrayList<>(List.of(one.orElseThrow()));
        candidates.addAll(more.get(seq));
        Optional<Frame> chosen = candidates.stream().filter(taken).findFirst();
        rejected += candidates.stream()
                .filter(frame -> chosen.filter(frame::isSameAs).isEmpty())
                .count();
        return chosen;
    }

    int count() {
        return first.size();
    }

    /** How many frames were rejected so far. */
    long rejected() {
        return rejected;
    }
}
