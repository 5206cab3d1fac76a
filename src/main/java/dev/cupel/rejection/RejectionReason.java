package dev.cupel.rejection;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Why something will never run as asked: the closed list behind {@code rejected} events and RFC 9457 problems. Each has
 * one sentence. What is wrong with a call only because it came over HTTP is {@code http.problem.HttpReason}.
 */
public enum RejectionReason {
    MALFORMED_EVENT("The CloudEvent itself is not as CloudEvents 1.0 has it."),
    UNKNOWN_TYPE("No function here takes events of this type."),
    MALFORMED_JSON("The data is not one JSON value (RFC 8259) in UTF-8."),
    DUPLICATE_KEY("A JSON object holds a key twice."),
    TOO_DEEP("The JSON nests too deep."),
    TOO_LARGE("The data, or a part of it, is over its size limit."),
    MISSING_FIELD("A required field is not there."),
    UNKNOWN_FIELD("A field that no request has."),
    INVALID_TYPE("A field has another JSON type than it must have."),
    INVALID_FIELD("A field's value is out of its limits."),
    UNSUPPORTED_FIELD("A field that this template has no use for."),
    UNKNOWN_TEMPLATE("No template of that name."),
    INVALID_TEMPLATE("The template itself is faulty, so nothing can be made of it."),
    IMAGE_NOT_ALLOWED("The image matches none of the template's allowed patterns, or none of the installation's."),
    NOT_HARDENED("The manifest holds what the hardening policy does not allow, or lacks what it asks for."),
    CONFLICT("The name is taken by a Job with other content."),
    REFUSED("The API server refused the Job and will do so again."),
    NOT_IN_TIME("The cluster could not take the Job in the time that a request may wait."),
    NOT_FOUND("No such thing.");

    private final String sentence;

    RejectionReason(String sentence) {
        this.sentence = sentence;
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
