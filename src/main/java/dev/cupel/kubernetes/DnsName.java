package dev.cupel.kubernetes;

import java.util.regex.Pattern;

/** The forms that Kubernetes asks of names (RFC 1123). */
public final class DnsName {
    private static final String LABEL_FORM = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";

    /** At most 63 characters, without dots. */
    public static final Pattern LABEL = Pattern.compile(LABEL_FORM);

    /** Labels with dots between, at most 253 characters. */
    public static final Pattern SUBDOMAIN = Pattern.compile("(?=.{1,253}$)" + LABEL_FORM + "(\\." + LABEL_FORM + ")*");

    private DnsName() {}
}
