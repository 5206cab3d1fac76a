package dev.cupel.http.door;

import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** The path of a request, as the routes match it. */
final class RequestPath {
    private RequestPath() {}

    /** Empty if its percent-encoding is wrong. */
    static Optional<String> of(RoutingContext exchange) {
        try {
            return Optional.of(exchange.normalizedPath());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
