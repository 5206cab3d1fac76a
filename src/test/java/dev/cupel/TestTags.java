package dev.cupel;

/** The tags of the tests; {@code cupel.excludedTags} in pom.xml says which of them a run leaves out. */
public final class TestTags {
    /**
     * Needs a cluster that has Cupel on it, as {@code knative/deploy-lab} leaves it. Left out unless asked for:
     * {@code CUPEL_LAB=../shared/lab/lab mvn test -Dcupel.excludedTags= -Dgroups=cluster}
     */
    public static final String CLUSTER = "cluster";

    private TestTags() {}
}
