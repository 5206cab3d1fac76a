package dev.cupel.rejection;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Why something will never run as asked: the closed list behind {@code rejected} events and RFC 9457 problems. Each has
 * the HTTP status of a direct call and one sentence.
 */
public enum RejectionReason {
    MALFORMED_EVENT(400, "The CloudEvent itself is not as CloudEvents 1.0 has it."),
    BATCH_UNSUPPORTED(415, "Batched CloudEvents are not taken; send them one by one."),
    UNKNOWN_TYPE(422, "No function here takes events of this type."),
    UNSUPPORTED_MEDIA_TYPE(415, "The body is not JSON by its Content-Type."),
    MALFORMED_JSON(400, "The data is not one JSON value (RFC 8259) in UTF-8."),
    DUPLICATE_KEY(400, "A JSON object holds a key twice."),
    TOO_DEEP(400, "The JSON nests too deep."),
    TOO_LARGE(413, "The data, or a part of it, is over its size limit."),
    MISSING_FIELD(400, "A required field is not there."),
    UNKNOWN_FIELD(400, "A field that no request has."),
    INVALID_TYPE(400, "A field has another JSON type than it must have."),
    INVALID_FIELD(400, "A field's value is out of its limits."),
    UNSUPPORTED_FIELD(400, "A field that this template has no use for."),
    UNKNOWN_TEMPLATE(400, "No template of that name."),
    INVALID_TEMPLATE(400, "The template itself is faulty, so nothing can be made of it."),
    IMAGE_NOT_ALLOWED(403, "The image matches none of the template's allowed patterns."),
    NOT_HARDENED(403, "The manifest holds what the hardening policy does not allow, or lacks what it asks for."),
    CONFLICT(409, "The name is taken by a Job with other content."),
    REFUSED(422, "The API server refused the Job and will do so again."),
    NOT_IN_TIME(503, "The cluster could not take the Job in the time that a request may wait."),
    NOT_FOUND(404, "No such thing."),
    CROSS_SITE(403, "A page of another site asked for it, or it came under a name that is not this server's."),
    METHOD_NOT_ALLOWED(405, "Not with this HTTP method.");

    private final int status;
    private final String sentence;

    RejectionReason(int status, String sentence) {
        this.status = status;
        this.sentence = sentence;
    }

    /** The HTTP status when a person or program called directly. */
    public int status() {
        return status;
    }

    /** What it means, in one sentence. */
    public String sentence() {
        return sentence;
    }

    /** The name on the wire: PascalCase, as Kubernetes spells reasons. */
    public String wireName() {
        return Arrays.stream(name().split("_"))
                .map(word -> word.charAt(0) + word.substring(1).toLowerCase(java.util.Locale.ROOT))
                .collect(Collectors.joining());
    }
}
