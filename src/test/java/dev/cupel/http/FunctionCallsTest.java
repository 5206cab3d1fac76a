package dev.cupel.http;

import static dev.cupel.http.Asking.json;
import static dev.cupel.http.Asking.parse;
import static dev.cupel.http.Asking.rendered;
import static dev.cupel.http.Asking.request;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.oneOf;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.TestTags;
import dev.cupel.request.JobRendered;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** {@code /render}, {@code /submit} and {@code /collect}. */
@Tag(TestTags.SLOW)
@QuarkusTest
class FunctionCallsTest {
    @Test
    void renderGivesTheManifestAsJsonWithItsDigest() {
        var answer = json(request("call-1", "print('$HOME')")).post("/render");
        answer.then()
                .statusCode(200)
                .contentType("application/json")
                .body("kind", equalTo("Job"))
                .body("metadata.annotations.'eval-id'", equalTo("call-1"));
        assertEquals(JobRendered.digestOf(parse(answer.asString())).value(), answer.header("Cupel-Digest"));
    }

    @Test
    void renderGivesTheSameManifestAsYaml() {
        ObjectNode request = request("call-2", "print(\"'\\u00fc'\")\n\n# : {}\n");
        var asJson = json(request).header("Idempotency-Key", "call-2").post("/render");
        var asYaml = json(request)
                .header("Idempotency-Key", "call-2")
                .accept("application/yaml")
                .post("/render");
        asYaml.then().statusCode(200).contentType("application/yaml");
        assertEquals(
                withoutTime(parse(asJson.asString())),
                withoutTime(new com.fasterxml.jackson.databind.ObjectMapper()
                        .valueToTree(new Yaml().load(asYaml.asString()))));
    }

    private static JsonNode withoutTime(JsonNode manifest) {
        ((ObjectNode) manifest.at("/metadata/annotations")).remove("created-at");
        return manifest;
    }

    @Test
    void aWrongRequestIsAProblemWithTheFieldsOfRejected() {
        json(request("call-3", "1").put("timeout", 0))
                .post("/render")
                .then()
                .statusCode(400)
                .contentType("application/problem+json")
                .body("type", equalTo("/docs/rejections.md#InvalidField"))
                .body("title", equalTo("A field's value is out of its limits."))
                .body("status", equalTo(400))
                .body("detail", equalTo("/timeout: must be 0.001 to 86400, was 0"))
                .body("stage", equalTo("http"))
                .body("reason", equalTo("InvalidField"))
                .body("field", equalTo("/timeout"))
                .body("message", equalTo("must be 0.001 to 86400, was 0"))
                .body("eval_id", equalTo("call-3"));
    }

    /** Local mode serves no queue: nobody would ever admit a Job that waits in one. */
    @Test
    void aQueueThatNobodyServesIsRejected() {
        json(request("call-4", "1").put("queue", "team"))
                .post("/execute")
                .then()
                .statusCode(400)
                .body("reason", equalTo("InvalidField"))
                .body("field", equalTo("/queue"));
    }

    @Test
    void anImageThatIsNotAllowedIsForbidden() {
        json(request("call-4", "1").put("image", "evil.example/x:1"))
                .post("/render")
                .then()
                .statusCode(403)
                .body("reason", equalTo("ImageNotAllowed"));
    }

    @Test
    void submitCreatesAJobAndThenSaysThatItExists() {
        ObjectNode rendered = rendered(request("call-5", "pass"));
        String uid = json(rendered)
                .post("/submit")
                .then()
                .statusCode(201)
                .body("status", equalTo("created"))
                .body("job_name", equalTo(rendered.path("job_name").asText()))
                .body("digest", equalTo(rendered.path("digest").asText()))
                .body("submitted_at", matchesPattern("[0-9-]{10}T[0-9:]{8}Z"))
                .extract()
                .path("uid");
        json(rendered)
                .post("/submit")
                .then()
                .statusCode(200)
                .body("status", equalTo("exists"))
                .body("uid", equalTo(uid));
    }

    @Test
    void submitOfAnotherManifestUnderATakenNameIsAConflict() {
        ObjectNode rendered = rendered(request("call-6", "pass"));
        json(rendered).post("/submit").then().statusCode(201);
        ((ObjectNode) rendered.at("/manifest/spec")).put("ttlSecondsAfterFinished", 4000);
        json(redigested(rendered))
                .post("/submit")
                .then()
                .statusCode(409)
                .body("reason", equalTo("Conflict"))
                .body("field", equalTo("/job_name"))
                .body("eval_id", equalTo("call-6"));
    }

    @Test
    void submitOfAManifestThatIsNotHardenedIsForbiddenAndNothingIsMade() {
        ObjectNode rendered = rendered(request("call-7", "pass"));
        ((ObjectNode) rendered.at("/manifest/spec/template/spec/containers/0/securityContext")).put("privileged", true);
        json(redigested(rendered))
                .post("/submit")
                .then()
                .statusCode(403)
                .body("reason", equalTo("NotHardened"))
                .body("field", equalTo("/manifest/spec/template/spec/containers/0/securityContext/privileged"));
        io.restassured.RestAssured.get("/jobs/" + rendered.path("job_name").asText())
                .then()
                .statusCode(404);
    }

    @Test
    void submitOfAManifestWithAnotherDigestIsRefused() {
        ObjectNode rendered = rendered(request("call-8", "pass"));
        ((ObjectNode) rendered.at("/manifest/spec")).put("ttlSecondsAfterFinished", 4000);
        json(rendered).post("/submit").then().statusCode(400).body("field", equalTo("/digest"));
    }

    @Test
    void submitOfWhatDoesNotAgreeWithItsManifestIsRefused() {
        for (String field : new String[] {"eval_id", "job_name", "namespace"}) {
            ObjectNode rendered = rendered(request("call-9", "pass")).put(field, "other");
            json(rendered).post("/submit").then().statusCode(400).body("field", equalTo("/" + field));
        }
    }

    private static ObjectNode redigested(ObjectNode rendered) {
        return rendered.put(
                "digest", JobRendered.digestOf(rendered.get("manifest")).value());
    }

    @Test
    void collectSaysThatAJobRunsAndThenItsResult() throws InterruptedException {
        String name = Asking.start(request("call-10", "import time\ntime.sleep(1)\nprint('done')"));
        String asked = "{\"job_name\":\"" + name + "\"}";
        json(asked)
                .post("/collect")
                .then()
                .statusCode(202)
                .body("job_name", equalTo(name))
                .body("eval_id", equalTo("call-10"))
                .body("state", oneOf("queued", "starting", "running"));
        Asking.awaitResult(name);
        json(asked)
                .post("/collect")
                .then()
                .statusCode(200)
                .body("outcome", equalTo("success"))
                .body("capture", equalTo("exact"))
                .body("stdout.text", equalTo("done\n"))
                .body("stdout_url", nullValue());
    }

    @Test
    void collectOfNoJobIsNotFound() {
        json("{\"job_name\":\"eval-none\"}")
                .post("/collect")
                .then()
                .statusCode(404)
                .body("reason", equalTo("NotFound"))
                .body("message", startsWith("there is no Job eval-none"));
    }

    @Test
    void collectOfWhatIsNoNameIsTheAskersMistake() {
        json("{\"job_name\":\"../pods\"}")
                .post("/collect")
                .then()
                .statusCode(400)
                .body("field", equalTo("/job_name"));
        json("{\"job_name\":\"a\",\"more\":1}")
                .post("/collect")
                .then()
                .statusCode(400)
                .body("field", equalTo("/more"));
    }
}
