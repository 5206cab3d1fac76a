package dev.cupel.rejection;

import java.time.Duration;
import java.util.Optional;

/** What may pass: the API server away, throttling, a full quota. Whoever asked tries again. */
public final class Unavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean throttled;
    private final transient Optional<Duration> retryAfter;

    public Unavailable(String message) {
        this(message, false, Optional.empty());
    }

    public Unavailable(String message, Duration retryAfter) {
        this(message, false, Optional.of(retryAfter));
    }

    /**
     * @param throttled whether we asked too often
     * @param retryAfter what the server asked us to wait, if it did
     */
    public Unavailable(String message, boolean throttled, Optional<Duration> retryAfter) {
        super(message);
        this.throttled = throttled;
        this.retryAfter = retryAfter;
    }

    public Unavailable(String message, Throwable cause) {
        super(message, cause);
        this.throttled = false;
        this.retryAfter = Optional.empty();
    }

    public boolean isThrottled() {
        return throttled;
    }

    public Optional<Duration> retryAfter() {
        return retryAfter;
    }
}
