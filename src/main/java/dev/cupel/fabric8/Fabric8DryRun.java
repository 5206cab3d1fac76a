package dev.cupel.fabric8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.json.CanonicalJson;
import dev.cupel.json.StrictJson;
import dev.cupel.kubernetes.DryRun;
import dev.cupel.rejection.Quoted;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.Unavailable;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@link DryRun} by fabric8's client, by raw requests as {@link Fabric8JobApi}. */
public final class Fabric8DryRun implements DryRun {
    /** What a server says, in one message, of the fields that it does not know. */
    private static final Pattern UNKNOWN = Pattern.compile("(?:unknown|duplicate) field \"([^\"]{1,1000})\"");

    /** RFC 9110 once had it: a code, who warns, and the text in quotes. */
    private static final Pattern WARNING = Pattern.compile("[0-9]{3} \\S+ \"((?:[^\"\\\\]|\\\\.)*)\".*");

    private final KubernetesClient client;
    private final Duration timeout;

    /** @param client closed with this */
    public Fabric8DryRun(KubernetesClient client, Duration timeout) {
        this.client = client;
        this.timeout = timeout;
    }

    @Override
    public Answer ask(ObjectNode manifest) {
        boolean isJob = manifest.path("kind").asText().equals("Job");
        String url = client.getMasterUrl()
                + (isJob ? "apis/batch/v1" : "api/v1")
                + "/namespaces/" + manifest.at("/metadata/namespace").asText()
                + (isJob ? "/jobs" : "/pods") + "?dryRun=All&fieldValidation=Strict";
        HttpResponse<byte[]> response = send(client.getHttpClient()
                .newHttpRequestBuilder()
                .uri(url)
                .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .post("application/json", CanonicalJson.compact(manifest))
                .build());
        byte[] body = response.body();
        JsonNode status =
                response.isSuccessful() ? MissingNode.getInstance() : parse(body == null ? new byte[0] : body);
        return new Answer(response.isSuccessful() ? List.of() : faults(response.code(), status), warnings(response));
    }

    private HttpResponse<byte[]> send(HttpRequest request) {
        try {
            return client.getHttpClient()
                    .sendAsync(request, byte[].class)
                    .get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new Unavailable("the API server did not answer within " + timeout.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw new Unavailable("the API server at " + client.getMasterUrl() + " cannot be reached", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable("interrupted while waiting for the API server", e);
        }
    }

    private static List<Fault> faults(int code, JsonNode status) {
        String message = Quoted.message(status.path("message").asText());
        boolean isAnswer = switch (code) {
            case 400 -> !message.contains("does not support dry run");
            case 403 -> !message.contains("cannot create resource");
            case 409, 413, 422 -> true;
            default -> false;
        };
        if (!isAnswer || message.isEmpty()) {
            throw new Unavailable("the API server answered " + code + (message.isEmpty() ? "" : ": " + message));
        }
        List<Fault> faults = new ArrayList<>();
        status.at("/details/causes")
                .forEach(cause -> faults.add(new Fault(
                        Optional.of(cause.path("field").asText())
                                .filter(field -> !field.isEmpty() && !field.equals("<nil>")),
                        Quoted.message(cause.path("message").asText()))));
        if (faults.isEmpty()) {
            UNKNOWN.matcher(status.path("message").asText())
                    .results()
                    .forEach(unknown ->
                            faults.add(new Fault(Optional.of(unknown.group(1)), Quoted.message(unknown.group()))));
        }
        if (faults.isEmpty()) {
            faults.add(new Fault(Optional.empty(), message));
        }
        return faults;
    }

    private static List<String> warnings(HttpResponse<byte[]> response) {
        return response.headers("Warning").stream()
                .map(WARNING::matcher)
                .filter(Matcher::matches)
                .map(warning -> Quoted.message(warning.group(1).replaceAll("\\\\(.)", "$1")))
                .toList();
    }

    private static JsonNode parse(byte[] body) {
        try {
            return StrictJson.parse(body);
        } catch (Rejected e) {
            return MissingNode.getInstance();
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
