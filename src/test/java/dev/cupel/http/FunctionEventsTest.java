package dev.cupel.http;

import static dev.cupel.http.Asking.ADD;
import static dev.cupel.http.Asking.CANCEL;
import static dev.cupel.http.Asking.FINISHED;
import static dev.cupel.http.Asking.RENDERED;
import static dev.cupel.http.Asking.REQUESTED;
import static dev.cupel.http.Asking.UPDATE;
import static dev.cupel.http.Asking.envelope;
import static dev.cupel.http.Asking.event;
import static dev.cupel.http.Asking.parse;
import static dev.cupel.http.Asking.rendered;
import static dev.cupel.http.Asking.request;
import static dev.cupel.http.Asking.result;
import static dev.cupel.http.Asking.structured;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.TestTags;
import dev.cupel.cloudevents.EventType;
import dev.cupel.http.door.Role;
import dev.cupel.kubernetes.JobApi;
import dev.cupel.kubernetes.JobName;
import dev.cupel.local.Run;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls the functions as a broker does: an event goes in, an event or nothing comes out. */
@Tag(TestTags.SLOW)
@QuarkusTest
class FunctionEventsTest {
    private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    private static final String TIME = "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?Z";

    @Inject
    JobApi jobs;

    @Test
    void requestedIsAnsweredWithRendered() {
        event(REQUESTED, "r-1", request("demo-1", "print(1)"))
                .post("/")
                .then()
                .statusCode(200)
                .contentType("application/json")
                .header("ce-specversion", "1.0")
                .header("ce-type", RENDERED)
                .header("ce-source", "/cupel/render")
                .header("ce-subject", startsWith("eval-demo-1-"))
                .header("ce-time", matchesPattern(TIME))
                .header("ce-correlationid", "r-1")
                .header("ce-replyto", nullValue())
                .header("ce-traceparent", nullValue())
                .body("eval_id", equalTo("demo-1"))
                .body("manifest.kind", equalTo("Job"))
                .body("template.name", equalTo("python"));
    }

    @Test
    void theSameRequestToldTwiceGivesTheSameIdAndAnotherGivesAnother() {
        String first = event(REQUESTED, "r-2", request("x", "1")).post("/").header("ce-id");
        String repeat = event(REQUESTED, "r-2", request("x", "1")).post("/").header("ce-id");
        String other = event(REQUESTED, "r-3", request("x", "1")).post("/").header("ce-id");
        assertEquals(first, repeat);
        assertNotEquals(first, other);
    }

    @Test
    void whatLinksEventsIsHandedOn() {
        event(REQUESTED, "r-4", request("x", "1"))
                .header("ce-correlationid", "c-4")
                .header("ce-replyto", "https://asker.example/here")
                .header("ce-traceparent", TRACE)
                .post("/")
                .then()
                .header("ce-correlationid", "c-4")
                .header("ce-replyto", "https://asker.example/here")
                .header("ce-traceparent", TRACE);
    }

    @Test
    void theHeaderTraceparentServesWhereTheExtensionIsMissing() {
        event(REQUESTED, "r-5", request("x", "1"))
                .header("traceparent", TRACE)
                .post("/")
                .then()
                .header("ce-traceparent", TRACE);
    }

    @Test
    void whatIsNoTraceIsLeftOutInBothModes() {
        for (String parent :
                List.of("x".repeat(10_240), "00-1-2-03", "%zz", "00-" + "0".repeat(32) + TRACE.substring(35))) {
            event(REQUESTED, "r-7", request("x", "1"))
                    .header("ce-traceparent", parent)
                    .header("ce-tracestate", "a=b")
                    .post("/")
                    .then()
                    .statusCode(200)
                    .header("ce-type", RENDERED)
                    .header("ce-traceparent", nullValue())
                    .header("ce-tracestate", nullValue());
            structured(envelope(REQUESTED, "r-8", request("x", "1")).put("traceparent", parent))
                    .post("/")
                    .then()
                    .statusCode(200)
                    .body("type", equalTo(RENDERED))
                    .body("traceparent", nullValue());
        }
    }

    @Test
    void theStateOfATraceIsHandedOn() {
        event(REQUESTED, "r-9", request("x", "1"))
                .header("ce-traceparent", TRACE)
                .header("ce-tracestate", "vendor=a,other=b")
                .post("/")
                .then()
                .header("ce-traceparent", TRACE)
                .header("ce-tracestate", "vendor=a,other=b");
        structured(envelope(REQUESTED, "r-10", request("x", "1")))
                .header("traceparent", TRACE)
                .post("/")
                .then()
                .body("traceparent", equalTo(TRACE));
    }

