package dev.cupel.fabric8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.json.CanonicalJson;
import dev.cupel.json.StrictJson;
import dev.cupel.kubernetes.CupelMetadata;
import dev.cupel.kubernetes.JobApi;
import dev.cupel.kubernetes.JobName;
import dev.cupel.kubernetes.Refusal;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.Unavailable;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Kubernetes by fabric8's client: its configuration, credentials and connections, but raw requests. So a manifest is sent as
 * the bytes that its digest is of, an object is read as it is stored, a log is read as bytes, a patch is one request and not
 * two, and {@code Retry-After} is seen. The client's typed calls give none of these.
 */
public final class Fabric8JobApi implements JobApi {
    /** In a page of them; each has about a kilobyte. */
    private static final int EVENTS = 500;

    /** In a page of them; each has some kilobytes. */
    private static final int METADATA = 500;

    private static final String JSON = "application/json";
    private static final String METADATA_ONLY = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
    private static final String MERGE_PATCH = "application/merge-patch+json";

    /**
     * The Pods go at once, even where a finalizer keeps the Job. In the body: where there is one, the API server reads no
     * query, and what does not say it orphans a Job's Pods, which then run on.
     */
    private static final String DELETE =
            "{\"apiVersion\":\"v1\",\"kind\":\"DeleteOptions\",\"propagationPolicy\":\"Foreground\"}";

    private final HttpClient http;
    private final String masterUrl;
    private final String namespace;
    private final Duration timeout;

    /** @param timeout of one request; a broker's own is 30 s and more */
    public Fabric8JobApi(KubernetesClient client, String namespace, Duration timeout) {
        this.http = client.getHttpClient();
        this.masterUrl = client.getMasterUrl().toString();
        this.namespace = namespace;
        this.timeout = timeout;
    }

    @Override
    public String namespace() {
        return namespace;
    }

    @Override
    public CreateAnswer create(ObjectNode job) {
        Answer answer = send(request(jobs("")).post(JSON, CanonicalJson.compact(job)));
        if (answer.isSuccess()) {
            return new CreateAnswer.Created(answer.object());
        }
        return switch (Refusal.of(answer.status(), answer.body())) {
            case NAME_TAKEN -> new CreateAnswer.NameTaken();
            case FINAL -> new CreateAnswer.Refused(Refusal.message(answer.body()));
            case PASSING -> throw answer.unavailable();
        };
    }

    @Override
    public Optional<ObjectNode> findJob(JobName name) {
        return get(jobs("/" + name.value())).map(Answer::object);
    }

    @Override
    public List<ObjectNode> listPods(JobName name) {
        String query = "?labelSelector=" + encode(JOB_NAME_LABEL + "=" + name.value());
        List<ObjectNode> pods = new ArrayList<>();
        get(core("/pods" + query))
                .ifPresent(answer -> answer.object().path("items").forEach(pod -> {
                    if (pod instanceof ObjectNode object) {
                        pods.add(object);
                    }
                }));
        pods.sort(Comparator.comparing(
                pod -> pod.path("metadata").path("creationTimestamp").asText()));
        return pods;
    }

    @Override
    public Optional<byte[]> readLog(String pod) {
        String path = "/pods/" + pod + "/log?container=evaluation";
        Answer answer = send(request(core(path)));
        if (answer.isSuccess()) {
            return Optional.of(answer.body());
        }
        // 400: the container has not started, or its log cannot be found on the node.
        if (answer.status() == 404 || answer.status() == 400) {
            return Optional.empty();
        }
        throw answer.unavailable();
    }

    @Override
    public boolean patchJob(JobName name, ObjectNode mergePatch) {
        return change(request(jobs("/" + name.value())).method("PATCH", MERGE_PATCH, text(mergePatch)));
    }

    @Override
    public boolean patchPod(String pod, ObjectNode mergePatch) {
        return change(request(core("/pods/" + pod)).method("PATCH", MERGE_PATCH, text(mergePatch)));
    }

