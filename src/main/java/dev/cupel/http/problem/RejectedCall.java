package dev.cupel.http.problem;

import dev.cupel.rejection.Rejected;
import java.util.Optional;

/** A rejection whose {@code eval_id} is known. */
public final class RejectedCall extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Rejected rejected;
    private final transient Optional<String> evalId;

    public RejectedCall(Rejected rejected, Optional<String> evalId) {
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
