package dev.cupel.http.problem;

import dev.cupel.rejection.RejectionReason;
import dev.cupel.rejection.Unavailable;

/** The HTTP status of the answer to a direct call. */
public final class ProblemStatus {
    private ProblemStatus() {}

    public static int of(RejectionReason reason) {
        return switch (reason) {
            case MALFORMED_EVENT,
                    MALFORMED_JSON,
                    DUPLICATE_KEY,
                    TOO_DEEP,
                    MISSING_FIELD,
                    UNKNOWN_FIELD,
                    INVALID_TYPE,
                    INVALID_FIELD,
                    UNSUPPORTED_FIELD,
                    UNKNOWN_TEMPLATE,
                    INVALID_TEMPLATE -> 400;
            case IMAGE_NOT_ALLOWED, NOT_HARDENED -> 403;
            case NOT_FOUND -> 404;
            case CONFLICT -> 409;
            case TOO_LARGE -> 413;
            case UNKNOWN_TYPE, REFUSED -> 422;
            case NOT_IN_TIME -> 503;
        };
    }

    /** Knative's broker repeats the event after either status. */
    public static int of(Unavailable unavailable) {
        return unavailable.isThrottled() ? 429 : 503;
    }
}
