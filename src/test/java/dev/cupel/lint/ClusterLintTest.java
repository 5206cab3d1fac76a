package dev.cupel.lint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.kubernetes.DryRun;
import dev.cupel.policy.Installation;
import dev.cupel.request.TemplateName;
import dev.cupel.template.Check;
import dev.cupel.template.Diagnostic;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.TemplateText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where a cluster's words about a Job or Pod belong in a template. */
class ClusterLintTest {
    @TempDir
    private Path root = Path.of("");

    /** Says the same of every Job, and the same of every Pod. */
    private static final class Told implements DryRun {
        private final List<ObjectNode> asked = new ArrayList<>();
        private final Answer ofJobs;
        private final Answer ofPods;

        Told(Answer ofJobs, Answer ofPods) {
            this.ofJobs = ofJobs;
            this.ofPods = ofPods;
        }

        @Override
        public Answer ask(ObjectNode manifest) {
            asked.add(manifest.deepCopy());
            return manifest.path("kind").asText().equals("Job") ? ofJobs : ofPods;
        }

        @Override
        public void close() {}
    }

    private static final DryRun.Answer TAKEN = new DryRun.Answer(List.of(), List.of());

    private static DryRun.Answer fault(String field, String message) {
        return new DryRun.Answer(
                List.of(new DryRun.Fault(Optional.of(field).filter(text -> !text.isEmpty()), message)), List.of());
    }

    private List<Diagnostic> lint(DryRun.Answer ofJobs, DryRun.Answer ofPods) {
        TemplateFiles files = TemplateText.of(root, TemplateText.LEAST).files();
        return new ClusterLint(files, Optional.empty(), Installation.none(), new Told(ofJobs, ofPods))
                .lint(TemplateText.NAME);
    }

    @Test
    void asksForTheJobAndForThePodThatItsControllerMakes() {
        for (TemplateName name : new TemplateFiles.BuiltIn().names()) {
            Told cluster = new Told(TAKEN, TAKEN);
            assertEquals(
                    List.of(),
                    new ClusterLint(new TemplateFiles.BuiltIn(), Optional.empty(), Installation.none(), cluster)
                            .lint(name));

            ObjectNode job = cluster.asked.get(0);
            ObjectNode pod = cluster.asked.get(1);
            assertEquals("Job", job.path("kind").asText());
            assertEquals(2, cluster.asked.size());
            assertEquals("v1", pod.path("apiVersion").asText());
            assertEquals(job.at("/spec/template/spec"), pod.path("spec"));
            assertEquals(job.at("/spec/template/metadata/labels"), pod.at("/metadata/labels"));
            assertEquals(job.at("/metadata/namespace"), pod.at("/metadata/namespace"));
            assertFalse(job.at("/spec/template/metadata").has("namespace"), "the Job itself is as it was");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "spec.template.spec.containers[0].image | 8:18 | /spec/template/spec/containers/0/image no",
                "metadata.namespace | 3:14 | /metadata/namespace no",
                "spec.template.spec.containers[0].resources.limits[memory] | 10:40 |"
                        + " /spec/template/spec/containers/0/resources/limits/memory no",
                "metadata.annotations[cupel.dev/template] | 2:3 | /metadata/annotations/cupel.dev~1template no",
                "spec.template.spec.securityContext.runAsUser | 7:7 | /spec/template/spec/securityContext/runAsUser no",
                "'' | 1:1 | no"
            })
    void whatIsSaidOfAJobsFieldIsToldWhereTheTemplateHasIt(String field, String place, String message) {
        Diagnostic told = lint(fault(field, "no"), TAKEN).getFirst();

        assertEquals(place, told.mark().line() + ":" + told.mark().column());
        assertEquals(message, told.message());
        assertEquals(Check.REFUSED_BY_CLUSTER, told.check());
    }

    @Test
    void whatIsSaidOfAPodsFieldIsToldWhereTheTemplateHasIt() {
        Diagnostic told =
                lint(TAKEN, fault("spec.containers[0].command[2]", "no")).getFirst();

        assertEquals("9:37", told.mark().line() + ":" + told.mark().column());
        assertEquals("/spec/template/spec/containers/0/command/2 no", told.message());
    }

    @Test
    void whatIsSaidOfBothIsToldOnce() {
        assertEquals(
                1,
                lint(fault("spec.template.spec.containers[0].image", "no"), fault("spec.containers[0].image", "no"))
                        .size());
    }

    @Test
    void aWarningKeepsNothingFromBeingUsed() {
        Diagnostic told = lint(new DryRun.Answer(List.of(), List.of("spec.template.spec: old")), TAKEN)
                .getFirst();

        assertEquals(Check.CLUSTER_WARNING, told.check());
        assertFalse(told.isError());
        assertEquals("7:7", told.mark().line() + ":" + told.mark().column());
    }
}
