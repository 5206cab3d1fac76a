package dev.cupel.http.problem;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.json.CanonicalJson;
import dev.cupel.kubernetes.JobName;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.Rejection;
import dev.cupel.rejection.RejectionReason;
import dev.cupel.rejection.Stage;
import dev.cupel.rejection.Unavailable;
import java.time.Duration;
import java.util.Optional;

/**
 * A problem document (RFC 9457). It has the fields of {@code rejected}, too.
 *
 * @param retryAfter the value of the {@code Retry-After} header
 */
public record Problem(int status, ObjectNode json, Optional<Duration> retryAfter) {
    static final String MEDIA_TYPE = "application/problem+json";

    /** A page that this server shows ({@code http.PageCalls}); each reason has an anchor there. */
    private static final String PAGE = "/docs/rejections.md";

    /** Says no more than the status (RFC 9457, section 4.2.1). */
    private static final String NO_TYPE = "about:blank";

    /** For a mistake of the caller. */
    public static Problem of(Rejected rejected, Optional<String> evalId) {
        RejectionReason reason = rejected.reason();
        String detail = rejected.field().isEmpty() ? rejected.text() : rejected.field() + ": " + rejected.text();
        Problem problem = of(
                PAGE + "#" + reason.wireName(), reason.sentence(), ProblemStatus.of(reason), detail, Optional.empty());
        problem.json().setAll(new Rejection(Stage.HTTP, rejected, evalId).toJson());
        return problem;
    }

    /** For a mistake of the caller in HTTP itself. */
    static Problem of(HttpRejected rejected) {
        HttpReason reason = rejected.reason();
        Problem problem = of(
                PAGE + "#" + reason.wireName(), reason.sentence(), reason.status(), rejected.text(), Optional.empty());
        problem.json().setAll(Rejection.json(Stage.HTTP, reason.wireName(), "", rejected.text(), Optional.empty()));
        return problem;
    }

    /** For what may pass. */
    static Problem of(Unavailable unavailable) {
        return of(
                PAGE + "#try-again",
                "Not now; try again.",
                ProblemStatus.of(unavailable),
                String.valueOf(unavailable.getMessage()),
                unavailable.retryAfter());
    }

    /** The same with the name of a Job, which may exist in spite of this answer. */
    static Problem of(Unavailable unavailable, JobName jobName) {
        Problem problem = of(unavailable);
        problem.json().put("job_name", jobName.value());
        return problem;
    }

    /** For a status of the framework's for which Cupel has no reason. */
    static Problem ofStatus(int status) {
        return of(NO_TYPE, "The request cannot be taken.", status, "HTTP status " + status, Optional.empty());
    }

    /** For a fault of Cupel's own. It shows the client no stack trace and no path. */
    static Problem ofFault() {
        return of(NO_TYPE, "A fault of Cupel's own.", 500, "it is in the log of the server", Optional.empty());
    }

    /** Why, in a word, where there is one. */
    Optional<String> reason() {
        return Optional.ofNullable(json.get("reason")).map(JsonNode::asText);
    }

    byte[] bytes() {
        return CanonicalJson.compact(json);
    }

    private static Problem of(String type, String title, int status, String detail, Optional<Duration> retryAfter) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("type", type)
                .put("title", title)
                .put("status", status)
                .put("detail", detail);
        return new Problem(status, json, retryAfter);
    }
}
