package dev.cupel.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.event.CanonicalJson;
import dev.cupel.event.Rejected;
import dev.cupel.event.StrictJson;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** What all calls share: JSON in, JSON out. */
final class Calls {
    private Calls() {}

    /** @throws Rejected if it is no JSON, by its media type or its bytes */
    static JsonNode json(HttpHeaders headers, byte[] body) {
        Headers.requireJson(Headers.mediaType(headers.getHeaderString(HttpHeaders.CONTENT_TYPE)));
        return StrictJson.parse(body == null ? new byte[0] : body);
    }

    static Response.ResponseBuilder answer(int status, JsonNode json) {
        return Response.status(status).type(MediaType.APPLICATION_JSON).entity(CanonicalJson.compact(json));
    }
}
