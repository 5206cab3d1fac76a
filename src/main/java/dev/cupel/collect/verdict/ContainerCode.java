package dev.cupel.collect.verdict;

import dev.cupel.collect.captured.SupervisorCode;
import dev.cupel.collect.observed.ContainerState;
import dev.cupel.collect.observed.Observed;
import java.util.Optional;
import java.util.Set;

/**
 * What a container's exit code alone tells of a program that was started ({@link ProgramStart}), where no last frame
 * does.
 *
 * <p>Without a supervisor the program is PID 1 and the code is its own. What cannot be known then: whether a code over
 * 128 was a signal (containerd gives no signal, and a shell passes on 128 + n as a code), so it stays a code, except
 * 137 with reason {@code Error}, which a program hardly ever chooses; and whether a PID 1 that sent itself a signal
 * meant to die of it (the kernel ignores that, and it goes on to exit as if nothing had been).
 *
 * <p>With a supervisor the code is the supervisor's word for something that the lost frame would tell. Those codes that
 * stand for several things tell nothing, and 0 is no proof of success.
 */
final class ContainerCode {
    private static final Set<Integer> SUPERVISOR_WORDS = Set.of(
            0,
            SupervisorCode.FAILED,
            SupervisorCode.NOT_COMPILED,
            SupervisorCode.STAND_IN,
            SupervisorCode.DEADLINE,
            SupervisorCode.NOT_STARTED,
            SupervisorCode.STOPPED);

    /** What it exits with where a case did not end well. */
    private static final int SET_FAILED = 1;

    private static final Set<String> KILLED_WORDS = Set.of("Error", "OOMKilled");

    private ContainerCode() {}

    private static boolean isSupervisors(Observed seen, int code) {
        return SUPERVISOR_WORDS.contains(code)
                || (code == SET_FAILED && !seen.cases().isEmpty());
    }

    static Optional<Verdict> verdict(Observed seen) {
        ContainerState container = seen.container();
        if (!container.ran()) {
            return Optional.empty();
        }
        Optional<Integer> code =
                container.exitCode().filter(some -> !(seen.isSupervised() && isSupervisors(seen, some)));
        if (code.isPresent() && container.signal().isPresent()) {
            return container.signal().map(Verdict.Signalled::new);
        }
        return code.map(some -> some == SupervisorCode.KILLED && KILLED_WORDS.contains(container.reason())
                ? new Verdict.Signalled("SIGKILL")
                : new Verdict.Exited(some));
    }
}
