package dev.cupel.telemetry;

/** What is counted, and what spans say, by name: the contract's, which Prometheus writes with underscores. */
public final class Names {
    private static final String OURS = "cupel.";

    public static final String RESULTS = OURS + "results";
    public static final String REJECTED = OURS + "rejected";
    public static final String RETRIES = OURS + "retries";
    public static final String PHASE_TIME = OURS + "phase";
    public static final String QUEUED = OURS + "jobs.queued";
    public static final String RUNNING = OURS + "jobs.running";

    /** Labels of these. */
    public static final String OUTCOME = "outcome";

    public static final String REASON = "reason";
    public static final String STAGE = "stage";
    public static final String PHASE = "phase";

    /** Attributes of spans. */
    public static final String SPAN_JOB = OURS + "job";

    public static final String SPAN_EVAL_ID = OURS + "eval_id";
    public static final String SPAN_TEMPLATE = OURS + "template";
    public static final String SPAN_OUTCOME = OURS + OUTCOME;
    public static final String SPAN_REASON = OURS + REASON;
    public static final String SPAN_ANSWER = OURS + "answer";

    private Names() {}
}
