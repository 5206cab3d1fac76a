package dev.cupel.event;

import java.util.regex.Pattern;

/** The name of a template, which is a folder's name: a DNS label. */
public record TemplateName(String value) {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    /** @throws Rejected {@code InvalidField} at {@code /template} */
    public TemplateName {
        if (!LABEL.matcher(value).matches()) {
            throw Rejected.invalid(
                    "/template", "must be lower-case letters, digits and hyphens, was " + Quoted.of(value));
        }
    }
}
