package dev.cupel.request;

import dev.cupel.rejection.Quoted;
import dev.cupel.rejection.Rejected;
import java.util.regex.Pattern;

/** The name of a template, which is a folder's name: a DNS label. */
public record TemplateName(String value) {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    /** Whether this text is such a name. */
    public static boolean isOne(String text) {
        return LABEL.matcher(text).matches();
    }

    /** @throws Rejected {@code InvalidField} at {@code /template} */
    public TemplateName {
        if (!isOne(value)) {
            throw Rejected.invalid(
                    "/template", "must be lower-case letters, digits and hyphens, was " + Quoted.of(value));
        }
    }
}
