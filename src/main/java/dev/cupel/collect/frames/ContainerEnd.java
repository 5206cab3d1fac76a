package dev.cupel.collect.frames;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cupel.collect.captured.LastFrame;
import dev.cupel.collect.captured.SupervisorCode;
import java.util.Optional;

/**
 * What the cluster, not the log, says of a container's end. It is what tells the supervisor's last frame from a forged
 * one, because it is what no program in the container can bring about:
 *
 * <ul>
 *   <li>The supervisor writes its last frame when every other process is dead, and exits with the code the frame implies.
 *       So where PID 1 ended of its own accord, the last line of the log is the supervisor's.
 *   <li>A PID 1 that was killed has written nothing after a forgery, and then the forgery is the last line. A kill gives
 *       {@value SupervisorCode#KILLED}, whoever did it, so that code vouches for nothing. The supervisor therefore
 *       never exits with it: where it would (the program killed itself, or exited with it), it exits with {@value
 *       SupervisorCode#STAND_IN}.
 *   <li>A PID 1 that was made to fail (a program may lower the limits of a process of the same user with {@code prlimit})
 *       would be the same, so its own failures give {@value SupervisorCode#FAILED}, and this too vouches for nothing
 *       and is replaced where a program exits with it.
 *   <li>The termination message is written last, over whatever the program wrote there. It alone is too little for
 *       {@code exact} (a program may have made the writing fail), but a message that speaks of another key than the log
 *       does convicts one of the two.
 * </ul>
 *
 * @param isLogClosed whether the program had no way to write into the log itself, and so to have its beginning rotated
 *     away: under runc it has none, under gVisor it has
 */
public record ContainerEnd(Optional<Integer> exitCode, Optional<String> terminationMessage, boolean isLogClosed) {
    /** For a container of which nothing is known: no last frame is believed. */
    public static final ContainerEnd NOT_KNOWN = new ContainerEnd(Optional.empty(), Optional.empty());

    /** Where nothing says that the program had no way into its own log. */
    public ContainerEnd(Optional<Integer> exitCode, Optional<String> terminationMessage) {
        this(exitCode, terminationMessage, false);
    }

    public ContainerEnd {
        terminationMessage = terminationMessage.filter(text -> !text.isBlank());
    }

    public ContainerEnd withLogClosed(boolean closed) {
        return new ContainerEnd(exitCode, terminationMessage, closed);
    }

    /**
     * The supervisor's last frame, if this end vouches for one.
     *
     * @param endOfLog the one in the last line of the log, if it is one
     */
    Optional<LastFrame> vouchFor(Optional<LastFrame> endOfLog) {
        if (terminationMessage.isEmpty()) {
            return endOfLog.filter(this::isImpliedBy);
        }
        Optional<LastFrame> told =
                terminationMessage.flatMap(ContainerEnd::lastFrameOf).filter(this::isImpliedBy);
        if (endOfLog.isEmpty()) {
            return told;
        }
        return endOfLog.filter(
                frame -> told.map(LastFrame::key).filter(frame.key()::equals).isPresent());
    }

    /** The supervisor's last frame, where the termination message has it and the code fits it. */
    public Optional<LastFrame> lastFrameTold() {
        return vouchFor(Optional.empty());
    }

    private boolean isImpliedBy(LastFrame frame) {
        int implied = frame.supervisorExitCode();
        int expected = vouchesForNothing(implied) ? SupervisorCode.STAND_IN : implied;
        return exitCode.filter(code -> code == expected && !vouchesForNothing(code))
                .isPresent();
    }

    private static boolean vouchesForNothing(int code) {
        return code == SupervisorCode.KILLED || code == SupervisorCode.FAILED;
    }

    private static Optional<LastFrame> lastFrameOf(String message) {
        byte[] line = message.strip().lines().reduce("", (_, last) -> last).getBytes(UTF_8);
        try (Payload payload = new Payload()) {
            return new FrameParser().parse(line, 0, line.length).flatMap(frame -> LastFrameReader.read(frame, payload));
        }
    }
}
