package dev.cupel.collect.captured;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Linux's signals by number, as the supervisor (Python) names them; the same on x86-64 and ARM. */
public final class SignalNames {
    private static final int FIRST_REAL_TIME = 34;
    private static final int LAST_REAL_TIME = 64;
    private static final List<String> BY_NUMBER = List.of(
            "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE",
            "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM",
            "PROF", "WINCH", "IO", "PWR", "SYS");

    private SignalNames() {}

    /** As in {@code SIGSEGV}; most real-time signals have only a number, {@code SIG35}. */
    public static Optional<String> nameOf(int number) {
        if (number > 0 && number < BY_NUMBER.size()) {
            return Optional.of("SIG" + BY_NUMBER.get(number));
        }
        if (number < FIRST_REAL_TIME || number > LAST_REAL_TIME) {
            return Optional.empty();
        }
        return switch (number) {
            case FIRST_REAL_TIME -> Optional.of("SIGRTMIN");
            case LAST_REAL_TIME -> Optional.of("SIGRTMAX");
            default -> Optional.of("SIG" + number);
        };
    }

    /** The number of a name as {@link #nameOf} gives it. */
    public static OptionalInt numberOf(String name) {
        for (int number = 1; number <= LAST_REAL_TIME; number++) {
            if (nameOf(number).filter(name::equals).isPresent()) {
                return OptionalInt.of(number);
            }
        }
        return OptionalInt.empty();
    }
}
