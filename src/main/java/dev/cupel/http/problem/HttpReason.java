package dev.cupel.http.problem;

/** Why a call is refused for how it came over HTTP. Only a problem document has such a reason, never an event. */
public enum HttpReason {
    BATCH_UNSUPPORTED("BatchUnsupported", 415, "Batched CloudEvents are not taken; send them one by one."),
    UNSUPPORTED_MEDIA_TYPE("UnsupportedMediaType", 415, "The body is not JSON by its Content-Type."),
    CROSS_SITE(
            "CrossSite",
            403,
            "A page of another site asked for it, or it came under a name that is not this server's."),
    METHOD_NOT_ALLOWED("MethodNotAllowed", 405, "Not with this HTTP method.");

    private final String wireName;
    private final int status;
    private final String sentence;

    HttpReason(String wireName, int status, String sentence) {
        this.wireName = wireName;
        this.status = status;
        this.sentence = sentence;
    }

    public String wireName() {
        return wireName;
    }

    public int status() {
        return status;
    }

    /** What it means, in one sentence. */
    public String sentence() {
        return sentence;
    }
}
