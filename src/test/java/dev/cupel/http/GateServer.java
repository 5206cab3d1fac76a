package dev.cupel.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.http.door.EventGate;
import dev.cupel.http.door.OptionalCalls;
import dev.cupel.http.door.Role;
import dev.cupel.json.StrictJson;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Starts a server with {@link EventGate}, for one request. */
public final class GateServer {
    private GateServer() {}

    /**
     * The answer to a POST of this body.
     *
     * @param behind routes that stand behind the gate
     * @param change sets headers, or another method
     */
    public static HttpResponse<byte[]> answer(
            Consumer<Router> behind, String body, UnaryOperator<HttpRequest.Builder> change) throws Exception {
        Vertx vertx = Vertx.vertx();
        try (HttpClient client = HttpClient.newHttpClient()) {
            Router router = Router.router(vertx);
            router.route().order(-200).handler(BodyHandler.create(false));
            new EventGate(Role.API, OptionalCalls.NONE).register(router);
            behind.accept(router);
            int port = vertx.createHttpServer()
                    .requestHandler(router)
                    .listen(0, "127.0.0.1")
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS)
                    .actualPort();
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body));
            return client.send(change.apply(request).build(), HttpResponse.BodyHandlers.ofByteArray());
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }

    /** The problem document that answers a changed request. */
    public static JsonNode problem(UnaryOperator<HttpRequest.Builder> change) throws Exception {
        HttpResponse<byte[]> response = answer(_ -> {}, "{}", change);
        JsonNode problem = StrictJson.parse(response.body());
        assertEquals(response.statusCode(), problem.path("status").intValue());
        return problem;
    }

    /** Makes the HTTP request an event that asks for a run. */
    public static HttpRequest.Builder event(HttpRequest.Builder request) {
        return request.header("ce-specversion", "1.0")
                .header("ce-id", "1")
                .header("ce-source", "/s")
                .header("ce-type", "dev.cupel.job.requested.v1");
    }
}
