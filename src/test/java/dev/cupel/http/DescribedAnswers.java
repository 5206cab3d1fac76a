package dev.cupel.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.http.door.RoleTest;
import io.quarkus.test.junit.callback.QuarkusTestBeforeEachCallback;
import io.quarkus.test.junit.callback.QuarkusTestMethodContext;
import io.restassured.RestAssured;
import io.restassured.filter.Filter;
import io.restassured.filter.FilterContext;
import io.restassured.response.Response;
import io.restassured.specification.FilterableRequestSpecification;
import io.restassured.specification.FilterableResponseSpecification;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.jspecify.annotations.Nullable;

/**
 * Holds every answer that a test of the server gets by REST Assured against the OpenAPI document: its status, its media
 * type, and each field. So no call can answer what the document does not say, whichever test asks.
 */
final class DescribedAnswers implements Filter {
    private static final int TOO_LARGE_HEADERS = 431;

    private static final Set<String> SEEN = new ConcurrentSkipListSet<>();

    private @Nullable OpenApi openApi;

    /** Found as a service, for each test with a server. */
    public static final class EveryTest implements QuarkusTestBeforeEachCallback {
        @Override
        public void beforeEach(QuarkusTestMethodContext context) {
            // OpenAPI is the api's; the functions have events alone.
            boolean isApi = !(context.getTestInstance() instanceof RoleTest);
            RestAssured.replaceFiltersWith(isApi ? List.of(new DescribedAnswers()) : List.of());
        }
    }

    /** Statuses and calls that were answered until now, as in {@code 202 DELETE /jobs/{name}}. */
    static Set<String> seen() {
        return Set.copyOf(SEEN);
    }

    @Override
    public Response filter(
            FilterableRequestSpecification request, FilterableResponseSpecification expected, FilterContext context) {
        Response answer = context.next(request, expected);
        URI uri = URI.create(request.getURI());
        OpenApi api = document(uri);
        api.find(request.getMethod(), uri.getRawPath()).ifPresent(call -> check(api, call, answer));
        return answer;
    }

    private static void check(OpenApi api, OpenApi.Call call, Response answer) {
        if (answer.statusCode() == TOO_LARGE_HEADERS) {
            return; // Vert.x says so before there is a call.
        }
        String what = answer.statusCode() + " " + call.name();
        SEEN.add(what);
        JsonNode response = api.resolved(call.response(answer.statusCode())
                .orElseThrow(() -> new AssertionError(what + " is not in OpenAPI: " + answer.asString())));
        byte[] body = answer.asByteArray();
        if (body.length == 0) {
            return;
        }
        String mediaType = answer.contentType().replaceAll(";.*", "");
        assertTrue(response.path("content").has(mediaType), what + ": " + mediaType + " is not in OpenAPI");
        JsonNode schema = response.path("content").path(mediaType).path("schema");
        if (mediaType.equals("application/json") || mediaType.endsWith("+json")) {
            assertEquals(List.of(), api.faults(schema, Asking.parse(answer.asString()), what));
        }
    }

    private OpenApi document(URI uri) {
        if (openApi == null) {
            openApi = read(uri.resolve("/q/openapi"));
        }
        return openApi;
    }

    /** Not by REST Assured, which would ask this filter. */
    static OpenApi read(URI uri) {
        try {
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
            connection.setRequestProperty("Accept", "application/json");
            try (InputStream body = connection.getInputStream()) {
                return new OpenApi(Asking.parse(new String(body.readAllBytes(), UTF_8)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(uri.toString(), e);
        }
    }
}
