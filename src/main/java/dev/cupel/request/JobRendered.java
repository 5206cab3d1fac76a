package dev.cupel.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.json.Canonical;
import dev.cupel.json.Digest;
import dev.cupel.json.Fields;
import dev.cupel.kubernetes.JobName;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;

/**
 * The data of a {@code rendered} event: the exact manifest, and what it was made of.
 *
 * @param templateDigest over all files of the template
 * @param manifest one {@code batch/v1} Job
 * @param digest over the manifest's canonical JSON (RFC 8785)
 */
public record JobRendered(
        String evalId,
        JobName jobName,
        String namespace,
        TemplateName template,
        Digest templateDigest,
        ObjectNode manifest,
        Digest digest) {

    /** @throws Rejected if a field is missing or wrong, or the digest is not the manifest's */
    public static JobRendered decode(JsonNode data) {
        Fields fields = Fields.of(data, "");
        Fields template = fields.getObject("template");
        JsonNode manifest = fields.get("manifest");
        if (!(manifest instanceof ObjectNode job)) {
            throw new Rejected(RejectionReason.INVALID_TYPE, "/manifest", "must be an object");
        }
        JobRendered rendered = new JobRendered(
                fields.get("eval_id", EvalId::new).value(),
                fields.get("job_name", JobName::new),
                fields.getText("namespace"),
                template.get("name", TemplateName::new),
                template.get("digest", Digest::new),
                job,
                fields.get("digest", Digest::new));
        template.end();
        fields.end();
        rendered.checkDigest();
        return rendered;
    }

    private void checkDigest() {
        Digest actual = digestOf(manifest);
        if (!actual.equals(digest)) {
            throw Rejected.invalid("/digest", "is not the manifest's, which has " + actual.value());
        }
    }

    /** @throws Rejected {@code InvalidField} at {@code /manifest} if it holds what no manifest can */
    public static Digest digestOf(JsonNode manifest) {
        return canonical(manifest).digest();
    }

    /**
     * The digest and size of a manifest.
     *
     * @throws Rejected {@code InvalidField} at {@code /manifest} if it holds what no manifest can
     */
    public static Canonical canonical(JsonNode manifest) {
        try {
            return Canonical.of(manifest);
        } catch (IllegalArgumentException e) {
            throw Rejected.invalid(
                    "/manifest",
                    "holds what has no canonical form: a number that is not whole or over 2^53, or an unpaired"
                            + " surrogate");
        }
    }

    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("eval_id", evalId)
                .put("job_name", jobName.value())
                .put("namespace", namespace);
        json.putObject("template").put("name", template.value()).put("digest", templateDigest.value());
        json.set("manifest", manifest);
        return json.put("digest", digest.value());
    }
}
