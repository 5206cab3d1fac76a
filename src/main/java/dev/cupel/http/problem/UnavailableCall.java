package dev.cupel.http.problem;

import dev.cupel.kubernetes.JobName;
import dev.cupel.rejection.Unavailable;

/**
 * An {@link Unavailable} after the Job has got its name. The Job may exist all the same. So the caller learns its name,
 * and can look before it sends the program a second time.
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
