package dev.cupel.app;

/** The exit codes of every command but {@code run --raw}, whose codes are the program's. */
final class ExitCode {
    static final int OK = 0;

    /** The program, or a template, failed. */
    static final int FAILED = 1;

    /** What was asked is wrong. */
    static final int WRONG = 2;

    private ExitCode() {}
}
