package dev.cupel.collect.captured;

import dev.cupel.result.Capture;
import java.util.Optional;

/**
 * One run of several: the compiler's, or that of a case.
 *
 * @param stdout absent where nothing is known of it
 * @param end the supervisor's word on its end, where something vouches for it
 */
public record CapturedRun(
        Capture capture, Optional<CapturedStream> stdout, Optional<CapturedStream> stderr, Optional<RunEnd> end) {
    /** Nothing is known of any output: there was none, or it is lost. */
    public static CapturedRun nothing(Capture capture) {
        return new CapturedRun(capture, Optional.empty(), Optional.empty(), Optional.empty());
    }
}
