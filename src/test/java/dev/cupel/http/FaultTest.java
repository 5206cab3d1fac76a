package dev.cupel.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A fault of our own: the client learns that there was one, and nothing of the inside. */
class FaultTest {
    private final RuntimeException fault = new IllegalStateException(
            "Bearer eyJhbGciOi at /var/run/secrets/token", new java.io.IOException("/work/code.py"));

    @Test
    void anEventIsAnsweredWithAProblemThatTellsNothing() throws Exception {
        Vertx vertx = Vertx.vertx();
        try (HttpClient client = HttpClient.newHttpClient()) {
            Router router = Router.router(vertx);
            router.route().order(-200).handler(BodyHandler.create(false));
            new EventGate(Role.API).register(router);
            router.post("/").handler(_ -> {
                throw fault;
            });
            HttpServer server = vertx.createHttpServer().requestHandler(router);
            int port = server.listen(0, "127.0.0.1")
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS)
                    .actualPort();
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                    .header("ce-specversion", "1.0")
                    .header("ce-id", "1")
                    .header("ce-source", "/s")
                    .header("ce-type", "dev.cupel.job.requested.v1")
                    .header("content-type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString("{}"))
                    .build();
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            tellsNothing(answer.statusCode(), answer.body() + answer.headers().map());
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void aCallToo() {
        try (Response answer = new ProblemMapper().toResponse(fault)) {
            tellsNothing(
                    answer.getStatus(),
                    new String((byte[]) answer.getEntity(), StandardCharsets.UTF_8) + answer.getStringHeaders());
        }
    }

    private static void tellsNothing(int status, String answer) {
        assertEquals(500, status, answer);
        assertTrue(answer.contains("A fault of Cupel's own."), answer);
        for (String secret :
                new String[] {"Bearer", "token", "/work", "/var", "IllegalState", "IOException", ".java", "at dev"}) {
            assertFalse(answer.contains(secret), answer);
        }
    }
}
