package dev.cupel.submit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.cloudevents.EventContext;
import dev.cupel.json.Digest;
import dev.cupel.kubernetes.JobName;
import dev.cupel.kubernetes.ScriptedCluster;
import dev.cupel.policy.Alteration;
import dev.cupel.policy.Installation;
import dev.cupel.policy.Installations;
import dev.cupel.policy.RuntimeClasses;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import dev.cupel.rejection.Unavailable;
import dev.cupel.request.JobRendered;
import dev.cupel.request.TemplateName;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.Templates;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Submit trusts neither the manifest that it is sent nor the cluster that it sends it to. */
class AlteredJobTest {
    private static final String POD = "/spec/template/spec";

    private final ScriptedCluster cluster = new ScriptedCluster();

    @Test
    void aJobIsSubmittedAsItWasRendered() {
        submit(Alteration.original(), Installation.none());
        assertEquals(List.of("create"), changes());
    }

    /** The mark tells collect, which makes an {@code error} of it: JudgeTest. */
    @Test
    void aJobThatTheServerStoredOtherwiseIsMarkedAndDeleted() {
        cluster.webhook = job -> job.withObject(POD).put("hostNetwork", true);

        submit(Alteration.original(), Installation.none());

        assertEquals(List.of("create", "patchJob", "deleteJob"), changes());
        JsonNode metadata = cluster.patches.getLast().path("metadata");
        assertTrue(
                metadata.at("/annotations/cupel.dev~1altered")
                        .asText()
                        .startsWith(POD + "/hostNetwork was changed by something in the cluster"),
                metadata::toString);
        assertEquals(
                "cupel", metadata.at("/labels/app.kubernetes.io~1managed-by").asText());
        assertEquals("[\"cupel.dev/result\"]", metadata.path("finalizers").toString());
    }

    @Test
    void soIsOneThatAnEarlierTryCouldNotMark() {
        cluster.webhook = job -> job.withArray(POD + "/containers").addObject().put("name", "sidecar");
        failAt("patchJob");

        submit(Alteration.original(), Installation.none());

        assertEquals(List.of("create", "patchJob", "deleteJob"), changes());
    }

    @Test
    void oneThatAnEarlierTryCouldOnlyMarkIsDeleted() {
        cluster.webhook = job -> job.withObject("/spec").put("backoffLimit", 1);
        failAt("deleteJob");

        submit(Alteration.original(), Installation.none());

        assertEquals(List.of("create", "deleteJob"), changes());
    }

    @Test
    void anImageThatNoTemplateHereAllowsIsRefused() {
        ObjectNode job = Alteration.original();
        job.withObject(POD + "/containers/0").put("image", "registry.example/library/bash:5");
        Rejected rejected = refused(job, Installation.none());
        assertEquals(RejectionReason.IMAGE_NOT_ALLOWED, rejected.reason());
        assertEquals("/manifest" + POD + "/containers/0/image", rejected.field());
        assertEquals(List.of(), changes());
    }

    @Test
    void aRuntimeClassMustBeAllowedHere() {
        ObjectNode job = Alteration.original();
        job.withObject(POD).put("runtimeClassName", "gvisor");
        Rejected rejected = refused(job, Installations.of(new RuntimeClasses(Set.of("kata"), Optional.empty())));
        assertEquals("/manifest" + POD + "/runtimeClassName", rejected.field());
        submit(job, Installations.of(new RuntimeClasses(Set.of("gvisor"), Optional.empty())));
    }

    @Test
    void whereOneIsTheDefaultNoJobRunsWithout() {
        Rejected rejected =
                refused(Alteration.original(), Installations.of(new RuntimeClasses(Set.of(), Optional.of("gvisor"))));
        assertEquals("/manifest" + POD + "/runtimeClassName", rejected.field());
    }

    @Test
    void theTemplateThatIsNamedIsTheManifestsOwn() {
        ObjectNode job = Alteration.original();
        JobRendered other = new JobRendered(
                "corpus",
                new JobName("eval-corpus"),
                "crucible",
                new TemplateName("seed"),
                digest(job),
                job,
                JobRendered.digestOf(job));
        Rejected rejected =
                assertThrows(Rejected.class, () -> submit(Installation.none()).submit(other, context()));
        assertEquals("/template/name", rejected.field());
    }

    /** What was changed in the cluster, in order. */
    private List<String> changes() {
        return cluster.calls.stream()
                .map(call -> call.replaceFirst(" .*", ""))
                .filter(call -> Set.of("create", "patchJob", "deleteJob").contains(call))
                .toList();
    }

    /** A first try, whose call of that kind fails. */
    private void failAt(String call) {
        cluster.failing.add(call);
        assertThrows(Unavailable.class, () -> submit(Alteration.original(), Installation.none()));
        cluster.failing.clear();
        cluster.calls.clear();
    }

    private Rejected refused(ObjectNode job, Installation installation) {
        return assertThrows(Rejected.class, () -> submit(job, installation));
    }

    private void submit(ObjectNode job, Installation installation) {
        JobRendered rendered = new JobRendered(
                "corpus",
                new JobName("eval-corpus"),
                "crucible",
                new TemplateName("python"),
                digest(job),
                job,
                JobRendered.digestOf(job));
        submit(installation).submit(rendered, context());
    }

    private static Digest digest(ObjectNode job) {
        return new Digest(
                job.at("/metadata/annotations/cupel.dev~1template-digest").asText());
    }

    private Submit submit(Installation installation) {
        Templates templates =
                new Templates(new TemplateFiles.BuiltIn(), Optional.of("docker.io/library/python:3.13-slim"));
        return new Submit(cluster, new Allowed(templates, installation));
    }

    private static EventContext context() {
        return new EventContext(
                "1", "/test", "dev.cupel.job.rendered.v1", Optional.empty(), Optional.empty(), new TreeMap<>());
    }
}
