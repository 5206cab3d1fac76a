package dev.cupel.http.problem;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.Rejection;
import dev.cupel.rejection.Stage;
import java.util.Optional;

/** A problem document (RFC 9457): its members, and the fields of {@code rejected}. */
public final class Problem {
    public static final String MEDIA_TYPE = "application/problem+json";

    private Problem() {}

    /** What the asker did wrong. */
    public static ObjectNode of(Rejected rejected, Optional<String> evalId) {
        ObjectNode problem = base(rejected.reason().status(), rejected.reason().sentence());
        String detail = rejected.field().isEmpty() ? rejected.text() : rejected.field() + ": " + rejected.text();
        problem.put("detail", detail);
        problem.setAll(new Rejection(Stage.HTTP, rejected, evalId).toJson());
        return problem;
    }

    /** What is not the asker's fault. */
    public static ObjectNode of(int status, String title, String detail) {
        return base(status, title).put("detail", detail);
    }

    private static ObjectNode base(int status, String title) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("type", "about:blank")
                .put("title", title)
                .put("status", status);
    }
}
