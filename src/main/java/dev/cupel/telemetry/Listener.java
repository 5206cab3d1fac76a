package dev.cupel.telemetry;

import dev.cupel.cloudevents.Trace;
import dev.cupel.rejection.Stage;

/** Is told what is counted. All words are out of closed lists. */
public interface Listener {
    /** A result is in the broker's hands: once for each Job. */
    default void result(EndedJob job, Trace trace) {}

    /** Something will never run as asked. */
    default void rejected(Stage stage, String reason) {}

    /** "Not now" was the answer, and whoever asked tries again. */
    default void retried(Stage stage) {}

    /** How many Jobs have not ended, by a look at all of them. */
    default void jobs(JobCounts counts) {}
}
