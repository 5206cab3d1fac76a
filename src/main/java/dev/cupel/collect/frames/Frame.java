package dev.cupel.collect.frames;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A line that has the shape of a frame, its payload taken out of base64. Anyone can write one: only its seal, checked with
 * the right key, says whose it is.
 */
public final class Frame {
    private final int seq;
    private final FrameKind kind;
    private final char packing;
    private final ByteBuffer payload;
    private final byte[] seal;
    private final int lineLength;

    Frame(int seq, FrameKind kind, char packing, ByteBuffer payload, byte[] seal, int lineLength) {
        this.seq = seq;
        this.kind = kind;
        this.packing = packing;
        this.payload = payload;
        this.seal = seal;
        this.lineLength = lineLength;
    }

    /** The same frame, with its payload in an array that it shares with others. */
    Frame at(ByteBuffer place) {
        return new Frame(seq, kind, packing, place, seal, lineLength);
    }

    /** The same frame, with a copy of its payload that stays valid. */
    Frame copy() {
        byte[] own = new byte[payloadLength()];
        payload().get(own);
        return at(ByteBuffer.wrap(own));
    }

    boolean isSameAs(Frame other) {
        return seq == other.seq
                && kind.equals(other.kind)
                && packing == other.packing
                && payload().equals(other.payload())
                && Arrays.equals(seal, other.seal);
    }

    int seq() {
        return seq;
    }

    FrameKind kind() {
        return kind;
    }

    /** How the payload is packed: {@code b} not at all, {@code z} by zlib. */
    char packing() {
        return packing;
    }

    /** A view to read from; backed by an array. */
    ByteBuffer payload() {
        return payload.duplicate();
    }

    int payloadLength() {
        return payload.remaining();
    }

    /** 32 digits, as they were written. */
    byte[] seal() {
        return seal;
    }

    /** Bytes of the line that it was. */
    int lineLength() {
        return lineLength;
    }
}
