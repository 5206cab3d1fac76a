package dev.cupel.template;

import java.util.List;

/** The labels and annotations by which Cupel's parts know a Job and each other's work on it. */
public final class CupelMetadata {
    public static final String MANAGED_BY = "app.kubernetes.io/managed-by";
    public static final String CUPEL = "cupel";
    public static final String QUEUE = "kueue.x-k8s.io/queue-name";

    /** From the seed note: the exact eval_id, and when it was requested. */
    public static final String EVAL_ID = "eval-id";

    public static final String CREATED_AT = "created-at";

    public static final String TEMPLATE = "cupel.dev/template";
    public static final String TEMPLATE_DIGEST = "cupel.dev/template-digest";
    public static final String CAPTURE = "cupel.dev/capture";

    /** Seconds that the template's own TTL gives a Job once its result is in the broker's hands. */
    public static final String TTL_AFTER_SETTLED = "cupel.dev/ttl-after-settled";

    /** By submit: the digest of the manifest as it came, and without what changes from one rendering to the next. */
    public static final String DIGEST = "cupel.dev/digest";

    public static final String CONTENT_DIGEST = "cupel.dev/content-digest";
    public static final String CORRELATION_ID = "cupel.dev/correlation-id";
    public static final String REPLY_TO = "cupel.dev/reply-to";
    public static final String TRACE_PARENT = "cupel.dev/traceparent";

    /** By collect. */
    public static final String CANCELLED = "cupel.dev/cancelled";

    public static final String SETTLED = "cupel.dev/settled";

    /** What submit and collect write on a Job, and so no manifest may hold: it would tell of what never was. */
    static final List<String> ADDED_LATER =
            List.of(DIGEST, CONTENT_DIGEST, CORRELATION_ID, REPLY_TO, TRACE_PARENT, CANCELLED, SETTLED);

    private CupelMetadata() {}
}
