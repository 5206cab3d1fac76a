package dev.cupel.collect.captured;

import java.util.Optional;

/**
 * What was wrong with a log.
 *
 * @param foreignLines lines that are no frame at all, or one in a place where none can be
 * @param foreignBytes what they held
 * @param rejected frames of output with a wrong seal, or with a number that another had
 * @param missing frames that should be there and are not, or cannot be opened
 */
public record LogCounts(long foreignLines, long foreignBytes, long rejected, long missing) {
    public static final LogCounts NONE = new LogCounts(0, 0, 0, 0);

    /** One sentence, if there is anything to tell. */
    public Optional<String> sentence() {
        if (equals(NONE)) {
            return Optional.empty();
        }
        return Optional.of(
                "In the log, %d foreign lines (%d bytes) and %d frames that do not verify; %d frames missing."
                        .formatted(foreignLines, foreignBytes, rejected, missing));
    }
}
