package dev.cupel.request;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.kubernetes.JobName;
import java.util.Locale;

/**
 * What submit says of a Job that exists now.
 *
 * @param digest of the manifest that the Job was created from
 * @param submittedAt the Job's creation, RFC 3339
 */
public record JobSubmitted(
        String evalId,
        JobName jobName,
        String namespace,
        String uid,
        String digest,
        Status status,
        String submittedAt) {

    /** Whether this call made the Job, or found the same one there. */
    public enum Status {
        CREATED,
        EXISTS;

        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public ObjectNode toJson() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("eval_id", evalId)
                .put("job_name", jobName.value())
                .put("namespace", namespace)
                .put("uid", uid)
                .put("digest", digest)
                .put("status", status.wireName())
                .put("submitted_at", submittedAt);
    }
}
