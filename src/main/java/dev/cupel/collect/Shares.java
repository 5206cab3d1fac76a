package dev.cupel.collect;

import dev.cupel.collect.captured.CapturedStream;

/** What a result may still hold of streams and files. An event has little room, and it is shared; an answer has all. */
final class Shares {
    private final int headLimit;
    private final int cases;
    private long left;

    /**
     * @param headLimit for one stream; two of them are all there is, unless it is {@link ResultBuilder#WHOLE}
     * @param cases how many there are; each has two streams
     */
    Shares(int headLimit, int cases) {
        this.headLimit = headLimit;
        this.cases = cases;
        this.left = isWhole() ? Long.MAX_VALUE : 2L * headLimit;
    }

    private boolean isWhole() {
        return headLimit == ResultBuilder.WHOLE;
    }

    /** Of the only program or its compiler: what the others leave. */
    int head(CapturedStream stream) {
        return take(stream, headLimit);
    }

    /** Of one case: as much as of any other. */
    int headOfCase(CapturedStream stream) {
        return take(stream, isWhole() ? headLimit : headLimit / cases);
    }

    /** The tail of what is cut has half as much room as its head. */
    static int tailOfCase(int head) {
        return Math.min(CapturedStream.TAIL_BYTES, head / 2);
    }

    private int take(CapturedStream stream, int limit) {
        int given = (int) Math.min(limit, left);
        left -= Math.min(given, stream.head().length);
        return given;
    }

    /** Whether there is room for all of a file. */
    boolean fits(CapturedStream content) {
        int length = content.head().length;
        if (length > left) {
            return false;
        }
        left -= length;
        return true;
    }
}
