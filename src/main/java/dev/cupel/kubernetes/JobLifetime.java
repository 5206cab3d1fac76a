package dev.cupel.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/** How long a Job lives, whatever its template says. */
public final class JobLifetime {
    /**
     * How long a Job may wait for a quota, a node and its image. The Job controller counts its deadline from the Job's
     * first sync, whether it has a Pod or not, and an end by it says nothing of the cause. So this is longer than
     * collect's longest wait, which checks itself against it. It ends only a Job whose collect is gone.
     */
    public static final Duration LONGEST_START = Duration.ofDays(7);

    /** A result must reach the broker within this time after the Job's end. */
    public static final int DAY_SECONDS = 86_400;

    /** How long a Job stays once its result is settled, where its template does not say. */
    public static final int DEFAULT_TTL_SECONDS = 300;

    private JobLifetime() {}

    /**
     * A Job's own deadline.
     *
     * @param pod the spec of its Pod, with {@code activeDeadlineSeconds}
     */
    public static long deadlineSeconds(JsonNode pod) {
        return pod.path("activeDeadlineSeconds").asLong() + LONGEST_START.toSeconds();
    }
}
