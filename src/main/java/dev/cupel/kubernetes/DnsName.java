package dev.cupel.kubernetes;

import java.util.regex.Pattern;

/** The forms that Kubernetes asks of names (RFC 1123). */
public final class DnsName {
    public static final int MAX_LABEL = 63;

    private static final String LABEL_FORM = "[a-z0-9]([-a-z0-9]{0," + (MAX_LABEL - 2) + "}[a-z0-9])?";

    /** At most {@value #MAX_LABEL} characters, without dots. */
    public static final Pattern LABEL = Pattern.compile(LABEL_FORM);

    /** Labels with dots between, at most 253 characters. */
    public static final Pattern SUBDOMAIN = Pattern.compile("(?=.{1,253}$)" + LABEL_FORM + "(\\." + LABEL_FORM + ")*");

    private DnsName() {}
}
