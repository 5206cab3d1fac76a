package dev.cupel.http.runcode;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.Await;
import dev.cupel.TestTags;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the recorded calls do not show: limits, callers that go, bytes that are no text, and who may call. */
@Tag(TestTags.SLOW)
@QuarkusTest
@TestProfile(RunCodeOn.class)
class RunCodeTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static ObjectNode python(String code) {
        return JSON.createObjectNode().put("language", "python").put("code", code);
    }

    private static ValidatableResponse run(ObjectNode body) {
        return given().contentType("application/json")
                .body(body.toString().getBytes(StandardCharsets.UTF_8))
                .post("/run_code")
                .then();
    }

    @Test
    void aPingIsAnswered() {
        get("/v1/ping").then().statusCode(200).contentType("application/json").body(equalTo("\"pong\""));
    }

    @Test
    void theIndexNamesTheCallsAndOpenApiDoesNot() {
        get("/").then().body("calls", hasKey("POST /run_code")).body("calls", hasKey("GET /v1/ping"));
        get("/q/openapi").then().statusCode(200).body(not(containsString("run_code")));
    }

    @Test
    void theCallsAreCountedByTheirNames() {
        get("/v1/ping").then().statusCode(200);
        get("/q/metrics").then().body(containsString("uri=\"/v1/ping\""));
    }

    @Test
    void whatIsNoTextIsThereByteForByteToo() {
        run(python("import sys; sys.stdout.buffer.write(b'a\\xffb')"))
                .statusCode(200)
                .body("status", equalTo("Success"))
                .body("run_result.stdout", equalTo("a\uFFFDb"))
                .body("cupel.stdout.base64", equalTo("Yf9i"))
                .body("cupel.capture", equalTo("exact"))
                .body("cupel.stdout", not(hasKey("text")))
                .body("cupel.reason", equalTo("Completed"));
    }

    /** The page's command, with this server's port. */
    @Test
    void theExampleOfThePageRuns() throws Exception {
        String page = Files.readString(Path.of("docs/run-code.md"));
        int from = page.indexOf("```sh\n", page.indexOf("<!-- begin: an example")) + 6;
        String command = page.substring(from, page.indexOf("```", from)).replace(":8080", ":" + RestAssured.port);
        Process process = new ProcessBuilder("sh", "-c", command).start();
        JsonNode answer = JSON.readTree(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor());
        assertEquals("42\n", answer.at("/run_result/stdout").asText(), answer::toString);
    }

    @Test
    void theJobOfAnAnswerCanBeLookedAt() {
        String name = run(python("pass"))
                .header("Location", startsWith("/jobs/"))
                .extract()
                .path("executor_pod_name");
        get("/jobs/" + name).then().statusCode(200).body("eval_id", equalTo("run_code"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"run_timeout": 5000}          | run_timeout     | must be at most 3600 seconds
                    {"run_timeout": "1e999"}       | run_timeout     | must be 0.001 to 86400
                    {"run_timeout": "1e99999999"}  | run_timeout     | must be 0.001 to 86400
                    {"files": {"/etc/x": ""}}      | files./etc/x    | must be relative
                    {"files": {"../x": ""}}        | files.../x      | must be relative
                    {"files": {"main.py": ""}}     | files.main.py   | is the name of the code itself
                    {"files": {"a": "x"}}          | files.a         | must be base64
                    """)
    void whatIsNotGivenIsRefusedByItsName(String fields, String place, String message) throws IOException {
        ObjectNode body = python("pass");
        body.setAll((ObjectNode) JSON.readTree(fields));
        List<String> loc = new ArrayList<>(List.of("body"));
        loc.addAll(List.of(place.split("\\.", 2)));
        run(body)
                .statusCode(422)
                .body("detail.size()", equalTo(1))
                .body("detail[0].loc", equalTo(loc))
                .body("detail[0].type", equalTo("value_error"))
                .body("detail[0].msg", containsString(message));
    }

    @Test
    void aMemoryLimitOverTheTemplatesIsTheTemplates() {
        run(python("print(1)").put("memory_limit_MB", 1_000_000))
                .statusCode(200)
                .body("status", equalTo("Success"));
    }

    @Test
    void aLanguageWithoutATemplateIsRefusedWithThoseThatThereAre() {
        run(python("").put("language", "scala"))
                .statusCode(422)
                .body("detail[0].type", equalTo("literal_error"))
                .body("detail[0].msg", startsWith("Input should be 'python', 'cpp', 'nodejs', 'go', 'java', "));
    }

    @Test
    void onlyWhatWasAskedForComesBack() {
        run(python("def test_a():\n  pass").put("language", "pytest")).body("files", equalTo(Map.of()));
    }

    @Test
    void aPageOfAnotherSiteIsRefused() {
        given().contentType("application/json")
                .header("Origin", "https://evil.example")
                .body(python("pass").toString())
                .post("/run_code")
                .then()
                .statusCode(403)
                .body("reason", equalTo("CrossSite"));
        given().header("Host", "evil.example").get("/v1/ping").then().statusCode(403);
        given().contentType("text/plain")
                .body(python("pass").toString())
                .post("/run_code")
                .then()
                .statusCode(415);
        given().header("Sec-Fetch-Site", "cross-site").get("/v1/ping").then().statusCode(403);
    }

    @Test
    void theJobOfACallerWhoGoesIsCancelled() throws Exception {
        String job;
        String correlation = UUID.randomUUID().toString();
        try (Socket socket = new Socket("localhost", RestAssured.port)) {
            sendSleeper(socket, correlation);
            job = "/jobs/" + jobOf(correlation);
            Await.until("the program runs", () -> "running".equals(get(job).path("state")));
        }
        Await.until("the Job is cancelled", () -> "cancelled".equals(get(job).path("outcome")));
    }

    @Test
    void theJobsOfCallersWhoGoAtOnceAreCancelled() throws Exception {
        Set<String> before = sleepers().keySet();
        for (int i = 0; i < 12; i++) {
            try (Socket socket = new Socket("localhost", RestAssured.port)) {
                sendSleeper(socket, UUID.randomUUID().toString());
                Thread.sleep(5L * i);
            }
        }
        Await.until("all their Jobs are over", () -> {
            Map<String, String> states = sleepers();
            states.keySet().removeAll(before);
            return !states.isEmpty() && states.values().stream().allMatch("ended"::equals);
        });
    }

    /** All Jobs of this call, and their states. */
    private static Map<String, String> sleepers() {
        Map<String, String> states = new HashMap<>();
        List<Map<String, String>> items =
                get("/jobs?eval_id=run_code&limit=500").path("items");
        items.forEach(job -> states.put(job.get("job_name"), job.get("state")));
        return states;
    }

    private static void sendSleeper(Socket socket, String correlation) throws IOException {
        byte[] body = python("import time; time.sleep(60)")
                .put("run_timeout", 60)
                .toString()
                .getBytes(StandardCharsets.UTF_8);
        String head = "POST /run_code HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Correlation-Id: " + correlation + "\r\nContent-Length: " + body.length + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(body);
    }

    /** The name of the Job of a call, from the first event about it. */
    private static String jobOf(String correlation) throws IOException {
        URI events = URI.create(RestAssured.baseURI + ":" + RestAssured.port + "/broker/events");
        HttpURLConnection connection = (HttpURLConnection) events.toURL().openConnection();
        connection.setReadTimeout(60_000);
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("data:") && line.contains(correlation)) {
                    JsonNode event = JSON.readTree(line.substring("data:".length()));
                    return event.at("/data/metadata/name").asText();
                }
            }
        } finally {
            connection.disconnect();
        }
        throw new AssertionError("no event tells of " + correlation);
    }

    @Test
    void whoseJobDoesNotEndInTimeIsToldToTryAgain() throws Exception {
        List<String> busy = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            busy.add(given().contentType("application/json")
                    .body("{\"eval_id\": \"busy\", \"code\": \"import time; time.sleep(40)\", \"timeout\": 60}")
                    .post("/execute")
                    .path("job_name"));
        }
        try {
            for (String name : busy) {
                Await.until(
                        "both places are taken",
                        () -> "running".equals(get("/jobs/" + name).path("state")));
            }
            long from = System.nanoTime();
            String job = run(python("pass").put("run_timeout", 1).put("compile_timeout", 0))
                    .statusCode(504)
                    .body("detail", containsString("in time"))
                    .extract()
                    .header("Location");
            assertTrue(System.nanoTime() - from > 8_000_000_000L);
            get(job).then().body("outcome", not(equalTo("success")));
        } finally {
            busy.forEach(name -> RestAssured.delete("/jobs/" + name));
        }
    }

    @Test
    void moreMemoryThanTheLimitIsTold() {
        ValidatableResponse answer = run(python("a = bytearray(600 << 20); a[:] = b'x' * len(a); print(1)")
                .put("memory_limit_MB", 64));
        List<String> unenforced = answer.extract().path("cupel.unenforced");
        assumeTrue(unenforced == null || !unenforced.contains("memory_limit"), "skipped: no memory limit here");
        answer.body("status", equalTo("Failed"))
                .body("message", equalTo("OOMKilled"))
                .body("run_result.status", equalTo("Finished"))
                .body("run_result.return_code", equalTo(-9))
                .body("compile_result", nullValue());
    }
}
