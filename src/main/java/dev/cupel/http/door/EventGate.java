package dev.cupel.http.door;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.cloudevents.Event;
import dev.cupel.cloudevents.EventContext;
import dev.cupel.cloudevents.EventType;
import dev.cupel.cloudevents.HttpBinding;
import dev.cupel.cloudevents.StructuredMode;
import dev.cupel.cloudevents.Trace;
import dev.cupel.http.problem.HttpReason;
import dev.cupel.http.problem.HttpRejected;
import dev.cupel.http.problem.ProblemWriter;
import dev.cupel.json.CanonicalJson;
import dev.cupel.json.StrictJson;
import dev.cupel.rejection.Quoted;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.Rejection;
import dev.cupel.rejection.RejectionReason;
import dev.cupel.rejection.Stage;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.RoutingContextInternal;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;

/**
 * Stands before Funqy at {@code POST /}. It answers a malformed event, a batch, and an event whose type this instance
 * does not take with a clear 4xx. Funqy itself would take a wrong {@code specversion}, and would answer an unknown type
 * with 404 and a malformed event with 500, which a broker repeats. The gate also decodes the attributes of events that
 * pass (HTTP protocol binding, section 3.1.3.2), which Funqy does not do.
 */
@ApplicationScoped
public class EventGate {
    private static final int BEFORE_ALL = -100;

    private final Role role;
    private final Index index;

    public EventGate(Role role, OptionalCalls optional) {
        this.role = role;
        this.index = new Index(optional);
    }

    public void register(@Observes Router router) {
        router.route().order(BEFORE_ALL).handler(this::handle).failureHandler(ProblemWriter::answer);
    }

    private void handle(RoutingContext exchange) {
        String path = RequestPath.of(exchange).orElse("");
        if (path.equals("/")) {
            handleEvent(exchange);
            return;
        }
        if (role != Role.API && !path.startsWith("/q/")) {
            throw new Rejected(RejectionReason.NOT_FOUND, "", "this instance answers events at POST / only");
        }
        if (!index.knows(path)) {
            // Funqy would also answer at the names of its functions.
            throw new Rejected(RejectionReason.NOT_FOUND, "", "no such path");
        }
        exchange.next();
    }

    private void handleEvent(RoutingContext exchange) {
        HttpMethod method = exchange.request().method();
        boolean isRead = method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
        if (isRead && role == Role.API) {
            answerIndex(exchange);
            return;
        }
        if (!method.equals(HttpMethod.POST)) {
            throw new HttpRejected(HttpReason.METHOD_NOT_ALLOWED, "events are sent by POST");
        }
        EventContext context = check(exchange);
        checkType(context.type());
        if (!fits(exchange, context)) {
            return;
        }
        exchange.addHeadersEndHandler(_ -> encodeHeaders(exchange));
        exchange.next();
    }

    private void answerIndex(RoutingContext exchange) {
        String accept = exchange.request().getHeader("Accept");
        boolean isBrowser = accept != null && accept.contains("text/html");
        Buffer body = isBrowser ? Buffer.buffer(index.html()) : Buffer.buffer(CanonicalJson.compact(index.json()));
        exchange.response()
                .putHeader("Content-Type", isBrowser ? "text/html;charset=UTF-8" : "application/json")
                .putHeader("Vary", "Accept")
                .end(body);
    }

    /** Rejects an event whose attributes are too large for the headers of its answers. The rejection is an event. */
    private static boolean fits(RoutingContext exchange, EventContext context) {
        try {
            HttpBinding.requireRoom(context);
            return true;
        } catch (Rejected e) {
            Rejection rejection = new Rejection(Stage.HTTP, e, Optional.empty());
            Event answer = Event.rejected(context, context.subject().orElse("unknown"), rejection);
            tell(exchange, answer);
            return false;
        }
    }

