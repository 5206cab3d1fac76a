package dev.cupel.collect.captured;

/** What the supervisor exits with where it is not the program's own code; {@code supervisor.py} has the same. */
public final class SupervisorCode {
    /** Its own failure, or it was made to fail: vouches for nothing. */
    public static final int FAILED = 121;

    /** The compiler failed. */
    public static final int NOT_COMPILED = 122;

    /** In place of a code that vouches for nothing, where the program ended with such a one. */
    public static final int STAND_IN = 123;

    /** The program's time was up, or its processor time. */
    public static final int DEADLINE = 124;

    /** The program could not be started. */
    public static final int NOT_STARTED = 125;

    /** 128 and SIGKILL, whoever sent it: never the supervisor's own, vouches for nothing. */
    public static final int KILLED = 137;

    /** 128 and SIGTERM, which the kubelet or a canceller sent. */
    public static final int STOPPED = 143;

    private SupervisorCode() {}
}
