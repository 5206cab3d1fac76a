package dev.cupel.http;

import dev.cupel.event.Rejected;
import java.util.Optional;

/** A rejection whose {@code eval_id} is known. */
final class RejectedCall extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Rejected rejected;
    private final transient Optional<String> evalId;

    RejectedCall(Rejected rejected, Optional<String> evalId) {
        super(rejected.getMessage(), rejected, false, false);
        this.rejected = rejected;
        this.evalId = evalId;
    }

    Rejected rejected() {
        return rejected;
    }

    Optional<String> evalId() {
        return evalId;
    }
}
