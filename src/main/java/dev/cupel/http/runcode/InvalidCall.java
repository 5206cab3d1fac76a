package dev.cupel.http.runcode;

import java.util.List;

/** A call that SandboxFusion would answer with 422. */
final class InvalidCall extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Fault> faults;

    InvalidCall(List<Fault> faults) {
        super(faults.toString(), null, false, false);
        this.faults = List.copyOf(faults);
    }

    List<Fault> faults() {
        return faults;
    }
}
