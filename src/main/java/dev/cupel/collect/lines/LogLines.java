package dev.cupel.collect.lines;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Reads a log line by line, in one buffer, with no object per line. A line too long for a frame is passed over. */
public final class LogLines {
    /** The longest line that is looked at: a frame of 12 KiB is 16,384 base64 characters and about 60 more. */
    static final int MAX_LINE_BYTES = 17 * 1024;

    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long NEWLINES = '\n' * ONES;

    private final InputStream log;
    private final byte[] buffer = new byte[2 * MAX_LINE_BYTES];
    private int next;
    private int limit;
    private int start;
    private int end;
    private boolean ended;
    private long passedOver;

    public LogLines(InputStream log) {
        this.log = log;
    }

    /** Goes to the next line; false at the end of the log. */
    public boolean advance() throws IOException {
        passedOver = 0;
        start = next;
        int scan = next;
        while (true) {
            int newline = indexOfNewline(scan);
            if (newline >= 0) {
                return line(newline, newline + 1);
            }
            if (ended) {
                return line(limit, limit) && (limit > start || passedOver > 0);
            }
            if (limit - start > MAX_LINE_BYTES) {
                passedOver += limit - start;
                start = limit;
            }
            scan = fill();
        }
    }

    private boolean line(int lineEnd, int following) {
        end = lineEnd;
        next = following;
        return true;
    }

    private int indexOfNewline(int from) {
        int at = from;
        while (at + Long.BYTES <= limit && !hasNewline((long) EIGHT_BYTES.get(buffer, at))) {
            at += Long.BYTES;
        }
        while (at < limit) {
            if (buffer[at] == '\n') {
                return at;
            }
            at++;
        }
        return -1;
    }

    /** Whether one of eight bytes is a newline: XOR makes newlines zero, and the old trick finds a zero byte. */
    private static boolean hasNewline(long eight) {
        long zeroes = eight ^ NEWLINES;
        return ((zeroes - ONES) & ~zeroes & HIGH_BITS) != 0;
    }

    /** Reads on, after moving what there is of the line to the front; says where the new bytes begin. */
    private int fill() throws IOException {
        System.arraycopy(buffer, start, buffer, 0, limit - start);
        limit -= start;
        start = 0;
        int before = limit;
        int count = log.read(buffer, limit, buffer.length - limit);
        ended = count < 0;
        limit += Math.max(count, 0);
        return before;
    }

    /** Holds the line from {@link #start()} to {@link #end()}, without its newline, until the next {@link #advance()}. */
    public byte[] buffer() {
        return buffer;
    }

    public int start() {
        return start;
    }

    public int end() {
        return end;
    }

    /** All bytes of the line, also of one that is too long to be held. */
    public long length() {
        return passedOver + end - start;
    }

    public boolean isTooLong() {
        return length() > MAX_LINE_BYTES;
    }
}
