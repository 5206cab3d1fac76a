package dev.cupel.kubernetes;

/** JSON Pointers (RFC 6901) into a Job that several rooms read by. */
public final class JobPointers {
    public static final String RUNTIME_CLASS = "/spec/template/spec/runtimeClassName";

    private JobPointers() {}
}