    @Override
    public boolean deleteJob(JobName name) {
        return change(request(jobs("/" + name.value())).delete(JSON, DELETE));
    }

    @Override
    public Page listUnsettled(int limit, Optional<String> after) {
        String selector = CupelMetadata.MANAGED_BY + "=" + CupelMetadata.CUPEL + ",!" + CupelMetadata.SETTLED;
        String query = "?includeObject=Metadata&labelSelector=" + encode(selector) + chunk(limit, after);
        return page(jobs(query), TableWatch.TABLE, JobTableReader::read);
    }

    @Override
    public Page listJobs(Map<String, String> labels, int limit, Optional<String> after) {
        Map<String, String> all = new TreeMap<>(labels);
        all.put(CupelMetadata.MANAGED_BY, CupelMetadata.CUPEL);
        String selector = all.entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .collect(Collectors.joining(","));
        String query = "?includeObject=Metadata&labelSelector=" + encode(selector) + chunk(limit, after);
        Answer answer = send(request(jobs(query)).header("Accept", TableWatch.TABLE));
        // 410: the server has forgotten the list that this goes on with. 400: it never made it.
        if (after.isPresent() && (answer.status() == 410 || answer.status() == 400)) {
            throw Rejected.invalid("/continue", "is of no list that the API server knows still; begin again");
        }
        return page(answer, JobTableReader::read);
    }

    @Override
    public Page listPending(int limit, Optional<String> after) {
        String fields = "?fieldSelector=" + encode("status.phase=Pending");
        String query = fields + "&labelSelector=" + encode(JOB_NAME_LABEL) + chunk(limit, after);
        return page(core("/pods" + query), JSON, PageReader::read);
    }

    @Override
    public Set<String> listRunning() {
        String query = "?fieldSelector=" + encode("status.phase=Running") + "&labelSelector=" + encode(JOB_UID_LABEL);
        Set<String> uids = new HashSet<>();
        Optional<String> next = Optional.empty();
        do {
            Page page = page(core("/pods" + query + chunk(METADATA, next)), METADATA_ONLY, PageReader::read);
            page.items()
                    .forEach(pod -> uids.add(
                            pod.at("/metadata/labels").path(JOB_UID_LABEL).asText()));
            next = page.next();
        } while (next.isPresent());
        return uids;
    }

    @FunctionalInterface
    private interface Reader {
        Page read(byte[] body) throws IOException;
    }

    private Page page(String path, String form, Reader reader) {
        return page(send(request(path).header("Accept", form)), reader);
    }

    private static Page page(Answer answer, Reader reader) {
        try {
            return reader.read(listed(answer).body());
        } catch (JsonProcessingException e) {
            throw new Unavailable("the API server's list broke off", e);
        } catch (IOException e) {
            throw new Unavailable("the API server's list cannot be read: " + e.getMessage(), e);
        }
    }

    /** A list is there even where nothing is in it. */
    private static Answer listed(Answer answer) {
        if (!answer.isSuccess()) {
            throw answer.unavailable();
        }
        return answer;
    }

    private static String chunk(int limit, Optional<String> after) {
        return "&limit=" + limit
                + after.map(token -> "&continue=" + encode(token)).orElse("");
    }

    @Override
    public Map<String, String> listCreateFailures() {
        String fields = encode("reason=FailedCreate,involvedObject.kind=Job");
        Map<String, JsonNode> latest = new HashMap<>();
        Optional<String> next = Optional.empty();
        do {
            String path = core("/events?fieldSelector=" + fields + chunk(EVENTS, next));
            JsonNode page = listed(send(request(path).header("Accept", JSON))).object();
            for (JsonNode event : page.path("items")) {
                latest.merge(event.path("involvedObject").path("uid").asText(), event, Fabric8JobApi::later);
            }
            next = Optional.of(page.path("metadata").path("continue").asText()).filter(token -> !token.isEmpty());
        } while (next.isPresent());
        Map<String, String> messages = new HashMap<>();
        latest.forEach((uid, event) -> messages.put(uid, event.path("message").asText()));
        return messages;
    }

