package dev.cupel.http.problem;

/** The caller's mistake in HTTP itself. It is found before any function is asked. */
public final class HttpRejected extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final HttpReason reason;

    /** @param message what is wrong and what to do */
    public HttpRejected(HttpReason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    public HttpReason reason() {
        return reason;
    }

    /** What is wrong and what to do about it. */
    public String text() {
        return String.valueOf(getMessage());
    }
}
