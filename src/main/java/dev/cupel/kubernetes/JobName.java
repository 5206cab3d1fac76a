package dev.cupel.kubernetes;

import dev.cupel.rejection.InvalidValue;
import dev.cupel.rejection.Quoted;

/**
 * The name of a Job: a DNS label (RFC 1123), at most {@value DnsName#MAX_LABEL} characters, since it is a label's
 * value, too.
 */
public record JobName(String value) {
    /** @throws InvalidValue if it is not */
    public JobName {
        if (!DnsName.LABEL.matcher(value).matches()) {
            throw new InvalidValue(
                    "must be a DNS label of at most " + DnsName.MAX_LABEL + " characters, was " + Quoted.of(value));
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
