package dev.cupel.http.problem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cupel.Markdown;
import dev.cupel.kubernetes.JobName;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import dev.cupel.rejection.Unavailable;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The {@code type} of a problem document leads to the place in the documentation that says what it means. */
class ProblemTest {
    private static String fragment(Problem problem) {
        URI type = URI.create(problem.json().path("type").textValue());
        // A full path, so that it means the same behind every call (RFC 9457, section 3.1.1).
        assertTrue(type.getPath().startsWith("/docs/"), type.toString());
        Path page = Path.of(type.getPath().substring(1));
        assertTrue(Markdown.read(page).anchors().contains(type.getFragment()), type + " leads nowhere");
        return type.getFragment();
    }

    @ParameterizedTest
    @EnumSource
    void aReasonLeadsToItsRow(RejectionReason reason) {
        assertEquals(reason.wireName(), fragment(Problem.of(new Rejected(reason, "/x", "is wrong"), Optional.empty())));
    }

    @ParameterizedTest
    @EnumSource
    void aReasonOfHttpLeadsToItsRow(HttpReason reason) {
        assertEquals(reason.wireName(), fragment(Problem.of(new HttpRejected(reason, "is wrong"))));
    }

    @Test
    void whatMayPassLeadsToTheSectionOnTryingAgain() {
        Unavailable away = new Unavailable("away");
        assertEquals("try-again", fragment(Problem.of(away)));
        assertEquals("try-again", fragment(Problem.of(away, new JobName("eval-a"))));
    }

    @Test
    void whatHasNoReasonHasNoType() {
        assertEquals("about:blank", Problem.ofFault().json().path("type").textValue());
        assertEquals("about:blank", Problem.ofStatus(431).json().path("type").textValue());
    }
}
