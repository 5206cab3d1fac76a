package dev.cupel.kubernetes;

import dev.cupel.rejection.Quoted;
import dev.cupel.rejection.Rejected;
import java.util.regex.Pattern;

/** The name of a Job: a DNS label (RFC 1123), at most 63 characters, since it becomes a label's value too. */
public record JobName(String value) {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    /** @throws Rejected {@code InvalidField} at {@code /job_name} */
    public JobName {
        if (!LABEL.matcher(value).matches()) {
            throw Rejected.invalid(
                    "/job_name", "must be a DNS label of at most 63 characters, was " + Quoted.of(value));
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
