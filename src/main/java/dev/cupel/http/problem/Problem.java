package dev.cupel.http.problem;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.json.CanonicalJson;
import dev.cupel.kubernetes.JobName;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.Rejection;
import dev.cupel.rejection.Stage;
import dev.cupel.rejection.Unavailable;
import java.time.Duration;
import java.util.Optional;

/**
 * A problem document (RFC 9457): its members, and the fields of {@code rejected}.
 *
 * @param retryAfter what the {@code Retry-After} header says
 */
public record Problem(int status, ObjectNode json, Optional<Duration> retryAfter) {
    static final String MEDIA_TYPE = "application/problem+json";

    /** What the asker did wrong. */
    public static Problem of(Rejected rejected, Optional<String> evalId) {
        String detail = rejected.field().isEmpty() ? rejected.text() : rejected.field() + ": " + rejected.text();
        return of(
                ProblemStatus.of(rejected.reason()),
                rejected.reason().sentence(),
                detail,
                new Rejection(Stage.HTTP, rejected, evalId).toJson());
    }

    /** What the asker did wrong with HTTP. */
    public static Problem of(HttpRejected rejected) {
        HttpReason reason = rejected.reason();
        return of(
                reason.status(),
                reason.sentence(),
                rejected.text(),
                Rejection.json(Stage.HTTP, reason.wireName(), "", rejected.text(), Optional.empty()));
    }

    private static Problem of(int status, String title, String detail, ObjectNode rejected) {
        Problem problem = of(status, title, detail, Optional.<Duration>empty());
        problem.json().setAll(rejected);
        return problem;
    }

    /** What may pass. */
    static Problem of(Unavailable unavailable) {
        return of(
                ProblemStatus.of(unavailable),
                "Not now; try again.",
                String.valueOf(unavailable.getMessage()),
                unavailable.retryAfter());
    }

    /** The same for a Job that may be there all the same: its name. */
    static Problem of(Unavailable unavailable, JobName jobName) {
        Problem problem = of(unavailable);
        problem.json().put("job_name", jobName.value());
        return problem;
    }

    /** A framework's own status. */
    static Problem ofStatus(int status) {
        return of(status, "The request cannot be taken.", "HTTP status " + status, Optional.empty());
    }

    /** A fault of Cupel's own: no stack trace and no path ever leaves. */
    static Problem ofFault() {
        return of(500, "A fault of Cupel's own.", "it is in the log of the server", Optional.empty());
    }

    byte[] bytes() {
        return CanonicalJson.compact(json);
    }

    private static Problem of(int status, String title, String detail, Optional<Duration> retryAfter) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("type", "about:blank")
                .put("title", title)
                .put("status", status)
                .put("detail", detail);
        return new Problem(status, json, retryAfter);
    }
}