    @Test
    void theTimeOfTheRequestIsWhenTheJobWasAskedFor() {
        event(REQUESTED, "r-6", request("x", "1"))
                .header("ce-time", "2026-01-02T03:04:05+01:00")
                .post("/")
                .then()
                .body("manifest.metadata.annotations.'created-at'", equalTo("2026-01-02T02:04:05Z"));
    }

    @Test
    void textThatNoHeaderCarriesIsPercentEncodedBothWays() {
        ObjectNode wrong = request("größe \"1\" 日本", "");
        event(REQUESTED, "r%C3%BC-1", wrong)
                .header("ce-correlationid", "%E6%97%A5%E6%9C%AC%20%25")
                .post("/")
                .then()
                .statusCode(200)
                .header("ce-type", "dev.cupel.job.rejected.v1")
                .header("ce-subject", "gr%C3%B6%C3%9Fe%20%221%22%20%E6%97%A5%E6%9C%AC")
                .header("ce-correlationid", "%E6%97%A5%E6%9C%AC%20%25")
                .body("eval_id", equalTo("größe \"1\" 日本"));
    }

    @Test
    void aStructuredEventIsAnsweredLikeABinaryOne() {
        ObjectNode event = envelope(REQUESTED, "s-1", request("demo-ü", "print('ü')"));
        event.put("correlationid", "größe").put("datacontenttype", "application/json");
        String binary = event(REQUESTED, "s-1", request("demo-ü", "print('ü')"))
                .post("/")
                .header("ce-id");
        structured(event)
                .post("/")
                .then()
                .statusCode(200)
                .contentType("application/cloudevents+json")
                .body("specversion", equalTo("1.0"))
                .body("type", equalTo(RENDERED))
                .body("id", equalTo(binary))
                .body("source", equalTo("/cupel/render"))
                .body("time", matchesPattern(TIME))
                .body("correlationid", equalTo("größe"))
                .body("datacontenttype", equalTo("application/json"))
                .body("data.eval_id", equalTo("demo-ü"));
    }

    @Test
    void aStructuredEventMayCarryItsDataAsBase64() {
        ObjectNode event = envelope(REQUESTED, "s-2", request("x", "1"));
        byte[] data = event.remove("data").toString().getBytes(StandardCharsets.UTF_8);
        event.put("data_base64", Base64.getEncoder().encodeToString(data));
        structured(event)
                .post("/")
                .then()
                .statusCode(200)
                .body("type", equalTo(RENDERED))
                .body("data.eval_id", equalTo("x"));
    }

    @Test
    void extensionsOfAStructuredEventMayBeIntegersAndBooleans() {
        ObjectNode event = envelope(REQUESTED, "s-3", request("x", "1"));
        event.put("number", 7).put("flag", true).put("correlationid", 12);
        structured(event).post("/").then().statusCode(200).body("correlationid", equalTo("12"));
    }

    @Test
    void aWrongRequestIsRejectedByAnEventAndNoErrorStatus() {
        event(REQUESTED, "r-7", request("x", "1").put("timeout", "30"))
                .header("ce-replyto", "/me")
                .post("/")
                .then()
                .statusCode(200)
                .header("ce-type", "dev.cupel.job.rejected.v1")
                .header("ce-subject", "x")
                .header("ce-correlationid", "r-7")
                .header("ce-replyto", "/me")
                .body("stage", equalTo("render"))
                .body("reason", equalTo("InvalidType"))
                .body("field", equalTo("/timeout"))
                .body("message", equalTo("must be a number, was a string"))
                .body("eval_id", equalTo("x"));
    }

    @Test
    void dataThatIsNoJsonIsRejectedByAnEventAndWhicheverTypeItHas() {
        for (String type : new String[] {REQUESTED, RENDERED, UPDATE, FINISHED, CANCEL}) {
            event(type, "r-8", "{\"eval_id\":")
                    .post("/")
                    .then()
                    .statusCode(200)
                    .header("ce-type", "dev.cupel.job.rejected.v1")
                    .body("reason", equalTo("MalformedJson"));
        }
    }

