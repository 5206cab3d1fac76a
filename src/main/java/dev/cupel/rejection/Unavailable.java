package dev.cupel.rejection;

import java.time.Duration;
import java.util.Optional;

/**
 * What may pass: the API server away, throttling, a full quota. Answered with its status, so that a broker tries again
 * (Knative repeats on 429 and on 500 and above).
 */
public final class Unavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient Optional<Duration> retryAfter;

    /** @param status 429, 500 or 503 */
    public Unavailable(int status, String message, Optional<Duration> retryAfter) {
        super(message);
        this.status = status;
        this.retryAfter = retryAfter;
    }

    public Unavailable(String message, Throwable cause) {
        super(message, cause);
        this.status = 503;
        this.retryAfter = Optional.empty();
    }

    public int status() {
        return status;
    }

    /** What the server asked us to wait, if it did. */
    public Optional<Duration> retryAfter() {
        return retryAfter;
    }
}