    /** Answers with an event, in the mode (binary or structured) of the event that came. Funqy does the same. */
    private static void tell(RoutingContext exchange, Event answer) {
        HttpServerResponse response = exchange.response();
        if (Headers.mediaType(exchange.request().getHeader("Content-Type")).equals(StructuredMode.MEDIA_TYPE)) {
            response.putHeader("Content-Type", StructuredMode.MEDIA_TYPE)
                    .end(Buffer.buffer(CanonicalJson.compact(StructuredMode.encode(answer))));
            return;
        }
        HttpBinding.encode(answer.context()).forEach(response::putHeader);
        response.putHeader("Content-Type", "application/json").end(Buffer.buffer(CanonicalJson.compact(answer.data())));
    }

    private static EventContext check(RoutingContext exchange) {
        String mediaType = Headers.mediaType(exchange.request().getHeader("Content-Type"));
        Headers.requireOneEvent(mediaType);
        if (mediaType.equals(StructuredMode.MEDIA_TYPE)) {
            return checkStructured(exchange);
        }
        if (JsonExchange.body(exchange).length > 0) {
            Headers.requireJson(mediaType);
        } else {
            // An event without data needs no Content-Type, but Funqy takes it for an event only with one.
            exchange.request().headers().set("Content-Type", "application/json");
        }
        EventContext context =
                traced(HttpBinding.decode(Headers.attributes(exchange.request().headers())), exchange);
        decodeHeaders(exchange.request(), context);
        return context;
    }

    private static EventContext checkStructured(RoutingContext exchange) {
        JsonNode event = StrictJson.parse(JsonExchange.body(exchange));
        EventContext context = traced(StructuredMode.context(event), exchange);
        // Funqy takes every event with a ce-id header as binary. It loses extensions that are not strings, and it reads
        // the data again, less strictly than StrictJson. So it gets a plain form of the event.
        exchange.request().headers().remove("ce-id");
        exchange.request().headers().set("Content-Type", StructuredMode.MEDIA_TYPE);
        JsonNode plain = StructuredMode.encode(context, StructuredMode.dataBytes(event));
        ((RoutingContextInternal) exchange).setBody(Buffer.buffer(CanonicalJson.compact(plain)));
        return context;
    }

    /** The extension tells where the event began, the headers only of the hop to here. */
    private static EventContext traced(EventContext context, RoutingContext exchange) {
        if (context.trace().parent().isPresent()) {
            return context;
        }
        HttpServerRequest request = exchange.request();
        return context.with(new Trace(
                Optional.ofNullable(request.getHeader(Trace.PARENT)),
                Optional.ofNullable(request.getHeader(Trace.STATE))));
    }

    private void checkType(String type) {
        boolean taken = EventType.find(type).filter(role.takes()::contains).isPresent();
        if (!taken) {
            throw new Rejected(
                    RejectionReason.UNKNOWN_TYPE,
                    "/type",
                    Quoted.of(type) + " is none that is answered here; there are "
                            + String.join(
                                    ", ",
                                    role.takes().stream()
                                            .map(EventType::wireName)
                                            .toList()));
        }
    }

    private static void decodeHeaders(HttpServerRequest request, EventContext context) {
        request.headers().set("ce-id", context.id());
        request.headers().set("ce-source", context.source());
        request.headers().set("ce-type", context.type());
        context.subject().ifPresent(subject -> request.headers().set("ce-subject", subject));
        for (String name : List.of(Trace.PARENT, Trace.STATE)) {
            request.headers().remove(HttpBinding.PREFIX + name); // It may have been none.
        }
        context.extensions().forEach((name, value) -> request.headers().set(HttpBinding.PREFIX + name, value));
    }

    /**
     * Corrects the headers that Funqy writes: it does not percent-encode text, and leaves out seconds that are zero.
     */
    private static void encodeHeaders(RoutingContext exchange) {
        var headers = exchange.response().headers();
        for (String name : headers.names()) {
            String value = headers.get(name);
            if (name.startsWith(HttpBinding.PREFIX) && value != null) {
                headers.set(name, HttpBinding.percentEncode(value));
            }
        }
        String time = headers.get("ce-time");
        if (time != null) {
            headers.set("ce-time", DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(OffsetDateTime.parse(time)));
        }
    }
}