    @Test
    void dataOfAnotherShapeIsRejectedByAnEvent() {
        for (String type : new String[] {REQUESTED, RENDERED, FINISHED, CANCEL}) {
            for (String data : new String[] {"[]", "null", "7", "\"text\"", "{}"}) {
                event(type, "r-9", data)
                        .post("/")
                        .then()
                        .statusCode(200)
                        .header("ce-type", "dev.cupel.job.rejected.v1");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(EventType.class)
    void anEventWithOddDataIsNeverAFault(EventType type) {
        if (!Role.API.takes().contains(type)) {
            return;
        }
        String envelope =
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/t\",\"type\":\"" + type.wireName() + "\"";
        for (String data : List.of(
                "",
                ",\"data\":null",
                ",\"data\":1",
                ",\"data\":\"\"",
                ",\"data\":[]",
                ",\"data\":{}",
                ",\"data_base64\":\"\"",
                ",\"data_base64\":\"AP8=\"",
                ",\"data_base64\":\"bnVsbA==\"",
                ",\"data\":{\"kind\":1,\"job_name\":{}}",
                ",\"data\":{\"kind\":\"Job\",\"metadata\":[]}",
                ",\"data\":{\"kind\":\"Pod\",\"metadata\":\"x\",\"status\":7}")) {
            int status = structured(envelope + data + "}").post("/").statusCode();
            assertTrue(status == 200 || status == 204, () -> type + data + ": " + status);
        }
        RequestSpecification binary = given().header("ce-specversion", "1.0")
                .header("ce-id", "1")
                .header("ce-source", "/t")
                .header("ce-type", type.wireName());
        int status = binary.post("/").statusCode();
        assertTrue(status == 200 || status == 204, () -> type + " without a body: " + status);
    }

    @Test
    void aRequestWithoutABodyIsRejected() {
        given().header("ce-specversion", "1.0")
                .header("ce-id", "1")
                .header("ce-source", "/t")
                .header("ce-type", REQUESTED)
                .post("/")
                .then()
                .statusCode(200)
                .header("ce-type", "dev.cupel.job.rejected.v1")
                .body("reason", equalTo("MalformedJson"));
    }

    @Test
    void dataThatStandsTwiceIsRefused() {
        structured(envelope(REQUESTED, "1", request("x", "1")).put("data_base64", "e30="))
                .post("/")
                .then()
                .statusCode(400)
                .body("reason", equalTo("MalformedEvent"))
                .body("field", equalTo("/data_base64"));
    }

    /** Percent-encoded attributes are nine times as long, and each answer repeats some of them. */
    @Test
    void attributesThatNoHeaderCarriesAreRejectedByAnEvent() {
        for (int length : new int[] {100, 600, 850, 950, 1150, 2048}) {
            String long_ = "€".repeat(length);
            ObjectNode event = envelope(REQUESTED, long_, request("x", "1")).put("replyto", long_);
            structured(event)
                    .post("/")
                    .then()
                    .statusCode(200)
                    .body("type", equalTo(length < 900 ? RENDERED : "dev.cupel.job.rejected.v1"))
                    .body("correlationid", equalTo(long_));
            structured(event).post("/broker").then().statusCode(length < 900 ? 202 : 400);
        }
        Map<String, String> many = new TreeMap<>();
        for (int i = 0; i < 100; i++) {
            many.put("ce-x" + i, "1");
        }
        event(REQUESTED, "1", request("x", "1"))
                .headers(many)
                .post("/")
                .then()
                .statusCode(200)
                .header("ce-type", "dev.cupel.job.rejected.v1");
    }

    @Test
    void anEventWithoutDataIsRejectedByAnEvent() {
        structured("{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/t\",\"type\":\"" + REQUESTED + "\"}")
                .post("/")
                .then()
                .statusCode(200)
                .body("type", equalTo("dev.cupel.job.rejected.v1"))
                .body("data.reason", equalTo("MalformedJson"));
    }

    @Test
    void renderedIsAnsweredWithSubmittedAndARepeatSaysExists() {
        ObjectNode rendered = rendered(request("sub-1", "print(1)"));
        String first = event(RENDERED, "r-10", rendered)
                .post("/")
                .then()
                .statusCode(200)
                .header("ce-type", "dev.cupel.job.submitted.v1")
                .header("ce-source", "/cupel/submit")
                .header("ce-subject", rendered.path("job_name").asText())
                .body("status", equalTo("created"))
                .body("digest", equalTo(rendered.path("digest").asText()))
                .body("namespace", equalTo("crucible"))
                .body("uid", notNullValue())
                .extract()
                .header("ce-id");
        event(RENDERED, "r-10", rendered)
                .post("/")
                .then()
                .header("ce-id", first)
                .body("status", equalTo("exists"));
    }

    @Test
    void aManifestThatIsNotHardenedIsRejected() {
        ObjectNode rendered = rendered(request("sub-2", "print(1)"));
        ((ObjectNode) rendered.at("/manifest/spec/template/spec")).put("hostNetwork", true);
        rendered.put(
                "digest",
                dev.cupel.request.JobRendered.digestOf(rendered.get("manifest")).value());
        event(RENDERED, "r-11", rendered)
                .post("/")
                .then()
                .statusCode(200)
                .header("ce-type", "dev.cupel.job.rejected.v1")
                .body("stage", equalTo("submit"))
                .body("reason", equalTo("NotHardened"))
                .body("field", equalTo("/manifest/spec/template/spec/hostNetwork"));
    }

    @Test
    void aJobThatHasEndedIsToldAsFinishedWithWhatTheRequestBrought() throws IOException {
        String id = UUID.randomUUID().toString();
        event(REQUESTED, id, request("fin-1", "print('ü', end='')"))
                .header("ce-replyto", "/me")
                .header("ce-traceparent", TRACE)
                .post("/broker")
                .then()
                .statusCode(202);
        JsonNode finished = Asking.told(id, FINISHED).getLast();
        JsonNode result = finished.path("data");
        assertEquals(
                result.path("uid").asText() + "-finished", finished.path("id").asText());
        assertEquals("/cupel/collect", finished.path("source").asText());
        assertEquals(result.path("job_name"), finished.path("subject"));
        assertEquals("success", finished.path("outcome").asText());
        assertEquals("Completed", finished.path("reason").asText());
        assertEquals(id, finished.path("correlationid").asText());
        assertEquals("/me", finished.path("replyto").asText());
        assertEquals(TRACE, finished.path("traceparent").asText());
        assertEquals("ü", result.at("/stdout/text").asText());
    }

    @Test
    void aSettledJobIsNotToldAgain() {
        JsonNode result = result(request("fin-2", "pass"));
        event(FINISHED, "f-2", result).post("/").then().statusCode(204).body(emptyString());
        event(UPDATE, "u-2", job(result)).post("/").then().statusCode(204);
    }

    @Test
    void whatIsNoneOfOursIsPassedOver() {
        event(UPDATE, "u-3", "{\"kind\":\"Job\",\"metadata\":{\"name\":\"theirs\"}}")
                .post("/")
                .then()
                .statusCode(204);
        event(UPDATE, "u-4", "{\"kind\":\"Pod\",\"metadata\":{\"name\":\"theirs\"}}")
                .post("/")
                .then()
                .statusCode(204);
    }

    /** Nobody even reads these: a channel adds them, and a refusal would stop its events. */
    @Test
    void whatIsNewIsPassedOver() {
        JsonNode result = result(request("add-1", "pass"));
        event(ADD, "a-1", job(result)).post("/").then().statusCode(204).body(emptyString());
        event(ADD, "a-2", "{\"kind\":").post("/").then().statusCode(204).body(emptyString());
    }

    @Test
    void cancelOfNoJobIsRejected() {
        event(CANCEL, "c-1", "{\"job_name\":\"eval-none\"}")
                .post("/")
                .then()
                .statusCode(200)
                .header("ce-type", "dev.cupel.job.rejected.v1")
                .body("reason", equalTo("NotFound"))
                .body("stage", equalTo("collect"));
    }

    @Test
    void cancelEndsAJobAndItsOutputSoFarIsThere() throws InterruptedException {
        String name = Asking.start(request("c-2", "import time\nprint('so far')\ntime.sleep(60)"));
        Run.awaitPrinted(jobs, new JobName(name));
        event(CANCEL, "c-2", "{\"job_name\":\"" + name + "\"}").post("/").then().statusCode(204);
        JsonNode result = Asking.awaitResult(name);
        assertEquals("Cancelled", result.path("reason").asText());
        assertEquals("so far\n", result.at("/stdout/text").asText());
    }

    private static JsonNode job(JsonNode result) {
        return parse("{\"apiVersion\":\"batch/v1\",\"kind\":\"Job\",\"metadata\":{\"name\":\""
                + result.path("job_name").asText()
                + "\",\"labels\":{\"app.kubernetes.io/managed-by\":\"cupel\"}}}");
    }
}
