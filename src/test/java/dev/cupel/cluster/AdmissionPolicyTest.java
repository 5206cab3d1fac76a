package dev.cupel.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.policy.Alteration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The cluster's own admission policy refuses what the policy class refuses, whoever asks, and takes what it takes. */
@ClusterTest
class AdmissionPolicyTest {
    private static final String SUBMIT = "system:serviceaccount:cupel-system:submit";

    @ParameterizedTest
    @ValueSource(strings = {"", SUBMIT})
    void isEqualToThePolicyClassOnTheWholeCorpus(String user, Cluster cluster) {
        List<String> unequal = new ArrayList<>();
        int byPolicy = 0;
        for (Alteration alteration : Alteration.all()) {
            if (alteration.otherKind()) {
                continue;
            }
            Cluster.Answer answer = cluster.createDryRun(alteration.altered(), user);
            boolean taken = alteration.allowed() || alteration.invisible().isPresent();
            if (answer.isSuccess() != taken) {
                unequal.add(alteration + ": " + answer.status() + " " + answer.message());
            }
            byPolicy += answer.message().contains("ValidatingAdmissionPolicy") ? 1 : 0;
        }
        assertEquals(List.of(), unequal);
        // The rest the API server refuses by itself, before any policy.
        int count = byPolicy;
        assertTrue(count > 100, () -> "only " + count + " by the policy");
    }

    @Test
    void takesTheOriginalAsSubmitSendsIt(Cluster cluster) {
        ObjectNode job = Alteration.original();
        job.withObject("/metadata/annotations")
                .put("cupel.dev/digest", "sha256:0")
                .put("cupel.dev/correlation-id", "1")
                .put("cupel.dev/reply-to", "somewhere")
                .put("cupel.dev/traceparent", "00-0-0-00")
                .put("cupel.dev/tracestate", "a=b");
        assertEquals("", cluster.createDryRun(job, SUBMIT).message());
    }

    @Test
    void refusesAPriorityClassWithoutAQueue(Cluster cluster) {
        ObjectNode job = Alteration.original();
        job.withObject("/metadata/labels").put("kueue.x-k8s.io/priority-class", "urgent");
        Cluster.Answer answer = cluster.createDryRun(job, SUBMIT);
        assertTrue(!answer.isSuccess() && answer.message().contains("kueue.x-k8s.io/priority-class"), answer::message);
    }

    @Test
    void isWithinItsCostForTheLargestJobs(Cluster cluster) {
        ObjectNode job = Alteration.original();
        var container = job.withObject("/spec/template/spec/containers/0");
        var args = container.putArray("args");
        for (int i = 0; i < 11; i++) {
            args.add("x".repeat(100_000));
        }
        var env = container.withArray("env");
        for (int i = 0; i < 256; i++) {
            env.addObject().put("name", "A_LONG_ENOUGH_NAME_" + i).put("value", "x".repeat(200));
        }
        assertEquals("", cluster.createDryRun(job, SUBMIT).message());
    }

    @Test
    void submitMayCreateNothingElse(Cluster cluster) {
        assertNotEquals(
                0,
                cluster.kubectl()
                        .run("", "auth", "can-i", "create", "pods", "-n", Cluster.JOBS, "--as=" + SUBMIT)
                        .exitCode());
    }
}
