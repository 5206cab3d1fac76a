package dev.cupel.http.door;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.http.problem.HttpRejected;
import dev.cupel.json.CanonicalJson;
import dev.cupel.json.StrictJson;
import dev.cupel.rejection.Rejected;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** Reads JSON bodies and writes JSON answers, for all calls. */
public final class JsonExchange {
    // Not @RunOnVirtualThread: Quarkus' build refuses it if Maven itself runs on an older Java.
    private static final Executor VIRTUAL = Executors.newVirtualThreadPerTaskExecutor();

    private JsonExchange() {}

    /**
     * The body as JSON.
     *
     * @throws HttpRejected if its Content-Type is not JSON's
     * @throws Rejected if its bytes are not JSON
     */
    public static JsonNode json(RoutingContext exchange) {
        Headers.requireJson(Headers.mediaType(exchange.request().getHeader("Content-Type")));
        return StrictJson.parse(body(exchange));
    }

    /** The body's bytes; empty if there is no body. */
    public static byte[] body(RoutingContext exchange) {
        Buffer body = exchange.body().buffer();
        return body == null ? new byte[0] : body.getBytes();
    }

    /** Runs a call that may take long on a virtual thread, so that it does not hold a worker thread. */
    public static Uni<Response> later(Supplier<Response> call) {
        return Uni.createFrom().item(call).runSubscriptionOn(VIRTUAL);
    }

    public static Response.ResponseBuilder answer(int status, JsonNode json) {
        return Response.status(status).type(MediaType.APPLICATION_JSON).entity(CanonicalJson.compact(json));
    }
}
