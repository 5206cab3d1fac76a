package dev.cupel.request;

import dev.cupel.kubernetes.DnsName;
import dev.cupel.rejection.InvalidValue;
import dev.cupel.rejection.Quoted;

/** The name of a template, which is a folder's name: a DNS label. */
public record TemplateName(String value) {
    /** Whether this text is such a name. */
    public static boolean isOne(String text) {
        return DnsName.LABEL.matcher(text).matches();
    }

    /** @throws InvalidValue if it is not */
    public TemplateName {
        if (!isOne(value)) {
            throw new InvalidValue("must be lower-case letters, digits and hyphens, was " + Quoted.of(value));
        }
    }
}
