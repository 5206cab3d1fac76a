package dev.cupel.app;

/** The exit codes of every command but {@code run --output text}, whose codes are the program's. */
public final class ExitCode {
    public static final int OK = 0;

    /** The program, or a template, failed. */
    public static final int FAILED = 1;

    /** What was asked is wrong. */
    public static final int WRONG = 2;

    private ExitCode() {}
}
