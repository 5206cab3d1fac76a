package dev.cupel.collect.frames;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Output out of a log that still grows. No seal can be checked before the last frame reveals its key, so this is for
 * looking and not for judging: the result alone says what a program printed.
 */
public final class LiveFrames implements AutoCloseable {
    /** A frame of 12 KiB, as a line. */
    private static final int MAX_LINE_BYTES = 17 * 1024;

    /** Frames of one stream are joined up to this size. */
    private static final int MAX_PIECE_BYTES = 48 * 1024;

    private final boolean supervised;
    private final FrameParser parser = new FrameParser();
    private final Payload payload = new Payload();
    private int at;

    /**
     * @param supervised whether the log is frames; else it is what the program printed
     * @param from the byte of the log where to begin: 0, or the end of a piece
     */
    public LiveFrames(boolean supervised, int from) {
        this.supervised = supervised;
        this.at = from;
    }

    /**
     * Some output.
     *
     * @param stream {@code stdout} or {@code stderr}
     * @param run {@code program}, {@code compile}, or the index of a case
     * @param end the byte of the log after it
     */
    public record Piece(String stream, String run, ByteBuffer bytes, int end) {}

    /** The next piece of what has come; empty if there is none yet. No more is in memory than that. */
    public Optional<Piece> next(byte[] log) {
        return supervised ? framed(log) : plain(log);
    }

    private Optional<Piece> plain(byte[] log) {
        int from = at;
        at = Math.min(Math.max(log.length, from), from + MAX_PIECE_BYTES);
        return at == from
                ? Optional.empty()
                : Optional.of(new Piece("stdout", "program", ByteBuffer.wrap(log, from, at - from), at));
    }

    private Optional<Piece> framed(byte[] log) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        FrameKind kind = FrameKind.only('o');
        for (int newline = newline(log); newline >= 0; newline = newline(log)) {
            Optional<Frame> frame = output(log, newline);
            if (frame.isPresent()) {
                boolean isAnother = joined.size() > 0 && !frame.get().kind().equals(kind);
                if (isAnother || joined.size() >= MAX_PIECE_BYTES) {
                    break;
                }
                kind = frame.get().kind();
                payload.open(frame.get()).ifPresent(data -> write(data, joined));
            }
            at = newline + 1;
        }
        return joined.size() == 0
                ? Optional.empty()
                : Optional.of(new Piece(
                        kind.letter() == 'o' ? "stdout" : "stderr",
                        run(kind),
                        ByteBuffer.wrap(joined.toByteArray()),
                        at));
    }

    private Optional<Frame> output(byte[] log, int newline) {
        return newline - at > MAX_LINE_BYTES
                ? Optional.empty()
                : parser.parse(log, at, newline).filter(frame -> isOutput(frame.kind()));
    }

    private static void write(ByteBuffer data, ByteArrayOutputStream to) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        to.writeBytes(bytes);
    }

    private static boolean isOutput(FrameKind kind) {
        return kind.letter() == 'o' || kind.letter() == 'e';
    }

    private static String run(FrameKind kind) {
        return switch (kind.of()) {
            case FrameKind.ONLY -> "program";
            case FrameKind.COMPILER -> "compile";
            default -> Integer.toString(kind.of());
        };
    }

    private int newline(byte[] log) {
        for (int i = at; i < log.length; i++) {
            if (log[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    @Override
    public void close() {
        payload.close();
    }
}
