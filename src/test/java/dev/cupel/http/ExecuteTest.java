package dev.cupel.http;

import static dev.cupel.http.Asking.json;
import static dev.cupel.http.Asking.request;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cupel.TestTags;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.io.IOException;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag(TestTags.SLOW)
@QuarkusTest
class ExecuteTest {
    private final String key = UUID.randomUUID().toString();

    @Test
    void aJobIsCreatedAndToldWhereItIs() {
        ValidatableResponse answer = json(request("ex-1", "pass"))
                .post("/execute")
                .then()
                .statusCode(202)
                .body("eval_id", equalTo("ex-1"))
                .body("status", equalTo("created"))
                .body("message", equalTo("Job created successfully"));
        String name = answer.extract().path("job_name");
        assertTrue(name.startsWith("eval-ex-1-"), name);
        answer.header("Location", containsString("/jobs/" + name));
    }

    @Test
    void whoWaitsGetsTheResult() {
        json(request("ex-2", "print('here')"))
                .header("Prefer", "wait=60")
                .post("/execute")
                .then()
                .statusCode(200)
                .header("Preference-Applied", "wait=60")
                .body("outcome", equalTo("success"))
                .body("stdout.text", equalTo("here\n"));
    }

    @Test
    void aProgramThatFailsIsAResultAndNoError() {
        json(request("ex-3", "raise SystemExit(7)"))
                .header("Prefer", "respond-async, wait=60")
                .post("/execute")
                .then()
                .statusCode(200)
                .header("Link", equalTo("</docs/outcomes.md#NonZeroExit>; rel=\"help\""))
                .body("outcome", equalTo("failure"))
                .body("exit_code", equalTo(7));
    }

    @Test
    void whoDoesNotWaitLongEnoughGetsThePlace() {
        long from = System.nanoTime();
        String name = json(request("ex-4", "import time\ntime.sleep(30)"))
                .header("Prefer", "wait=1")
                .post("/execute")
                .then()
                .statusCode(202)
                .header("Preference-Applied", nullValue())
                .extract()
                .path("job_name");
        assertTrue(System.nanoTime() - from > 900_000_000L);
        io.restassured.RestAssured.delete("/jobs/" + name).then().statusCode(202);
    }

    @ParameterizedTest
    @ValueSource(strings = {"wait", "wait=soon", "wait=-1", "return=minimal", "nowait=5", ""})
    void aPreferenceThatIsNotUnderstoodIsNoError(String preference) {
        json(request("ex-5", "pass"))
                .header("Prefer", preference)
                .post("/execute")
                .then()
                .statusCode(202);
    }

    @Test
    void whoWantsToWaitForTooLongWaitsForAsLongAsCanBe() {
        json(request("ex-6", "pass"))
                .header("Prefer", "wait=99999999999")
                .post("/execute")
                .then()
                .statusCode(200)
                .header("Preference-Applied", "wait=600");
    }

    @Test
    void withoutAKeyEveryCallIsANewJob() {
        assertNotEquals(Asking.start(request("ex-7", "pass")), Asking.start(request("ex-7", "pass")));
    }

    @Test
    void aRepeatWithTheKeyIsTheSameJob() {
        String first = keyed(request("ex-8", "pass")).statusCode(202).extract().path("job_name");
        keyed(request("ex-8", "pass"))
                .statusCode(202)
                .body("job_name", equalTo(first))
                .body("status", equalTo("exists"))
                .body("message", equalTo("Job exists already"))
                .header("Location", containsString("/jobs/" + first));
    }

    @Test
    void aRepeatThatWaitsGetsTheResultOfTheFirst() {
        String first = keyed(request("ex-9", "pass")).extract().path("job_name");
        json(request("ex-9", "pass"))
                .header("Idempotency-Key", key)
                .header("Prefer", "wait=60")
                .post("/execute")
                .then()
                .statusCode(200)
                .body("job_name", equalTo(first));
    }

    @Test
    void theKeyWithOtherCodeIsAConflict() {
        keyed(request("ex-10", "pass")).statusCode(202);
        keyed(request("ex-10", "print(1)"))
                .statusCode(409)
                .body("reason", equalTo("Conflict"))
                .body("eval_id", equalTo("ex-10"));
    }

    @Test
    void theKeyWithAnotherEvalIdIsAConflict() {
        keyed(request("ex-11", "pass")).statusCode(202);
        keyed(request("ex-12", "pass")).statusCode(409).body("reason", equalTo("Conflict"));
    }

    @Test
    void anotherKeyIsAnotherJob() {
        String first = keyed(request("ex-13", "pass")).extract().path("job_name");
        String other = json(request("ex-13", "pass"))
                .header("Idempotency-Key", key + "x")
                .post("/execute")
                .then()
                .extract()
                .path("job_name");
        assertNotEquals(first, other);
    }

    @Test
    void aKeyThatCannotBeOneIsRefused() {
        json(request("ex-14", "pass"))
                .header("Idempotency-Key", "x".repeat(2049))
                .post("/execute")
                .then()
                .statusCode(400)
                .body("reason", equalTo("InvalidField"))
                .body("message", equalTo("the header Idempotency-Key must be 1 to 2048 characters, has 2049"));
    }

    @Test
    void theCorrelationIdOfTheCallIsOnItsJobsEvents() throws IOException {
        String id = UUID.randomUUID().toString();
        json(request("ex-15", "pass"))
                .header("Correlation-Id", id)
                .post("/execute")
                .then()
                .statusCode(202);
        assertEquals(
                "ex-15",
                Asking.told(id, Asking.FINISHED).getLast().at("/data/eval_id").asText());
    }

    private ValidatableResponse keyed(Object request) {
        return json(request).header("Idempotency-Key", key).post("/execute").then();
    }
}
