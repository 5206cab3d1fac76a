package dev.cupel.collect;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Frames of output by their numbers, chosen from all that a log holds: the sealed ones, or the first that came. */
final class OrderedFrames {
    private final List<Optional<Frame>> bySeq;
    private long rejected;
    private boolean contradictory;

    /** @param count how many numbers there are, from 0; frames with others are rejected */
    private OrderedFrames(int count) {
        bySeq = new ArrayList<>(Collections.nCopies(count, Optional.empty()));
    }

    /** Those whose seal fits, numbered below the last frame's number. */
    static OrderedFrames sealed(FrameStore store, Seal seal, int lastSeq) {
        // A log with fewer frames than the last one claims has gaps, and one gap is as good as many.
        OrderedFrames ordered = new OrderedFrames(Math.min(lastSeq, store.size() + 2));
        for (Frame frame : store) {
            if (seal.fits(frame)) {
                ordered.place(frame);
            } else {
                ordered.rejected++;
            }
        }
        return ordered;
    }

    /** The first that came of each number: where no key was revealed, nobody can say which is right. Numbers far off are rejected. */
    static OrderedFrames arrived(FrameStore store) {
        OrderedFrames ordered = new OrderedFrames(2 * store.size() + 2);
        store.forEach(ordered::place);
        while (!ordered.bySeq.isEmpty() && ordered.bySeq.getLast().isEmpty()) {
            ordered.bySeq.removeLast();
        }
        return ordered;
    }

    private void place(Frame frame) {
        if (frame.seq() >= bySeq.size()) {
            rejected++;
            return;
        }
        Optional<Frame> there = bySeq.get(frame.seq());
        if (there.isEmpty()) {
            bySeq.set(frame.seq(), Optional.of(frame));
            return;
        }
        if (!there.get().isSameAs(frame)) {
            contradictory = true;
            rejected++;
        }
    }

    Optional<Frame> find(int seq) {
        return seq < bySeq.size() ? bySeq.get(seq) : Optional.empty();
    }

    int count() {
        return bySeq.size();
    }

    /** Whether two different frames have one number: under one key, a sound supervisor never does that. */
    boolean isContradictory() {
        return contradictory;
    }

    long rejected() {
        return rejected;
    }
}
