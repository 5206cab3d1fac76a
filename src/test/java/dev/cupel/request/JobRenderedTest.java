package dev.cupel.request;

import static dev.cupel.Rejections.assertRejected;
import static dev.cupel.rejection.RejectionReason.INVALID_FIELD;
import static dev.cupel.rejection.RejectionReason.INVALID_TYPE;
import static dev.cupel.rejection.RejectionReason.MISSING_FIELD;
import static dev.cupel.rejection.RejectionReason.UNKNOWN_FIELD;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.json.CanonicalJson;
import dev.cupel.json.Digest;
import dev.cupel.json.StrictJson;
import dev.cupel.kubernetes.JobName;
import dev.cupel.kubernetes.JobReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobRenderedTest {
    private static ObjectNode data() {
        ObjectNode manifest =
                JsonNodeFactory.instance.objectNode().put("kind", "Job").put("n", 1);
        return new JobRendered(
                        "é",
                        new JobName("eval-1"),
                        "crucible",
                        new TemplateName("python"),
                        Digest.of(new byte[0]),
                        manifest,
                        JobRendered.digestOf(manifest))
                .toJson();
    }

    @Test
    void readsBackWhatItWrote() {
        assertEquals(
                data(),
                JobRendered.decode(StrictJson.parse(CanonicalJson.compact(data())))
                        .toJson());
    }

    @ParameterizedTest
    @ValueSource(strings = {"eval_id", "job_name", "namespace", "template", "manifest", "digest"})
    void requiresEveryField(String field) {
        assertRejected(MISSING_FIELD, "/" + field, () -> JobRendered.decode(data().without(field)));
    }

    @Test
    void holdsTheDigestAgainstTheManifest() {
        ObjectNode changed = data();
        ((ObjectNode) changed.get("manifest")).put("n", 2);

        assertRejected(INVALID_FIELD, "/digest", () -> JobRendered.decode(changed));
    }

    @Test
    void tellsAFaultAtItsOwnField() {
        assertRejected(UNKNOWN_FIELD, "/x", () -> JobRendered.decode(data().put("x", 1)));
        assertRejected(INVALID_TYPE, "/manifest", () -> JobRendered.decode(data().put("manifest", "x")));
        assertRejected(INVALID_FIELD, "/digest", () -> JobRendered.decode(data().put("digest", "x")));
        assertRejected(INVALID_FIELD, "/job_name", () -> JobRendered.decode(data().put("job_name", "X")));
        ObjectNode template = data();
        ((ObjectNode) template.get("template")).put("digest", "x");
        assertRejected(INVALID_FIELD, "/template/digest", () -> JobRendered.decode(template));
        ((ObjectNode) template.get("template")).put("name", "..");
        assertRejected(INVALID_FIELD, "/template/name", () -> JobRendered.decode(template));
    }

    @Test
    void refusesAManifestThatHasNoCanonicalForm() {
        ObjectNode fraction = data();
        ((ObjectNode) fraction.get("manifest")).put("n", 1.5);

        assertRejected(INVALID_FIELD, "/manifest", () -> JobRendered.decode(fraction));
    }

    @Test
    void readsWhichJobIsMeant() {
        ObjectNode data = JsonNodeFactory.instance.objectNode().put("job_name", "eval-1");

        assertEquals(new JobName("eval-1"), JobReference.decode(data).jobName());
        assertRejected(UNKNOWN_FIELD, "/force", () -> JobReference.decode(data.put("force", true)));
    }
}
