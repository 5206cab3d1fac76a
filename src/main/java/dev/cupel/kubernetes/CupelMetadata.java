package dev.cupel.kubernetes;

import java.util.List;

/** The labels and annotations by which Cupel's parts know a Job and each other's work on it. */
public final class CupelMetadata {
    public static final String MANAGED_BY = "app.kubernetes.io/managed-by";
    public static final String CUPEL = "cupel";
    public static final String QUEUE = "kueue.x-k8s.io/queue-name";
    public static final String PRIORITY_CLASS = "kueue.x-k8s.io/priority-class";

    /** From the seed note: the label {@code app} of every Job and Pod, and the name of the Pod's one container. */
    public static final String APP = "app";

    public static final String EVALUATION = "evaluation";

    /** The volume and, where there is one, the init container by which a supervisor comes into a Pod. */
    public static final String SUPERVISOR = "cupel";

    /** From the seed note: the exact eval_id, and when it was requested. */
    public static final String EVAL_ID = "eval-id";

    public static final String CREATED_AT = "created-at";

    public static final String TEMPLATE = "cupel.dev/template";
    public static final String TEMPLATE_DIGEST = "cupel.dev/template-digest";
    public static final String CAPTURE = "cupel.dev/capture";

    /** By render: the names of the cases, a JSON array, or how many there are, where each is named by its index. */
    public static final String CASES = "cupel.dev/cases";

    /** By render: the digest of the request, whatever was made of it. */
    public static final String REQUEST_DIGEST = "cupel.dev/request-digest";

    /** Seconds that the template's own TTL gives a Job once its result is in the broker's hands. */
    public static final String TTL_AFTER_SETTLED = "cupel.dev/ttl-after-settled";

    /** By submit: the digest of the manifest as it came. */
    public static final String DIGEST = "cupel.dev/digest";

    public static final String CORRELATION_ID = "cupel.dev/correlation-id";
    public static final String REPLY_TO = "cupel.dev/reply-to";
    public static final String TRACE_PARENT = "cupel.dev/traceparent";
    public static final String TRACE_STATE = "cupel.dev/tracestate";

    /** By submit: what something in the cluster made of the Job, which was deleted for it and is an {@code error}. */
    public static final String ALTERED = "cupel.dev/altered";

    /** By collect. */
    public static final String CANCELLED = "cupel.dev/cancelled";

    /** Why collect ended it before it started, as in {@code ImagePullFailed: …}. */
    public static final String CAUSE = "cupel.dev/cause";

    /** Put on a Job that collect ended while nothing of it had run yet. */
    public static final String NOT_STARTED = "cupel.dev/not-started";

    /** Put on a Job that collect ended because its queue had taken it off its node: its program may have run. */
    public static final String PREEMPTED = "cupel.dev/preempted";

    /** On a Pod of local mode, with commas between: what this machine did not hold the program to. */
    public static final String UNENFORCED = "cupel.dev/unenforced";

    /** When the sweep last touched it. */
    public static final String SWEPT = "cupel.dev/swept-at";

    /** An annotation with the time, and a label, so that the server can leave out the settled ones from a list. */
    public static final String SETTLED = "cupel.dev/settled";

    /**
     * Keeps a Job that someone deletes until its result is settled. An event of its deletion alone would not do: a source
     * sends it once, and drops it where the broker is not well.
     */
    public static final String FINALIZER = "cupel.dev/result";

    /** What no manifest may bring along: on these, submit and collect rely. */
    public static final List<String> BY_SUBMIT_AND_COLLECT = List.of(
            DIGEST,
            CORRELATION_ID,
            REPLY_TO,
            TRACE_PARENT,
            TRACE_STATE,
            ALTERED,
            CANCELLED,
            CAUSE,
            NOT_STARTED,
            PREEMPTED,
            SWEPT,
            SETTLED);

    private CupelMetadata() {}
}
