package dev.cupel.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.cloudevents.Event;
import dev.cupel.cloudevents.EventContext;
import dev.cupel.cloudevents.HttpBinding;
import dev.cupel.cloudevents.StructuredMode;
import dev.cupel.http.door.Headers;
import dev.cupel.http.door.JsonExchange;
import dev.cupel.json.StrictJson;
import dev.cupel.local.broker.LocalBroker;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The ingress of local mode's broker. */
@Path("/broker")
@Tag(name = "broker")
public class BrokerCalls {
    private final Optional<LocalBroker> broker;

    BrokerCalls(Optional<LocalBroker> broker) {
        this.broker = broker;
    }

    @POST
    @Operation(operationId = "publishEvent", summary = "Takes an event, binary or structured")
    @RequestBody(
            required = true,
            content = {
                @Content(mediaType = "application/json", schema = @Schema(ref = "EventData")),
                @Content(mediaType = StructuredMode.MEDIA_TYPE, schema = @Schema(ref = "CloudEvent"))
            })
    @APIResponse(responseCode = "202", ref = "Taken")
    @APIResponse(responseCode = "400", ref = "Problem")
    @APIResponse(responseCode = "403", ref = "Problem")
    @APIResponse(responseCode = "500", ref = "Problem")
    @APIResponse(responseCode = "404", ref = "Problem")
    @APIResponse(responseCode = "413", ref = "Problem")
    @APIResponse(responseCode = "415", ref = "Problem")
    @APIResponse(responseCode = "503", ref = "Problem")
    public Response publish(@Context RoutingContext exchange) {
        LocalBroker local = broker.orElseThrow(BrokerCalls::isNotThere);
        HttpServerRequest request = exchange.request();
        byte[] body = JsonExchange.body(exchange);
        String mediaType = Headers.mediaType(request.getHeader("Content-Type"));
        Headers.requireOneEvent(mediaType);
        local.take(mediaType.equals(StructuredMode.MEDIA_TYPE) ? structured(body) : binary(request, mediaType, body));
        return Response.accepted().build();
    }

    private static Event structured(byte[] body) {
        JsonNode event = StrictJson.parse(body);
        EventContext context = StructuredMode.context(event);
        return new Event(context, StructuredMode.data(event));
    }

    private static Event binary(HttpServerRequest request, String mediaType, byte[] body) {
        Headers.requireJson(mediaType);
        return new Event(HttpBinding.decode(Headers.attributes(request.headers())), StrictJson.parse(body));
    }

    static Rejected isNotThere() {
        return new Rejected(
                RejectionReason.NOT_FOUND, "", "the embedded broker is there in local mode only; start with --local");
    }
}
