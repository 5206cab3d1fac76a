package dev.cupel.policy;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
    private static final Queues TEAM = new Queues(Set.of("team", "night"));

    private static ObjectNode rendered(Queues queues, String queue) {
        JobRequest request = Requests.decode("{\"eval_id\": \"a\", \"code\": \"1\"" + queue + "}");
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

        Rejected rejected = assertThrows(Rejected.class, () -> new Queues(Set.of("night")).check(job));

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
}
