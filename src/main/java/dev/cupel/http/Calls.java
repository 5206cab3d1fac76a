package dev.cupel.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.event.CanonicalJson;
import dev.cupel.event.Rejected;
import dev.cupel.event.StrictJson;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** What all calls share: JSON in, JSON out. */
final class Calls {
    private Calls() {}

    /** @throws Rejected if it is no JSON, by its media type or its bytes */
    static JsonNode json(RoutingContext exchange) {
        Headers.requireJson(Headers.mediaType(exchange.request().getHeader("Content-Type")));
        return StrictJson.parse(body(exchange));
    }

    /** The body's bytes; none where there is no body. */
    static byte[] body(RoutingContext exchange) {
        Buffer body = exchange.body().buffer();
        return body == null ? new byte[0] : body.getBytes();
    }

    static Response.ResponseBuilder answer(int status, JsonNode json) {
        return Response.status(status).type(MediaType.APPLICATION_JSON).entity(CanonicalJson.compact(json));
    }
}
