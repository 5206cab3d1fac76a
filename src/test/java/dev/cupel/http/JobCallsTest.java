package dev.cupel.http;

import static dev.cupel.http.Asking.rendered;
import static dev.cupel.http.Asking.request;
import static dev.cupel.http.Asking.result;
import static io.restassured.RestAssured.delete;
import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.TestTags;
import dev.cupel.kubernetes.JobApi;
import dev.cupel.kubernetes.JobName;
import dev.cupel.local.Run;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

@Tag(TestTags.SLOW)
@QuarkusTest
class JobCallsTest {
    private static final byte[] BYTES = {'a', '\r', '\n', 0, (byte) 0xFF, (byte) 0xC3, 'z'};
    private static final String WRITES_BYTES = """
            import sys
            sys.stdout.buffer.write(b'a\\r\\n\\0\\xff\\xc3z')
            sys.stderr.buffer.write(b'\\xffe\\r')
            """;

    @Inject
    JobApi jobs;

    @Test
    void aRunningJobSaysSoAndAnEndedOneIsItsResult() throws InterruptedException {
        String name = Asking.start(request("job-1", "import time\ntime.sleep(5)\nprint(1)"));
        Asking.awaitState(name, "running");
        get("/jobs/" + name)
                .then()
                .statusCode(200)
                .body("eval_id", equalTo("job-1"))
                .body("job_name", equalTo(name))
                .body("namespace", equalTo("crucible"));
        get("/jobs/" + name + "/stdout").then().statusCode(202).body("state", equalTo("running"));
        assertEquals("1\n", Asking.awaitResult(name).at("/stdout/text").asText());
    }

    @Test
    void whoWaitsForAJobHasItsResultAsSoonAsItIsThere() {
        String name = Asking.start(request("job-9", "import time\ntime.sleep(1)\nprint(9)"));
        given().header("Prefer", "wait=60")
                .get("/jobs/" + name)
                .then()
                .statusCode(200)
                .header("Preference-Applied", "wait=60")
                .body("stdout.text", equalTo("9\n"));
        given().header("Prefer", "wait=60")
                .get("/jobs/" + name)
                .then()
                .statusCode(200)
                .time(lessThan(10_000L), TimeUnit.MILLISECONDS)
                .body("stdout.text", equalTo("9\n"));
    }

    @Test
    void whoDoesNotWaitLongEnoughForAJobHasItsState() {
        String name = Asking.start(request("job-10", "import time\ntime.sleep(30)"));
        given().header("Prefer", "wait=1")
                .get("/jobs/" + name)
                .then()
                .statusCode(200)
                .header("Preference-Applied", nullValue())
                .body("job_name", equalTo(name))
                .body("outcome", nullValue());
        delete("/jobs/" + name).then().statusCode(202);
        given().header("Prefer", "wait=60").get("/jobs/" + name).then().body("outcome", equalTo("cancelled"));
    }

    @Test
    void whoWaitsForAJobThatIsNotThereIsToldAtOnce() {
        given().header("Prefer", "wait=60")
                .get("/jobs/eval-none")
                .then()
                .statusCode(404)
                .time(lessThan(10_000L), TimeUnit.MILLISECONDS)
                .body("reason", equalTo("NotFound"));
    }

    @Test
    void whatWasWrittenComesBackByteForByte() {
        String name = result(request("job-2", WRITES_BYTES)).path("job_name").asText();
        var stdout = get("/jobs/" + name + "/stdout");
        stdout.then()
                .statusCode(200)
                .contentType("application/octet-stream")
                .header("Cupel-Capture", "exact")
                .header("X-Content-Type-Options", "nosniff")
                .header("Cupel-Truncated", "false");
        assertArrayEquals(BYTES, stdout.asByteArray());
        assertArrayEquals(
                new byte[] {(byte) 0xFF, 'e', '\r'},
                get("/jobs/" + name + "/stderr").asByteArray());
    }

    @Test
    void outputOverItsLimitIsItsHeadAndSaysSo() {
        String name = result(request("job-3", "print('x' * 100, end='')").put("output_limit", 10))
                .path("job_name")
                .asText();
        var stdout = get("/jobs/" + name + "/stdout");
        stdout.then().header("Cupel-Truncated", "true");
        assertEquals("x".repeat(10), stdout.asString());
    }

