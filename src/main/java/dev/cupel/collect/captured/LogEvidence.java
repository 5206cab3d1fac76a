package dev.cupel.collect.captured;

import dev.cupel.collect.verdict.ProgramStart;
import java.util.Optional;

/**
 * What a supervised container's log says of the start: see {@link ProgramStart}.
 *
 * @param isRead whether the log could be read
 * @param hasFrames whether a line begins as a frame does, whoever wrote it
 * @param hasEnd whether its last line is the frame with which a supervisor ends it
 * @param foreignBytes how much was in lines that are no frames
 * @param complaint the first line that says something and is no frame, such as a dynamic linker's
 */
public record LogEvidence(
        boolean isRead, boolean hasFrames, boolean hasEnd, long foreignBytes, Optional<String> complaint) {
    public static final LogEvidence NOT_READ = new LogEvidence(false, false, false, 0, Optional.empty());

    /**
     * No interpreter that cannot start has so much to say, but a log that was flooded has, after its rotation as
     * well.
     */
    private static final long FLOOD_BYTES = 1 << 20;

    public boolean isFlooded() {
        return foreignBytes >= FLOOD_BYTES;
    }
}
