package dev.cupel.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A cluster with Cupel on it. All goes through its API server, which also proxies to Services and Pods, so that nothing
 * but its address has to be reachable from here.
 */
final class Cluster implements AutoCloseable {
    /** Where the functions and the broker are. */
    static final String SYSTEM = "cupel-system";
    /** Where the Jobs are. */
    static final String JOBS = "crucible";

    private static final String BROKER =
            "/api/v1/namespaces/knative-eventing/services/http:broker-ingress:80/proxy/" + SYSTEM + "/cupel";
    /** The in-memory channel answers when the whole chain behind an event is done, cold starts with it. */
    private static final Duration ANSWER_LIMIT = Duration.ofMinutes(3);

    static final ObjectMapper JSON = new ObjectMapper();

    private final Kubectl kubectl;
    private final KubernetesClient client;

    private Cluster(Kubectl kubectl, KubernetesClient client) {
        this.kubectl = kubectl;
        this.client = client;
    }

    static Cluster connect(Kubectl kubectl) {
        Config config = Config.fromKubeconfig(kubectl.kubeconfig().toFile());
        config.setRequestTimeout((int) ANSWER_LIMIT.toMillis());
        // What fails is to be seen, not repeated: the tests say themselves what they send twice.
        config.setRequestRetryBackoffLimit(0);
        return new Cluster(
                kubectl, new KubernetesClientBuilder().withConfig(config).build());
    }

    KubernetesClient client() {
        return client;
    }

    Kubectl kubectl() {
        return kubectl;
    }

    /** Posts an event to the broker, which has taken it once this returns. */
    void send(Event event) {
        HttpResponse<byte[]> answer = post(event, BROKER);
        if (answer.code() != 202) {
            throw new AssertionError("the broker answered " + answer.code() + ": " + text(answer));
        }
    }

    /** Posts an event to a Service's port 80, past the broker, and gives the status of the answer. */
    int sendTo(String namespace, String service, Event event) {
        return post(event, "/api/v1/namespaces/" + namespace + "/services/http:" + service + ":80/proxy/")
                .code();
    }

    private HttpResponse<byte[]> post(Event event, String path) {
        HttpRequest.Builder request =
                client.getHttpClient().newHttpRequestBuilder().post("application/json", encode(event.data()));
        event.attributes().forEach((name, value) -> request.header("ce-" + name, value));
        return send(request, path);
    }

    /** What a Pod answers to GET / on its port 8080. */
    JsonNode getFromPod(String namespace, String pod) {
        String path = "/api/v1/namespaces/" + namespace + "/pods/" + pod + ":8080/proxy/";
        HttpResponse<byte[]> answer = send(client.getHttpClient().newHttpRequestBuilder(), path);
        if (answer.code() != 200) {
            throw new AssertionError(path + " answered " + answer.code() + ": " + text(answer));
        }
        return decode(answer.body());
    }

    /** What the API server says to a request of ours. */
    record Answer(int status, JsonNode body) {
        boolean isSuccess() {
            return status >= 200 && status < 300;
        }

        /** Why it refused; empty if it did not. */
        String message() {
            return isSuccess() ? "" : body.path("message").asText();
        }
    }

    /**
     * Asks whether this Job would be taken, by every admission; nothing is stored.
     *
     * @param user who asks; empty for whom the kubeconfig names
     */
    Answer createDryRun(JsonNode job, String user) {
        String path = "/apis/batch/v1/namespaces/" + JOBS + "/jobs?dryRun=All&fieldValidation=Strict";
        return post(path, job, user);
    }

    /** Creates this Job, past submit, as whom the kubeconfig names. */
    void create(JsonNode job) {
        Answer answer = post("/apis/batch/v1/namespaces/" + JOBS + "/jobs", job, "");
        if (!answer.isSuccess()) {
            throw new AssertionError(answer.message());
        }
    }

    /**
     * Asks whether this change would be taken, by every admission; nothing is stored.
     *
     * @param path of the object in the namespace of the Jobs, as in {@code jobs/NAME} or {@code pods/NAME/resize}
     * @param mergePatch of RFC 7386; where it names containers, a strategic one, which finds them by name
     * @param user who asks; empty for whom the kubeconfig names
     */
    Answer patchDryRun(String path, JsonNode mergePatch, String user) {
        boolean lists = mergePatch.findValue("containers") != null;
        HttpRequest.Builder request = client.getHttpClient()
                .newHttpRequestBuilder()
                .method(
                        "PATCH",
                        lists ? "application/strategic-merge-patch+json" : "application/merge-patch+json",
                        new String(encode(mergePatch), StandardCharsets.UTF_8));
        String group = path.startsWith("jobs/") ? "/apis/batch/v1" : "/api/v1";
        return send(request, group + "/namespaces/" + JOBS + "/" + path + "?dryRun=All", user);
    }

    /** What a user may do in a namespace, as the API server tells him himself: the status of a SelfSubjectRulesReview. */
    JsonNode reviewRules(String user, String namespace) {
        var review = JSON.createObjectNode()
                .put("apiVersion", "authorization.k8s.io/v1")
                .put("kind", "SelfSubjectRulesReview");
        review.putObject("spec").put("namespace", namespace);
        Answer answer = post("/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", review, user);
        if (!answer.isSuccess()) {
            throw new AssertionError(answer.message());
        }
        return answer.body().path("status");
    }

    private Answer post(String path, JsonNode body, String user) {
        return send(client.getHttpClient().newHttpRequestBuilder().post("application/json", encode(body)), path, user);
    }

    private Answer send(HttpRequest.Builder request, String path, String user) {
        if (!user.isEmpty()) {
            request.header("Impersonate-User", user);
            request.header("Impersonate-Group", "system:authenticated");
        }
        HttpResponse<byte[]> answer = send(request, path);
        return new Answer(answer.code(), decode(answer.body()));
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request, String path) {
        String server = client.getMasterUrl().toString().replaceAll("/+$", "");
        return client.getHttpClient()
                .sendAsync(request.uri(server + path).build(), byte[].class)
                .orTimeout(ANSWER_LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    /** Asks five times a second until it is so; fails after {@code limit}, saying {@code what} was waited for. */
    static void await(String what, Duration limit, BooleanSupplier itIsSo) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!itIsSo.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + limit.toSeconds() + " s: " + what);
            }
            sleep(Duration.ofMillis(200));
        }
    }

    static void sleep(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static JsonNode decode(byte[] json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] encode(JsonNode json) {
        try {
            return JSON.writeValueAsBytes(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The text of a file in {@code src/test/resources/cluster}. */
    static String resource(String name) {
        try (var file = Cluster.class.getResourceAsStream("/cluster/" + name)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        client.close();
    }
}