    private static JsonNode later(JsonNode one, JsonNode other) {
        return lastSeen(one).compareTo(lastSeen(other)) > 0 ? one : other;
    }

    private static String lastSeen(JsonNode event) {
        String last = event.path("lastTimestamp").asText("");
        return last.isEmpty() ? event.path("metadata").path("creationTimestamp").asText() : last;
    }

    @Override
    public Watch watchEnds(EndListener listener) {
        String ours = encode(CupelMetadata.MANAGED_BY + "=" + CupelMetadata.CUPEL);
        return EndWatch.ofPodsAndJobs(listener, watchPods(), watch(jobs(EndWatch.ROWS + ours)));
    }

    @Override
    public Watch watchPodEnds(EndListener listener) {
        return EndWatch.ofPods(listener, watchPods());
    }

    private EndWatch.Maker watchPods() {
        return watch(core("/pods" + EndWatch.ROWS + encode(JOB_NAME_LABEL)));
    }

    private EndWatch.Maker watch(String path) {
        TableWatch.Start start = () -> {
            Answer first = listed(send(request(path + "&limit=1").header("Accept", METADATA_ONLY)));
            return first.object().path("metadata").path("resourceVersion").asText();
        };
        return changes -> new TableWatch(http, masterUrl + path, timeout, start, changes);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private Optional<Answer> get(String path) {
        Answer answer = send(request(path));
        if (answer.isSuccess()) {
            return Optional.of(answer);
        }
        if (answer.status() == 404) {
            return Optional.empty();
        }
        throw answer.unavailable();
    }

    private boolean change(HttpRequest.Builder request) {
        Answer answer = send(request);
        if (answer.isSuccess()) {
            return true;
        }
        if (answer.status() == 404) {
            return false;
        }
        throw answer.unavailable();
    }

    private String jobs(String rest) {
        return "apis/batch/v1/namespaces/" + namespace + "/jobs" + rest;
    }

    private String core(String rest) {
        return "api/v1/namespaces/" + namespace + rest;
    }

    private HttpRequest.Builder request(String path) {
        return http.newHttpRequestBuilder().uri(masterUrl + path).timeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static String text(JsonNode json) {
        return new String(CanonicalJson.compact(json), StandardCharsets.UTF_8);
    }

    private Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<byte[]> response =
                    http.sendAsync(request.build(), byte[].class).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            byte[] body = response.body();
            return new Answer(response.code(), body == null ? new byte[0] : body, retryAfter(response));
        } catch (TimeoutException e) {
            throw new Unavailable("the API server did not answer within " + timeout.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw new Unavailable("the API server cannot be reached", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable("interrupted while waiting for the API server", e);
        }
    }

    private static Optional<Duration> retryAfter(HttpResponse<byte[]> response) {
        String value = response.header("Retry-After");
        boolean seconds = value != null && value.matches("[0-9]{1,6}");
        return seconds ? Optional.of(Duration.ofSeconds(Long.parseLong(value))) : Optional.empty();
    }

    /** One answer of the API server. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Answer(int status, byte[] body, Optional<Duration> retryAfter) {
        boolean isSuccess() {
            return status >= 200 && status < 300;
        }

        ObjectNode object() {
            try {
                if (StrictJson.parse(body) instanceof ObjectNode object) {
                    return object;
                }
            } catch (Rejected e) {
                throw new Unavailable("the API server's answer broke off", e);
            }
            throw new Unavailable("the API server's answer is no object");
        }

        Unavailable unavailable() {
            return new Unavailable(
                    "the API server answered " + status + ": " + Refusal.message(body), status == 429, retryAfter);
        }
    }
}
