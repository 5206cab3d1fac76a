package dev.cupel.request;

import dev.cupel.kubernetes.DnsName;
import dev.cupel.rejection.Quoted;
import dev.cupel.rejection.Rejected;

/** The name of a template, which is a folder's name: a DNS label. */
public record TemplateName(String value) {
    /** Whether this text is such a name. */
    public static boolean isOne(String text) {
        return DnsName.LABEL.matcher(text).matches();
    }

    /** @throws Rejected {@code InvalidField} at {@code /template} */
    public TemplateName {
        if (!isOne(value)) {
            throw Rejected.invalid(
                    "/template", "must be lower-case letters, digits and hyphens, was " + Quoted.of(value));
        }
    }
}
