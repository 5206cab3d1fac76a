package dev.cupel.collect;

import dev.cupel.event.Capture;
import java.util.Optional;

/**
 * The output of one run, as far as it could be had.
 *
 * @param stdout absent where nothing is known of it
 * @param lastFrame the supervisor's own word on the end, where the container vouches for it
 */
public record Captured(
        Capture capture,
        Optional<CapturedStream> stdout,
        Optional<CapturedStream> stderr,
        Optional<LastFrame> lastFrame,
        LogCounts counts) {
    /** Nothing is known of any output: there was none, or it is lost. */
    static Captured nothing(Capture capture, Optional<LastFrame> lastFrame, LogCounts counts) {
        return new Captured(capture, Optional.empty(), Optional.empty(), lastFrame, counts);
    }
}
