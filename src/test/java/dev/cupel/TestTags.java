package dev.cupel;

/** The tags of the tests; {@code cupel.excludedTags} in pom.xml says which of them a run leaves out. */
public final class TestTags {
    /**
     * Needs a cluster that has Cupel on it; {@code docs/developing/testing.md} says what else. Left out unless asked for:
     * {@code KUBECONFIG=… mvn test -Dcupel.excludedTags= -Dgroups=cluster}
     */
    public static final String CLUSTER = "cluster";

    private TestTags() {}
}
