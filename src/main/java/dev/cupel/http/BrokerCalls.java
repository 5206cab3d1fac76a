package dev.cupel.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.event.CanonicalJson;
import dev.cupel.event.Event;
import dev.cupel.event.EventContext;
import dev.cupel.event.HttpBinding;
import dev.cupel.event.Rejected;
import dev.cupel.event.RejectionReason;
import dev.cupel.event.StrictJson;
import dev.cupel.event.StructuredMode;
import dev.cupel.local.LocalBroker;
import io.smallrye.mutiny.Multi;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Local mode's broker: its ingress, and all that passes through it. */
@Path("/broker")
@Tag(name = "broker")
public class BrokerCalls {
    private final Optional<LocalBroker> broker;

    BrokerCalls(Optional<LocalBroker> broker) {
        this.broker = broker;
    }

    @POST
    @Operation(summary = "Takes an event, binary or structured")
    public Response publish(byte[] body, @Context HttpServerRequest request) {
        LocalBroker local = broker();
        String mediaType = Headers.mediaType(request.getHeader("Content-Type"));
        if (mediaType.startsWith("application/cloudevents-batch")) {
            throw new Rejected(RejectionReason.BATCH_UNSUPPORTED, "", "send the events one by one");
        }
        local.publish(
                mediaType.equals(StructuredMode.MEDIA_TYPE) ? structured(body) : binary(request, mediaType, body));
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

    @GET
    @Path("events")
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Operation(summary = "All that passes through the broker, the last thousand first, as server-sent events")
    public Multi<String> events() {
        LocalBroker local = broker();
        return Multi.createFrom().emitter(emitter -> {
            AutoCloseable listening = local.listen(true, event -> emitter.emit(text(event)));
            emitter.onTermination(() -> close(listening));
        });
    }

    private static String text(Event event) {
        return new String(CanonicalJson.compact(StructuredMode.encode(event)), StandardCharsets.UTF_8);
    }

    private static void close(AutoCloseable listening) {
        try {
            listening.close();
        } catch (Exception e) {
            throw new IllegalStateException("removing a listener", e);
        }
    }

    private LocalBroker broker() {
        return broker.orElseThrow(() -> new Rejected(
                RejectionReason.NOT_FOUND, "", "the embedded broker is there in local mode only; start with --local"));
    }
}
