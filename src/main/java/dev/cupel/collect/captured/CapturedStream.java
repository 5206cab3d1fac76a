package dev.cupel.collect.captured;

import dev.cupel.result.Content;
import dev.cupel.result.StreamOutput;
import java.util.Optional;

/** The bytes of one stream: its head, all of it unless it was more than was kept, and then its tail. */
public final class CapturedStream {
    /** What a result holds of the end of a stream that is not whole in it. */
    public static final int TAIL_BYTES = 16 * 1024;

    /** Of a run that printed nothing. */
    public static final CapturedStream EMPTY = new CapturedStream(
            0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", new byte[0], new byte[0]);

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

    /**
     * The stream in a result.
     *
     * @param headLimit how many bytes of the head the result may hold
     * @param tailLimit how many bytes of the tail it may hold, where the stream is not whole in it
     */
    public StreamOutput output(int headLimit, int tailLimit) {
        if (isCutAt(headLimit)) {
            return new StreamOutput(bytes, sha256, true, Content.head(head, headLimit), lastBytes(tailLimit));
        }
        boolean truncated = head.length < bytes;
        Content content = truncated ? Content.head(head, head.length) : Content.whole(head);
        return new StreamOutput(bytes, sha256, truncated, content, truncated ? lastBytes(tailLimit) : Optional.empty());
    }

    private Optional<Content> lastBytes(int limit) {
        byte[] end = tail.length > 0 || head.length < bytes ? tail : head;
        int from = Math.max(0, end.length - limit);
        return from < end.length ? Optional.of(Content.tail(end, from)) : Optional.empty();
    }

    /** How many bytes of it there are here. */
    public long keptBytes() {
        return (long) head.length + tail.length;
    }
}
