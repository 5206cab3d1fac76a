package dev.cupel.collect.verdict;

import dev.cupel.collect.captured.Captured;
import dev.cupel.collect.captured.LastFrame;
import dev.cupel.collect.captured.LogEvidence;
import dev.cupel.collect.captured.RunEnd.Ended;
import dev.cupel.collect.captured.SupervisorCode;
import dev.cupel.collect.observed.Observed;
import java.util.Optional;

/**
 * Whether the program was ever started. This is asked before anything is held against it.
 *
 * <p><b>The rule.</b> The supervisor's first frame is older than the program. So where a supervised container has ended
 * and its log could be read, but holds no frame, no program ever ran: an {@code error}, whatever the container's code.
 * Where the log could not be read, the container's start alone proves nothing, but the supervisor's last frame in the
 * termination message does.
 *
 * <p><b>Why no program can make use of it.</b> A program would gain by being told as never started, and it can do
 * something
 * about the log only where it can write into it itself, which is under gVisor: past 10 MiB the kubelet rotates the log,
 * the first frame goes, and if PID 1 is then killed no further frame comes. So a missing frame rules the start out only
 * where that did not happen:
 *
 * <ul>
 *   <li>Any line that begins as a frame, forged or torn, shows that a program or its supervisor ran. After a rotation
 *       the supervisor's own last frame is one, unless it did not end by its own will.
 *   <li>No interpreter fails with a MiB of text.
 *   <li>Where the Pod has a RuntimeClass, which is how a sandbox is asked for, and the end is one that a program can
 *       bring about (PID 1 killed by a signal, or failed with {@value SupervisorCode#FAILED}), the container must have
 *       been gone before the kubelet could have looked at the size of its log and rotated it. An interpreter that exits
 *       by itself, with 1 or 127, needs no such thing: PID 1 exits so only after its last frame.
 * </ul>
 *
 * <p>In any doubt the program ran: a wrong {@code error} could be chosen by a program, a wrong {@code failure} by
 * nobody.
 */
public enum ProgramStart {
    /** It was. */
    SHOWN,
    /** Nothing that is left says so, nor the opposite. */
    NOT_KNOWN,
    /** No program ever ran. */
    RULED_OUT;

    private static final int LOWEST_SIGNAL_CODE = 129;

    public static ProgramStart of(Observed seen, Captured captured) {
        ProgramStart start = ofLastPod(seen, captured);
        return start == RULED_OUT && seen.hadEarlierRun() ? NOT_KNOWN : start;
    }

    private static ProgramStart ofLastPod(Observed seen, Captured captured) {
        Optional<LastFrame> last = captured.lastFrame();
        if (last.isPresent()) {
            return last.get().ended() == Ended.NOTSTARTED ? RULED_OUT : SHOWN;
        }
        if (!seen.mayHaveRun()) {
            return RULED_OUT;
        }
        if (!seen.pod().exists()) {
            return seen.wasReady() ? SHOWN : NOT_KNOWN;
        }
        return seen.isSupervised() ? ofLog(seen, captured.evidence()) : SHOWN;
    }

    private static ProgramStart ofLog(Observed seen, LogEvidence log) {
        if (!log.isRead()) {
            return NOT_KNOWN;
        }
        if (log.hasFrames() || log.isFlooded() || mayHaveRotatedItAway(seen)) {
            return SHOWN;
        }
        return seen.container().isRunning() ? NOT_KNOWN : RULED_OUT;
    }

    private static boolean mayHaveRotatedItAway(Observed seen) {
        boolean couldBringItAbout = seen.container()
                .exitCode()
                .map(code -> code == SupervisorCode.FAILED || code >= LOWEST_SIGNAL_CODE)
                .orElse(true);
        return couldBringItAbout && seen.isLogOpen();
    }
}
