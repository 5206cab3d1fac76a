package dev.cupel.policy;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import dev.cupel.render.Binder;
import dev.cupel.render.Renderer;
import dev.cupel.render.Requests;
import dev.cupel.request.JobRequest;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.Templates;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class QueuesTest {
    private static final Queues TEAM = new Queues(Set.of("team", "night"), Set.of("urgent"));

    private static final String URGENT = ", \"queue\": \"team\", \"priority_class\": \"urgent\"";

    private static ObjectNode rendered(Queues queues, String asked) {
        JobRequest request = Requests.decode("{\"eval_id\": \"a\", \"code\": \"1\"" + asked + "}");
        Templates templates = new Templates(new TemplateFiles.BuiltIn(), Optional.empty());
        return Requests.render(new Renderer(templates, new Binder(), Installations.of(queues)), request)
                .manifest();
    }

    @Test
    void aRequestMayNameOneThatIsServed() {
        ObjectNode job = rendered(TEAM, ", \"queue\": \"team\"");

        assertEquals(
                "team", job.at("/metadata/labels/kueue.x-k8s.io~1queue-name").asText());
        assertEquals(true, job.at("/spec/suspend").asBoolean());
        assertDoesNotThrow(() -> TEAM.check(job));
    }

    @Test
    void aRequestThatNamesAnotherIsRejectedAndToldWhichThereAre() {
        Rejected rejected = assertThrows(Rejected.class, () -> rendered(TEAM, ", \"queue\": \"tema\""));

        assertEquals(RejectionReason.INVALID_FIELD, rejected.reason());
        assertEquals("/queue", rejected.field());
        assertEquals("\"tema\" is not served here; served: night, team", rejected.text());
    }

    @Test
    void noneIsServedUnlessItIsListed() {
        Rejected rejected = assertThrows(Rejected.class, () -> rendered(Queues.none(), ", \"queue\": \"team\""));

        assertEquals("\"team\" is not served here; none is", rejected.text());
        assertDoesNotThrow(() -> Queues.none().check(rendered(Queues.none(), "")));
    }

    @Test
    void aManifestOfAnotherQueueIsRefused() {
        ObjectNode job = rendered(TEAM, ", \"queue\": \"team\"");

        Rejected rejected =
                assertThrows(Rejected.class, () -> new Queues(Set.of("night"), Set.of("urgent")).check(job));

        assertEquals(RejectionReason.NOT_HARDENED, rejected.reason());
        assertEquals("/manifest/metadata/labels/kueue.x-k8s.io~1queue-name", rejected.field());
    }

    @Test
    void aManifestThatNobodyWouldResumeIsRefused() {
        ObjectNode job = rendered(TEAM, "");
        job.withObjectProperty("spec").put("suspend", true);

        assertEquals(
                "/manifest/spec/suspend",
                assertThrows(Rejected.class, () -> TEAM.check(job)).field());
    }

    @Test
    void aRequestMayNameAPriorityClassThatIsListed() {
        ObjectNode job = rendered(TEAM, URGENT);

        assertEquals(
                "urgent",
                job.at("/metadata/labels/kueue.x-k8s.io~1priority-class").asText());
        assertTrue(job.at("/spec/template/metadata/labels/kueue.x-k8s.io~1priority-class")
                .isMissingNode());
        assertDoesNotThrow(() -> TEAM.check(job));
    }

    @Test
    void anotherPriorityClassIsRejectedAndToldWhichThereAre() {
        Queues queues = new Queues(Set.of("team"), Set.of("night", "day"));
        Rejected rejected = assertThrows(Rejected.class, () -> rendered(queues, URGENT));

        assertEquals(RejectionReason.INVALID_FIELD, rejected.reason());
        assertEquals("/priority_class", rejected.field());
        assertEquals("\"urgent\" is not allowed here; allowed: day, night", rejected.text());
        Queues unlisted = new Queues(Set.of("team"), Set.of());
        assertEquals(
                "\"urgent\" is not allowed here; none is",
                assertThrows(Rejected.class, () -> rendered(unlisted, URGENT)).text());
    }

    @Test
    void aPriorityClassWithoutAQueueIsRejected() {
        Rejected rejected = assertThrows(Rejected.class, () -> rendered(TEAM, ", \"priority_class\": \"urgent\""));

        assertEquals(RejectionReason.INVALID_FIELD, rejected.reason());
        assertEquals("/priority_class", rejected.field());
    }

    @Test
    void aManifestWithAnotherPriorityClassOrOneWithoutAQueueIsRefused() {
        String pointer = "/manifest/metadata/labels/kueue.x-k8s.io~1priority-class";
        ObjectNode job = rendered(TEAM, URGENT);
        Queues others = new Queues(Set.of("team"), Set.of("night"));

        Rejected rejected = assertThrows(Rejected.class, () -> others.check(job));

        assertEquals(RejectionReason.NOT_HARDENED, rejected.reason());
        assertEquals(pointer, rejected.field());
        ObjectNode unqueued = rendered(TEAM, "");
        unqueued.withObject("/metadata/labels").put("kueue.x-k8s.io/priority-class", "urgent");
        assertEquals(
                pointer,
                assertThrows(Rejected.class, () -> TEAM.check(unqueued)).field());
    }
}
