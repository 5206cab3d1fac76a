package dev.cupel.submit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.cloudevents.EventContext;
import dev.cupel.json.Digest;
import dev.cupel.kubernetes.JobApi;
import dev.cupel.kubernetes.JobName;
import dev.cupel.policy.Alteration;
import dev.cupel.policy.RuntimeClasses;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import dev.cupel.request.JobRendered;
import dev.cupel.request.TemplateName;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.Templates;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Submit trusts neither the manifest that it is sent nor the cluster that it sends it to. */
class AlteredJobTest {
    private static final String POD = "/spec/template/spec";

    private final Server server = new Server();

    @Test
    void aJobIsSubmittedAsItWasRendered() {
        submit(Alteration.original(), RuntimeClasses.none());
        assertEquals(List.of("create"), server.calls);
    }

    /** The mark tells collect, which makes an {@code error} of it: JudgeTest. */
    @Test
    void aJobThatTheServerStoredOtherwiseIsMarkedAndDeleted() {
        server.webhook = job -> job.withObject(POD).put("hostNetwork", true);

        submit(Alteration.original(), RuntimeClasses.none());

        assertEquals(List.of("create", "patch", "delete"), server.calls);
        JsonNode metadata = server.patch.path("metadata");
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
        server.taken = true;
        server.webhook = job -> job.withArray(POD + "/containers").addObject().put("name", "sidecar");

        submit(Alteration.original(), RuntimeClasses.none());

        assertEquals(List.of("create", "patch", "delete"), server.calls);
    }

    @Test
    void oneThatAnEarlierTryCouldOnlyMarkIsDeleted() {
        server.taken = true;
        server.webhook = job -> job.withObject("/metadata/annotations").put("cupel.dev/altered", "/spec/backoffLimit");

        submit(Alteration.original(), RuntimeClasses.none());

        assertEquals(List.of("create", "delete"), server.calls);
    }

    @Test
    void anImageThatNoTemplateHereAllowsIsRefused() {
        ObjectNode job = Alteration.original();
        job.withObject(POD + "/containers/0").put("image", "docker.io/library/bash:5");
        Rejected rejected = refused(job, RuntimeClasses.none());
        assertEquals(RejectionReason.IMAGE_NOT_ALLOWED, rejected.reason());
        assertEquals("/manifest" + POD + "/containers/0/image", rejected.field());
        assertEquals(List.of(), server.calls);
    }

    @Test
    void aRuntimeClassMustBeAllowedHere() {
        ObjectNode job = Alteration.original();
        job.withObject(POD).put("runtimeClassName", "gvisor");
        Rejected rejected = refused(job, new RuntimeClasses(Set.of("kata"), Optional.empty()));
        assertEquals("/manifest" + POD + "/runtimeClassName", rejected.field());
        submit(job, new RuntimeClasses(Set.of("gvisor"), Optional.empty()));
    }

    @Test
    void whereOneIsTheDefaultNoJobRunsWithout() {
        Rejected rejected = refused(Alteration.original(), new RuntimeClasses(Set.of(), Optional.of("gvisor")));
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
                assertThrows(Rejected.class, () -> submit(RuntimeClasses.none()).submit(other, context()));
        assertEquals("/template/name", rejected.field());
    }

    private Rejected refused(ObjectNode job, RuntimeClasses runtimeClasses) {
        return assertThrows(Rejected.class, () -> submit(job, runtimeClasses));
    }

    private void submit(ObjectNode job, RuntimeClasses runtimeClasses) {
        JobRendered rendered = new JobRendered(
                "corpus",
                new JobName("eval-corpus"),
                "crucible",
                new TemplateName("python"),
                digest(job),
                job,
                JobRendered.digestOf(job));
        submit(runtimeClasses).submit(rendered, context());
    }

    private static Digest digest(ObjectNode job) {
        return new Digest(
                job.at("/metadata/annotations/cupel.dev~1template-digest").asText());
    }

    private Submit submit(RuntimeClasses runtimeClasses) {
        Templates templates =
                new Templates(new TemplateFiles.BuiltIn(), Optional.of("docker.io/library/python:3.13-slim"));
        return new Submit(server, new Allowed(templates, runtimeClasses));
    }

    private static EventContext context() {
        return new EventContext(
                "1", "/test", "dev.cupel.job.rendered.v1", Optional.empty(), Optional.empty(), new TreeMap<>());
    }

    /** An API server with a mutating webhook. */
    private static final class Server implements JobApi {
        final List<String> calls = new ArrayList<>();
        Consumer<ObjectNode> webhook = _ -> {};
        boolean taken;
        JsonNode patch = MissingNode.getInstance();
        private Optional<ObjectNode> stored = Optional.empty();

        @Override
        public String namespace() {
            return "crucible";
        }

        @Override
        public CreateAnswer create(ObjectNode job) {
            calls.add("create");
            ObjectNode copy = job.deepCopy();
            copy.withObject("/metadata").put("uid", "u").put("creationTimestamp", "2026-01-01T00:00:00Z");
            webhook.accept(copy);
            stored = Optional.of(copy);
            return taken ? new CreateAnswer.NameTaken() : new CreateAnswer.Created(copy);
        }

        @Override
        public Optional<ObjectNode> findJob(JobName name) {
            return stored;
        }

        @Override
        public boolean patchJob(JobName name, ObjectNode mergePatch) {
            calls.add("patch");
            patch = mergePatch;
            return true;
        }

        @Override
        public boolean deleteJob(JobName name) {
            calls.add("delete");
            return true;
        }

        @Override
        public Page listUnsettled(int limit, Optional<String> after) {
            return new Page(List.of(), Optional.empty());
        }

        @Override
        public Page listPending(int limit, Optional<String> after) {
            return new Page(List.of(), Optional.empty());
        }

        @Override
        public Set<String> listRunning() {
            return Set.of();
        }

        @Override
        public Map<String, String> listCreateFailures() {
            return Map.of();
        }

        @Override
        public List<ObjectNode> listPods(JobName name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<byte[]> readLog(String pod) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean patchPod(String pod, ObjectNode mergePatch) {
            throw new UnsupportedOperationException();
        }
    }
}
