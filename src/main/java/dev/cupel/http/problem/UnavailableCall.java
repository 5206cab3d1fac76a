package dev.cupel.http.problem;

import dev.cupel.kubernetes.JobName;
import dev.cupel.rejection.Unavailable;

/**
 * What may pass, once a Job's name is known: the Job may be there all the same, so whoever asked learns where to look
 * before the program is sent a second time.
 */
public final class UnavailableCall extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Unavailable unavailable;
    private final transient JobName jobName;

    public UnavailableCall(Unavailable unavailable, JobName jobName) {
        super(unavailable.getMessage(), unavailable, false, false);
        this.unavailable = unavailable;
        this.jobName = jobName;
    }

    Unavailable unavailable() {
        return unavailable;
    }

    JobName jobName() {
        return jobName;
    }
}
