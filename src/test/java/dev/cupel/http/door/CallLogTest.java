package dev.cupel.http.door;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cupel.Await;
import dev.cupel.TestTags;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag(TestTags.SLOW)
@QuarkusTest
class CallLogTest {
    private static final String MARKER = "MARKER-8c1f";

    private final Recorder recorder = new Recorder();
    private final Logger root = Logger.getLogger("");

    @BeforeEach
    void listen() {
        root.addHandler(recorder);
    }

    @AfterEach
    void stopListening() {
        root.removeHandler(recorder);
    }

    @Test
    void neitherCodeNorOutputIsEverLoggedAndJobAndCorrelationAre() {
        String job = given().contentType("application/json")
                .header("Prefer", "wait=60")
                .header("Correlation-Id", "log-1")
                .body("{\"eval_id\": \"log\", \"code\": \"print('" + MARKER + "-' + 'out')\", \"stdin\": \"" + MARKER
                        + "\", \"env\": {\"A\": \"" + MARKER + "\"}, \"args\": [\"" + MARKER + "\"]}")
                .post("/execute")
                .then()
                .statusCode(200)
                .header("Correlation-Id", equalTo("log-1"))
                .body("stdout.text", equalTo(MARKER + "-out\n"))
                .extract()
                .path("job_name");
        given().get("/jobs/" + job + "/stdout").then().statusCode(200);
        given().contentType("application/json")
                .body("{\"eval_id\": \"log\", \"code\": \"" + MARKER + "\", \"timeout\": \"" + MARKER + "\"}")
                .post("/execute")
                .then()
                .statusCode(400);
        assertEquals(
                List.of(),
                recorder.lines.stream().filter(line -> line.contains(MARKER)).toList());
        assertTrue(recorder.has("POST path=/execute", "correlation=log-1", "status=200"), recorder::toString);
        assertTrue(recorder.has("job=" + job, "status=200"), recorder::toString);
    }

    @Test
    void aResultsLineHasItsOutcomeAndReasonAndItsTrace() throws InterruptedException {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        String job = given().contentType("application/json")
                .header("Prefer", "wait=60")
                .header("traceparent", "00-" + trace + "-00f067aa0ba902b7-01")
                .body("{\"eval_id\": \"a \\\"b\\\"=c\", \"code\": \"import sys; sys.exit(3)\"}")
                .post("/execute")
                .then()
                .statusCode(200)
                .extract()
                .path("job_name");
        String ended = "outcome=failure reason=NonZeroExit trace=" + trace + " status=200";
        assertTrue(recorder.has("POST path=/execute", ended), recorder::toString);
        Await.until(
                "the line of its result",
                () -> recorder.has(
                        "result job=" + job
                                + " eval_id=\"a \"b\"=c\" outcome=failure reason=NonZeroExit template=python",
                        " running=",
                        " total=",
                        " trace=" + trace));
        assertEquals(
                1,
                recorder.lines.stream()
                        .filter(line -> line.startsWith("result job=" + job))
                        .count());
        assertTrue(recorder.has("answer=dev.cupel.job.finished.v1", "job=" + job, ended), recorder::toString);
    }

    @Test
    void aRejectionsLineHasItsReason() {
        String body = "{\"eval_id\": \"x\", \"code\": \"1\", \"timeout\": 0}";
        given().contentType("application/json")
                .body(body)
                .post("/execute")
                .then()
                .statusCode(400);
        assertTrue(recorder.has("POST path=/execute", " reason=InvalidField status=400"), recorder::toString);
        given().contentType("application/json")
                .header("ce-specversion", "1.0")
                .header("ce-id", "rejected-1")
                .header("ce-source", "/test")
                .header("ce-type", "dev.cupel.job.requested.v1")
                .body(body)
                .post("/")
                .then()
                .statusCode(200)
                .header("ce-reason", equalTo("InvalidField"));
        assertTrue(
                recorder.has("answer=dev.cupel.job.rejected.v1", " reason=InvalidField status=200"),
                recorder::toString);
        String metrics = given().get("/q/metrics").asString();
        assertTrue(metrics.contains("cupel_rejected_total{reason=\"InvalidField\",stage=\"http\""), metrics);
        assertTrue(metrics.contains("cupel_rejected_total{reason=\"InvalidField\",stage=\"render\""), metrics);
    }

    @Test
    void whatTellsTheReasonInsideIsOnNoAnswer() {
        var headers =
                given().get("/jobs/none-such").then().statusCode(404).extract().headers();
        assertFalse(
                headers.asList().stream().anyMatch(header -> header.getName().startsWith("Cupel-Internal")));
    }

    @Test
    void aCallForAFileOrACaseHasItsJob() {
        for (String part : List.of("files/a", "files/jobs/other", "cases/0/stdout", "cases/0/files/jobs/other")) {
            String path = "/jobs/no-such/" + part;
            given().get(path).then().statusCode(404);
            assertTrue(recorder.has("path=" + path + " job=no-such "), recorder::toString);
        }
    }

    @Test
    void whatIsAskedForMakesNoLinesOfItsOwn() {
        given().contentType("application/json")
                .header("ce-specversion", "1.0")
                .header("ce-id", "1")
                .header("ce-source", "/test")
                .header("ce-type", "a%0Ab%1B%5B31m")
                .body("{}")
                .post("/")
                .then()
                .statusCode(400);
        given().urlEncodingEnabled(false)
                .get("/jobs/a%0AINFO%20forged%1b")
                .then()
                .statusCode(404);
        given().contentType("application/json")
                .body("{\"eval_id\": \"a\\nb\", \"code\": \"1\"}")
                .post("/execute")
                .then()
                .statusCode(400);
        assertFalse(recorder.lines.isEmpty());
        assertEquals(
                List.of(),
                recorder.lines.stream()
                        .filter(line -> line.chars().anyMatch(Character::isISOControl))
                        .toList());
    }

    @Test
    void aFaultOfOursTellsTheClientNothingOfTheInside() {
        String answer = given().contentType("application/json")
                .body("{\"job_name\": \"no-such\"}")
                .post("/collect")
                .then()
                .statusCode(404)
                .body(containsString("no-such"))
                .extract()
                .asString();
        assertFalse(answer.contains("dev.cupel") || answer.contains("java.") || answer.contains(".java:"), answer);
    }

    /** Collects what is logged, as the console would write it, without the line ends. */
    private static final class Recorder extends Handler {
        final List<String> lines = new CopyOnWriteArrayList<>();
        private final PatternFormatter console = new PatternFormatter("%s");

        @Override
        public void publish(LogRecord entry) {
            lines.add(console.format(entry) + (entry.getThrown() == null ? "" : " " + entry.getThrown()));
        }

        boolean has(String... parts) {
            return lines.stream().anyMatch(line -> List.of(parts).stream().allMatch(line::contains));
        }

        @Override
        public String toString() {
            return String.join("\n", lines);
        }

        @Override
        public Level getLevel() {
            return Level.ALL;
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
