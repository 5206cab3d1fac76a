package dev.cupel.result;

import static dev.cupel.result.Outcome.ERROR;
import static dev.cupel.result.Outcome.FAILURE;
import static dev.cupel.result.Outcome.SUCCESS;

/** Why a run ended as it did: the closed list of the contract. There is no {@code OTHER}. */
public enum Reason {
    COMPLETED("Completed", SUCCESS, "The program exited with 0."),
    NON_ZERO_EXIT("NonZeroExit", FAILURE, "The program exited with a code other than 0."),
    SIGNALLED("Signalled", FAILURE, "A signal ended the program."),
    DEADLINE_EXCEEDED("DeadlineExceeded", FAILURE, "The program was still running when its time was up."),
    CPU_TIME_EXCEEDED("CpuTimeExceeded", FAILURE, "The program took more processor time than its limit."),
    OOM_KILLED("OOMKilled", FAILURE, "The program took more memory than its limit."),
    DISK_EXCEEDED("DiskExceeded", FAILURE, "The program wrote more to its disk than its limit."),
    COMPILE_FAILED("CompileFailed", FAILURE, "The program could not be compiled."),
    SUPERVISOR_BROKEN(
            "SupervisorBroken", FAILURE, "The program broke the supervisor that ran it, so its own end is not known."),
    IMAGE_PULL_FAILED("ImagePullFailed", ERROR, "The image could not be had."),
    UNSCHEDULABLE("Unschedulable", ERROR, "No node could take the Pod."),
    QUOTA_EXCEEDED("QuotaExceeded", ERROR, "No quota was left for the Pod."),
    INVALID_CONFIG("InvalidConfig", ERROR, "The cluster refused the Pod or its container as configured."),
    EVICTED("Evicted", ERROR, "The Pod was taken off its node."),
    NODE_LOST("NodeLost", ERROR, "The node was shut down or lost."),
    START_FAILED("StartFailed", ERROR, "The container or the program in it could not be started."),
    JOB_DELETED("JobDeleted", ERROR, "The Job or its Pod was deleted by someone else."),
    UNKNOWN("Unknown", ERROR, "Nothing that is left says how the run ended."),
    CANCELLED("Cancelled", Outcome.CANCELLED, "Someone asked for it to stop.");

    private final String wireName;
    private final Outcome outcome;
    private final String sentence;

    Reason(String wireName, Outcome outcome, String sentence) {
        this.wireName = wireName;
        this.outcome = outcome;
        this.sentence = sentence;
    }

    /** The word on the wire, as Kubernetes spells its own reasons. */
    public String wireName() {
        return wireName;
    }

    public Outcome outcome() {
        return outcome;
    }

    /** What it means, for people. */
    public String sentence() {
        return sentence;
    }
}
