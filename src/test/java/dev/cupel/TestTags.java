package dev.cupel;

/** The tags of the tests; {@code docs/developing/testing.md} says which run has which. */
public final class TestTags {
    /** Starts a server or a process, or waits for a clock: {@code mvn test} leaves it out, {@code mvn verify} runs it. */
    public static final String SLOW = "slow";

    /**
     * Needs a cluster that has Cupel on it; {@code docs/developing/testing.md} says what else. Left out unless asked for:
     * {@code KUBECONFIG=… mvn test -Dcupel.excludedTags= -Dgroups=cluster}
     */
    public static final String CLUSTER = "cluster";

    private TestTags() {}
}