    @Test
    void streamsThatWereNotKeptApartAreNotFound() {
        JsonNode result = result(request("job-4", "print(1)").put("template", "seed"));
        assertEquals("log", result.path("capture").asText());
        String name = result.path("job_name").asText();
        assertEquals("1\n", get("/jobs/" + name + "/stdout").asString());
        get("/jobs/" + name + "/stderr").then().statusCode(404).body("reason", equalTo("NotFound"));
    }

    @Test
    void whatAJobDoesNotHaveIsNotFound() {
        String name = result(request("job-9", "print(1)")).path("job_name").asText();
        for (String part : new String[] {
            "/files/none",
            "/files/a/%25/%C3%BC",
            "/cases/0/stdout",
            "/cases/x/stdout",
            "/cases/1000/stderr",
            "/cases/00/files/a"
        }) {
            assertNotFound("/jobs/" + name + part);
        }
    }

    private static void assertNotFound(String path) {
        given().urlEncodingEnabled(false)
                .get(path)
                .then()
                .statusCode(404)
                .contentType("application/problem+json")
                .body("reason", equalTo("NotFound"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"python", "seed"})
    void theManifestIsTheOneThatWasSubmitted(String template) throws InterruptedException {
        ObjectNode rendered =
                rendered(request("job-5 \"ü\"", "print('$(HOME)')\n# : x\n").put("template", template));
        Asking.json(rendered).post("/submit").then().statusCode(201);
        String name = rendered.path("job_name").asText();
        Asking.awaitResult(name);
        var manifest = get("/jobs/" + name + "/manifest");
        manifest.then()
                .statusCode(200)
                .contentType("application/yaml")
                .header("Cupel-Exact", "true")
                .header("Cupel-Digest", rendered.path("digest").asText());
        assertEquals(rendered.get("manifest"), new ObjectMapper().valueToTree(new Yaml().load(manifest.asString())));
    }

    @Test
    void theManifestOfACancelledJobIsTheOneThatWasSubmitted() throws InterruptedException {
        String name = Asking.start(request("job-6", "import time\ntime.sleep(60)"));
        Asking.awaitState(name, "running");
        delete("/jobs/" + name).then().statusCode(202);
        Asking.awaitResult(name);
        get("/jobs/" + name + "/manifest").then().header("Cupel-Exact", "true");
    }

    @Test
    void deleteCancelsAtOnceAndTheOutputSoFarIsThere() throws InterruptedException {
        String name = Asking.start(request("job-7", "import time\nprint('so far')\ntime.sleep(60)"));
        Run.awaitPrinted(jobs, new JobName(name));
        delete("/jobs/" + name)
                .then()
                .statusCode(202)
                .body("job_name", equalTo(name))
                .time(lessThan(1500L), TimeUnit.MILLISECONDS);
        JsonNode result = Asking.awaitResult(name);
        assertEquals("cancelled", result.path("outcome").asText());
        assertEquals("Cancelled", result.path("reason").asText());
        assertEquals("so far\n", result.at("/stdout/text").asText());
        assertEquals("exact", result.path("capture").asText());
    }

    @Test
    void deleteOfAJobThatHasEndedChangesNothing() throws InterruptedException {
        String name = result(request("job-8", "print(1)")).path("job_name").asText();
        delete("/jobs/" + name).then().statusCode(202);
        assertEquals("success", Asking.awaitResult(name).path("outcome").asText());
    }

    @ParameterizedTest
    @ValueSource(strings = {"eval-none", "UPPER", "a..b", "x%00y", "%C3%BC", "a%2Fb"})
    void aNameThatNoJobHasIsNotFound(String name) {
        for (String part : new String[] {
            "",
            "/stdout",
            "/stderr",
            "/manifest",
            "/files/a/b%20c",
            "/cases/0/stdout",
            "/cases/0/stderr",
            "/cases/0/files/a/b"
        }) {
            assertNotFound("/jobs/" + name + part);
        }
        io.restassured.RestAssured.given()
                .urlEncodingEnabled(false)
                .delete("/jobs/" + name)
                .then()
                .statusCode(404)
                .body("eval_id", nullValue());
    }

    @Test
    void whatCannotBeDoneToAJobIsToldSo() {
        Asking.json("{}").put("/jobs/eval-none").then().statusCode(405).body("reason", equalTo("MethodNotAllowed"));
        Asking.json("{}").post("/jobs/eval-none").then().statusCode(405).contentType("application/problem+json");
    }
}
