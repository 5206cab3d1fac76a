package dev.cupel.cluster;

import static io.restassured.RestAssured.given;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.cloudevents.EventType;
import dev.cupel.request.JobRendered;
import dev.cupel.schema.Held;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.http.ConnectionClosedException;

/** The HTTP calls of the cluster's {@code api} Service, through Knative's ingress. */
final class Api {
    /** Where the ingress can be reached from here. */
    static final String GATEWAY = System.getProperty("cupel.gateway", "http://127.0.0.1:8081");

    private static final int BUSY = 503;

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final String host;

    Api(Cluster cluster) {
        var service = cluster.client()
                .genericKubernetesResources("serving.knative.dev/v1", "Service")
                .inNamespace(Cluster.SYSTEM)
                .withName("api")
                .require();
        host = URI.create(service.<String>get("status", "url")).getHost();
    }

    /** Another Service's, by the name that the ingress knows. */
    Api(String host) {
        this.host = host;
    }

    /** A request to it, with JSON as its body's type. */
    RequestSpecification request() {
        return given().baseUri(GATEWAY).header("Host", host).contentType("application/json");
    }

    /** The bytes behind a link in a result, which names the Service by its address inside the cluster. */
    Response get(URI link) {
        return repeatedly(() -> request().get(link.getRawPath()));
    }

    /** The manifest of a request. */
    ObjectNode render(ObjectNode request) {
        return (ObjectNode) Cluster.decode(require(post("/render", request), 200));
    }

    /**
     * Renders and submits a request.
     *
     * @param runtimeClass put into the manifest before it is submitted, as an installation's own step may do
     * @return the Job's name
     */
    String submit(ObjectNode request, Optional<String> runtimeClass) {
        ObjectNode job = render(request);
        runtimeClass.ifPresent(name -> ((ObjectNode) job.at("/spec/template/spec")).put("runtimeClassName", name));
        JsonNode metadata = job.path("metadata");
        ObjectNode rendered = Cluster.JSON
                .createObjectNode()
                .put("eval_id", metadata.at("/annotations/eval-id").asText())
                .put("job_name", metadata.path("name").asText())
                .put("namespace", metadata.path("namespace").asText());
        rendered.putObject("template")
                .put(
                        "name",
                        metadata.path("annotations").path("cupel.dev/template").asText())
                .put(
                        "digest",
                        metadata.path("annotations")
                                .path("cupel.dev/template-digest")
                                .asText());
        rendered.set("manifest", job);
        rendered.put("digest", JobRendered.digestOf(job).value());
        Response submitted = send("/submit", rendered);
        if (submitted.statusCode() == BUSY) {
            submitted = post("/submit", rendered);
            // 200: the call that was answered with 503 had been carried out.
            require(submitted, submitted.statusCode() == 200 ? 200 : 201);
        } else {
            require(submitted, 201);
        }
        return metadata.path("name").asText();
    }

    /** The result with all that was kept, once the Job has ended. */
    JsonNode awaitResult(String jobName, Duration limit) {
        JsonNode reference = Cluster.JSON.createObjectNode().put("job_name", jobName);
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            Response answer = post("/collect", reference);
            if (answer.statusCode() != 202) {
                JsonNode result = Cluster.decode(require(answer, 200));
                Held.check(EventType.FINISHED, result);
                return result;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + limit.toSeconds() + " s: the result of " + jobName);
            }
            Cluster.sleep(Duration.ofSeconds(1));
        }
    }

    /** The lab's ingress, not Cupel, breaks off about one in fifty answers of over 4 KiB; asking again does no harm here. */
    private static Response repeatedly(Supplier<Response> call) {
        for (int attempt = 1; ; attempt++) {
            try {
                Response answer = call.get();
                answer.asByteArray(); // Only now is the body read; it is kept.
                return answer;
            } catch (Exception e) {
                if (attempt == 5 || !(e instanceof ConnectionClosedException)) {
                    throw e;
                }
            }
        }
    }

    /** As every caller should: 503 says that the cluster is busy, as it is where a hundred programs attack it, and to ask again. */
    private Response post(String path, JsonNode body) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Response answer = repeatedly(() -> send(path, body));
        while (answer.statusCode() == BUSY && System.nanoTime() < deadline) {
            Cluster.sleep(Duration.ofSeconds(1));
            answer = repeatedly(() -> send(path, body));
        }
        return answer;
    }

    private Response send(String path, JsonNode body) {
        return request().body(Cluster.encode(body)).post(path);
    }

    private static byte[] require(Response answer, int status) {
        if (answer.statusCode() != status) {
            throw new AssertionError("api answered " + answer.statusCode() + ": " + answer.asString());
        }
        return answer.asByteArray();
    }
}
