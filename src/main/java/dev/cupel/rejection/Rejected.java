package dev.cupel.rejection;

import java.util.Optional;

/**
 * The asker's mistake, found anywhere below a function's edge; the edge makes a {@link Rejection} of it. Never retried.
 *
 * <p>An exception and not a value, because every decoder and pass can find one and none can go on.
 */
public final class Rejected extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final RejectionReason reason;
    private final String field;
    private final transient Optional<Position> position;

    /** Where in a template the fault stands; line and column count from 1. */
    public record Position(String template, int line, int column) {}

    /**
     * @param field JSON Pointer (RFC 6901) into the data, {@code ""} for the whole
     * @param message what is wrong and what to do, without the field's name; never holds {@code code}
     */
    public Rejected(RejectionReason reason, String field, String message) {
        this(reason, field, message, Optional.empty());
    }

    private Rejected(RejectionReason reason, String field, String message, Optional<Position> position) {
        super(message, null, false, false);
        this.reason = reason;
        this.field = field;
        this.position = position;
    }

    /** A fault of the template, not of the request. */
    public static Rejected template(Position position, String message) {
        return new Rejected(RejectionReason.INVALID_TEMPLATE, "/template", message, Optional.of(position));
    }

    /** A value out of its limits: the commonest mistake. */
    public static Rejected invalid(String field, String message) {
        return new Rejected(RejectionReason.INVALID_FIELD, field, message);
    }

    public RejectionReason reason() {
        return reason;
    }

    public String field() {
        return field;
    }

    /** What is wrong and what to do about it. */
    public String text() {
        return String.valueOf(getMessage());
    }

    public Optional<Position> position() {
        return position;
    }
}
