package dev.cupel.telemetry;

/** What Cupel does for one request, each a span of its trace. */
public enum Step {
    /** A call that renders and submits. */
    EXECUTE("execute"),
    RENDER("render"),
    SUBMIT("submit"),
    /** From the end of a Job to its result. */
    COLLECT("collect"),
    /** The result is in the broker's hands. */
    SETTLE("settle");

    private final String wireName;

    Step(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }
}
