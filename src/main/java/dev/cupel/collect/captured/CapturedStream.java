package dev.cupel.collect.captured;

import dev.cupel.result.Content;
import dev.cupel.result.StreamOutput;
import java.util.Optional;

/** The bytes of one stream: its head, all of it unless it was more than was kept, and then its tail. */
public final class CapturedStream {
    /** What a result holds of the end of a stream that is not whole in it. */
    public static final int TAIL_BYTES = 16 * 1024;

    private final long bytes;
    private final String sha256;
    private final byte[] head;
    private final byte[] tail;

    public CapturedStream(long bytes, String sha256, byte[] head, byte[] tail) {
        this.bytes = bytes;
        this.sha256 = sha256;
        this.head = head;
        this.tail = tail;
    }

    /** The kept bytes themselves, not a copy. */
    public byte[] head() {
        return head;
    }

    /** All that the program wrote, kept or not. */
    public long bytes() {
        return bytes;
    }

    public String sha256() {
        return sha256;
    }

    /** Whether a result with this limit holds less than was kept. */
    public boolean isCutAt(int headLimit) {
        return head.length > headLimit;
    }

    /** @param headLimit how many bytes of the head the result may hold */
    public StreamOutput output(int headLimit) {
        if (isCutAt(headLimit)) {
            return new StreamOutput(bytes, sha256, true, Content.head(head, headLimit), lastBytes());
        }
        boolean truncated = head.length < bytes;
        Content content = truncated ? Content.head(head, head.length) : Content.whole(head);
        return new StreamOutput(bytes, sha256, truncated, content, truncated ? lastBytes() : Optional.empty());
    }

    private Optional<Content> lastBytes() {
        if (tail.length > 0) {
            return Optional.of(Content.tail(tail, 0));
        }
        return head.length == bytes
                ? Optional.of(Content.tail(head, Math.max(0, head.length - TAIL_BYTES)))
                : Optional.empty();
    }
}
