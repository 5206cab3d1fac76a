package dev.cupel.http;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.Await;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Short ways to send requests and events, and to wait for what they cause. */
public final class Asking {
    static final String REQUESTED = "dev.cupel.job.requested.v1";
    static final String RENDERED = "dev.cupel.job.rendered.v1";
    static final String FINISHED = "dev.cupel.job.finished.v1";
    static final String CANCEL = "dev.cupel.job.cancel.v1";
    static final String ADD = "dev.knative.apiserver.resource.add";
    static final String UPDATE = "dev.knative.apiserver.resource.update";

    private static final ObjectMapper JSON = new ObjectMapper();

    private Asking() {}

    public static ObjectNode request(String evalId, String code) {
        return JSON.createObjectNode().put("eval_id", evalId).put("code", code);
    }

    static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(json, e);
        }
    }

    static RequestSpecification json(Object body) {
        return given().contentType("application/json").body(body.toString());
    }

    /** A binary event, with a source that only the tests use. */
    public static RequestSpecification event(String type, String id, Object data) {
        return json(data)
                .header("ce-specversion", "1.0")
                .header("ce-id", id)
                .header("ce-source", "/test")
                .header("ce-type", type);
    }

    static RequestSpecification structured(Object event) {
        // As bytes, because REST Assured writes text in Latin-1 if it does not know the media type.
        return given().contentType("application/cloudevents+json")
                .body(event.toString().getBytes(StandardCharsets.UTF_8));
    }

    static ObjectNode envelope(String type, String id, JsonNode data) {
        ObjectNode event = JSON.createObjectNode()
                .put("specversion", "1.0")
                .put("id", id)
                .put("source", "/test")
                .put("type", type);
        event.set("data", data);
        return event;
    }

    /** The data of the {@code rendered} event for this request. */
    static ObjectNode rendered(JsonNode request) {
        Response answer =
                event(REQUESTED, UUID.randomUUID().toString(), request).post("/");
        answer.then().statusCode(200).header("ce-type", RENDERED);
        return (ObjectNode) parse(answer.asString());
    }

    /** Runs a program to its end. */
    static JsonNode result(JsonNode request) {
        Response answer = json(request).header("Prefer", "wait=60").post("/execute");
        answer.then().statusCode(200);
        return parse(answer.asString());
    }

    /** Starts a program and gives its Job's name. */
    static String start(JsonNode request) {
        return json(request).post("/execute").then().statusCode(202).extract().path("job_name");
    }

    /** Waits until a Job says that it is in this state. */
    static void awaitState(String name, String state) throws InterruptedException {
        Await.until(
                "Job " + name + " is " + state,
                () -> state.equals(given().get("/jobs/" + name).path("state")));
    }

    /** Waits for the result of a Job. */
    static JsonNode awaitResult(String name) throws InterruptedException {
        Await.until("Job " + name + " has ended", () -> job(name).has("outcome"));
        return job(name);
    }

    private static JsonNode job(String name) {
        return parse(given().get("/jobs/" + name).asString());
    }

    /** The events that passed through the broker after one event: that event first, the first one of this type last. */
    static List<JsonNode> told(String id, String type) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(RestAssured.baseURI + ":" + RestAssured.port + "/broker/events")
                        .toURL()
                        .openConnection();
        List<JsonNode> told = new ArrayList<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
            assertTrue(connection.getContentType().startsWith("text/event-stream"), connection.getContentType());
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.startsWith("data:")) {
                    continue;
                }
                JsonNode event = parse(line.substring("data:".length()));
                boolean own = event.path("correlationid").asText().equals(id)
                        || event.path("id").asText().equals(id);
                if (own) {
                    told.add(event);
                }
                if (own && event.path("type").asText().equals(type)) {
                    return told;
                }
            }
        } finally {
            connection.disconnect();
        }
        throw new AssertionError("the stream ended before " + type + ": " + told);
    }
}
