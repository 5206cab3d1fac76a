package dev.cupel.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.cloudevents.EventType;
import dev.cupel.cloudevents.StructuredMode;
import dev.cupel.http.door.RoleTest;
import dev.cupel.local.broker.LocalBroker;
import dev.cupel.schema.Held;
import io.quarkus.test.junit.callback.QuarkusTestAfterEachCallback;
import io.quarkus.test.junit.callback.QuarkusTestBeforeEachCallback;
import io.quarkus.test.junit.callback.QuarkusTestMethodContext;
import io.restassured.RestAssured;
import io.restassured.filter.Filter;
import io.restassured.filter.FilterContext;
import io.restassured.response.Response;
import io.restassured.specification.FilterableRequestSpecification;
import io.restassured.specification.FilterableResponseSpecification;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.enterprise.util.TypeLiteral;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Holds every answer that a test of the server gets by REST Assured against the OpenAPI document: its status, its headers,
 * its media type, and each field. And holds every event that passes through the server's broker meanwhile, or is an answer,
 * against the schema of its data. So nothing can be told that is not described, whichever test asks.
 */
final class DescribedAnswers implements Filter {
    private static final int TOO_LARGE_HEADERS = 431;

    /** What every server says of an answer's way and length. */
    private static final Set<String> OF_HTTP =
            Set.of("content-type", "content-length", "transfer-encoding", "connection");

    private static final Set<String> SEEN = new ConcurrentSkipListSet<>();
    private static final Queue<String> EVENT_FAULTS = new ConcurrentLinkedQueue<>();
    private static final Set<LocalBroker> HEARD = Collections.newSetFromMap(new WeakHashMap<>());
    private static final AtomicLong EVENTS = new AtomicLong();

    private @Nullable OpenApi openApi;

    /** Found as a service, for each test with a server. */
    public static final class EveryTest implements QuarkusTestBeforeEachCallback, QuarkusTestAfterEachCallback {
        @Override
        public void beforeEach(QuarkusTestMethodContext context) {
            // OpenAPI is the api's; the functions have events alone.
            boolean isApi = !(context.getTestInstance() instanceof RoleTest);
            RestAssured.replaceFiltersWith(isApi ? List.of(new DescribedAnswers()) : List.of());
            CDI.current()
                    .select(new TypeLiteral<Optional<LocalBroker>>() {})
                    .get()
                    .ifPresent(DescribedAnswers::listen);
        }

        @Override
        public void afterEach(QuarkusTestMethodContext context) {
            List<String> faults = new ArrayList<>();
            for (String fault = EVENT_FAULTS.poll(); fault != null; fault = EVENT_FAULTS.poll()) {
                faults.add(fault);
            }
            assertEquals(List.of(), faults, "events that passed through the broker");
        }
    }

    private static synchronized void listen(LocalBroker broker) {
        if (HEARD.add(broker)) {
            broker.listen(event -> {
                EVENTS.incrementAndGet();
                EVENT_FAULTS.addAll(faults(StructuredMode.encode(event)));
            });
        }
    }

    /** What is wrong with an event in structured mode; a request or a cancel is what a test sent, and may be wrong. */
    private static List<String> faults(JsonNode event) {
        String type = event.path("type").asText();
        Optional<String> schema = EventType.find(type).flatMap(EventType::schema);
        if (Set.of(EventType.REQUESTED.wireName(), EventType.CANCEL.wireName()).contains(type) || schema.isEmpty()) {
            return List.of();
        }
        List<String> faults = new ArrayList<>();
        if (!event.path("dataschema").asText().equals(schema.get())) {
            faults.add(type + " names the schema " + event.path("dataschema"));
        }
        Held.faults(type, event.path("data")).forEach(fault -> faults.add(type + ": " + fault));
        return faults;
    }

    /** How many events were held against their schemas until now. */
    static long events() {
        return EVENTS.get();
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
        answer.headers().forEach(header -> {
            String name = header.getName().toLowerCase(Locale.ROOT);
            assertTrue(
                    OF_HTTP.contains(name) || isDescribed(response.path("headers"), name),
                    what + ": the header " + name + " is not in OpenAPI");
        });
        byte[] body = answer.asByteArray();
        if (body.length == 0) {
            return;
        }
        String mediaType = answer.contentType().replaceAll(";.*", "");
        assertTrue(response.path("content").has(mediaType), what + ": " + mediaType + " is not in OpenAPI");
        JsonNode schema = response.path("content").path(mediaType).path("schema");
        if (mediaType.equals("application/json") || mediaType.endsWith("+json")) {
            JsonNode json = Asking.parse(answer.asString());
            assertTrue(schema.isObject(), what + ": " + mediaType + " has no schema");
            assertEquals(List.of(), Held.faults(api.strict(schema), json), what);
            checkEvent(answer, mediaType, json);
        }
    }

    private static boolean isDescribed(JsonNode headers, String name) {
        return headers.propertyStream().anyMatch(header -> header.getKey().equalsIgnoreCase(name));
    }

    private static void checkEvent(Response answer, String mediaType, JsonNode json) {
        if (mediaType.equals(StructuredMode.MEDIA_TYPE)) {
            assertEquals(List.of(), faults(json));
        } else if (answer.header("ce-type") != null) {
            ObjectNode event = JsonNodeFactory.instance
                    .objectNode()
                    .put("type", answer.header("ce-type"))
                    .put("dataschema", answer.header("ce-dataschema"));
            assertEquals(List.of(), faults(event.set("data", json)));
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
