package dev.cupel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import org.junit.jupiter.api.function.Executable;

/** What tests say of a {@link Rejected}. */
public final class Rejections {
    private Rejections() {}

    /** Runs {@code call}, which must be rejected for this reason at this field. */
    public static Rejected assertRejected(RejectionReason reason, String field, Executable call) {
        Rejected rejected = assertThrows(Rejected.class, call);
        assertEquals(reason + " at \"" + field + "\"", rejected.reason() + " at \"" + rejected.field() + "\"");
        return rejected;
    }
}
