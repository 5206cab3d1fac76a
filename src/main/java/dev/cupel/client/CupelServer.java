package dev.cupel.client;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;

/** A Cupel that serves somewhere else, by its HTTP calls; from any number of threads. */
public final class CupelServer {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private final String base;
    private final List<Header> headers;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();

    /** A header of every call, such as {@code Authorization} for what stands before the server. */
    public record Header(String name, String value) {
        /** @throws IllegalArgumentException if it is not {@code Name: value} */
        public static Header parse(String text) {
            int colon = text.indexOf(':');
            if (colon < 1) {
                throw new IllegalArgumentException("a header must be \"Name: value\"");
            }
            String name = text.substring(0, colon).strip();
            String value = text.substring(colon + 1).strip();
            // Says now what the client would say at every call.
            HttpRequest.newBuilder().header(name, value);
            return new Header(name, value);
        }
    }

    /**
     * Where it serves.
     *
     * @throws IllegalArgumentException if it is no such address
     */
    public CupelServer(String url, List<Header> headers) {
        this.base = checked(url).replaceAll("/+$", "");
        this.headers = List.copyOf(headers);
    }

    private static String checked(String url) {
        URI uri = URI.create(url);
        boolean good = ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                && uri.getHost() != null
                && uri.getRawQuery() == null
                && uri.getRawFragment() == null;
        if (!good) {
            throw new IllegalArgumentException("must be an address such as https://cupel.example");
        }
        return url;
    }

    /** What the server is called. */
    public String url() {
        return base;
    }

    /**
     * A call without a body.
     *
     * @param path with its query
     * @throws IOException if there was no answer in time, or no server
     */
    public Answer call(String method, String path, Map<String, String> more, Duration timeout)
            throws IOException, InterruptedException {
        return send(request(path, more, timeout).method(method, HttpRequest.BodyPublishers.noBody()));
    }

    /**
     * A call with JSON.
     *
     * @throws IOException if there was no answer in time, or no server
     */
    public Answer post(String path, byte[] json, Map<String, String> more, Duration timeout)
            throws IOException, InterruptedException {
        return send(request(path, more, timeout)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(json)));
    }

    private HttpRequest.Builder request(String path, Map<String, String> more, Duration timeout) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path)).timeout(timeout);
        headers.forEach(header -> request.header(header.name(), header.value()));
        more.forEach(request::header);
        return request;
    }

    private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        Optional<Duration> retryAfter = response.headers()
                .firstValue("Retry-After")
                .filter(value -> value.matches("[0-9]{1,6}"))
                .map(value -> Duration.ofSeconds(Long.parseLong(value)));
        return new Answer(response.statusCode(), response.body(), retryAfter);
    }
}
