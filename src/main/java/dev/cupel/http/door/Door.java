package dev.cupel.http.door;

import dev.cupel.collect.HeapBudget;
import dev.cupel.http.problem.HttpReason;
import dev.cupel.http.problem.HttpRejected;
import dev.cupel.http.problem.ProblemWriter;
import dev.cupel.json.StrictJson;
import dev.cupel.quarkus.Connection;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import dev.cupel.rejection.Unavailable;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.RoutingContextInternal;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Checks every request before its route gets it, and before its body is read: whether this caller may call ({@link
 * Callers}), whether a body has a Content-Type, and its size. Then it reads the body, and hands a large one on only
 * when the {@link HeapBudget} has room for what is made of it.
 */
@ApplicationScoped
public class Door {
    /** Before Quarkus' own reader of bodies. {@link CallLog} has the same order, and comes first by its priority. */
    static final int ORDER = Integer.MIN_VALUE;

    /**
     * How many bytes a byte of a body may take: the body, its text and its tree, which may have two bytes a character.
     */
    private static final int TIMES = 6;

    /** Bodies up to this size need no lease. Most programs are smaller. */
    private static final int SMALL = 64 * 1024;

    private static final Pattern BAD_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");

    private static final String LEASE = Door.class.getName() + ".lease";

    private final Callers callers;
    private final HeapBudget budget =
            HeapBudget.ofHeap(1.0 / 6, (long) TIMES * StrictJson.MAX_BYTES, Duration.ofSeconds(20));

    Door(Callers callers) {
        this.callers = callers;
    }

    void register(@Observes @Priority(2) Router router) {
        router.route().order(ORDER).handler(this::handle).failureHandler(ProblemWriter::answer);
        router.errorHandler(400, ProblemWriter::answer);
        router.errorHandler(404, ProblemWriter::answer);
    }

    private void handle(RoutingContext exchange) {
        // A browser must not take bytes or JSON for a page or a script.
        exchange.response().putHeader("X-Content-Type-Options", "nosniff");
        Optional<Connection> connection = Connection.of(exchange);
        EndHandlers.prepare(exchange);
        EndHandlers.add(exchange, () -> {
            drop(exchange);
            connection.ifPresent(Connection::answered);
        });
        try {
            check(exchange.request(), RequestPath.of(exchange));
        } catch (Rejected | HttpRejected e) {
            refuse(exchange, e);
            return;
        }
        if (exchange.request().isEnded()) {
            connection.ifPresent(Connection::answering);
            visited(exchange, Buffer.buffer());
            exchange.next();
            return;
        }
        read(exchange, connection);
    }

    private void check(HttpServerRequest request, Optional<String> path) {
        MultiMap headers = request.headers();
        callers.check(request.method().name(), headers);
        if (path.isEmpty()) {
            throw new Rejected(RejectionReason.NOT_FOUND, "", "the path is not percent-encoded as it must be");
        }
        String query = request.query();
        if (query != null && BAD_ESCAPE.matcher(query).find()) {
            throw new Rejected(RejectionReason.INVALID_FIELD, "", "the query is not percent-encoded as it must be");
        }
        String length = headers.get("Content-Length");
        boolean hasBody = headers.contains("Transfer-Encoding") || (length != null && !length.equals("0"));
        if (hasBody && Headers.mediaType(headers.get("Content-Type")).isEmpty()) {
            throw new HttpRejected(HttpReason.UNSUPPORTED_MEDIA_TYPE, "a body needs a Content-Type");
        }
        if (length != null && (!length.matches("[0-9]{1,9}") || Integer.parseInt(length) > StrictJson.MAX_BYTES)) {
            throw tooLarge();
        }
    }

    private static Rejected tooLarge() {
        return new Rejected(RejectionReason.TOO_LARGE, "", "a body must be at most " + StrictJson.MAX_BYTES + " bytes");
    }

    private static void refuse(RoutingContext exchange, RuntimeException rejected) {
        if (!exchange.request().isEnded()) {
            exchange.response().putHeader("Connection", "close");
        }
        exchange.fail(rejected);
    }

    private void read(RoutingContext exchange, Optional<Connection> connection) {
        HttpServerRequest request = exchange.request();
        Buffer body = Buffer.buffer();
        request.exceptionHandler(exchange::fail);
        request.handler(part -> {
            if (exchange.response().ended()) {
                return;
            }
            if (body.length() + part.length() > StrictJson.MAX_BYTES) {
                refuse(exchange, tooLarge());
                return;
            }
            body.appendBuffer(part);
        });
        request.endHandler(_ -> {
            if (!exchange.response().ended()) {
                connection.ifPresent(Connection::answering);
                enter(exchange, body);
            }
        });
        request.resume();
    }

    private void enter(RoutingContext exchange, Buffer body) {
        visited(exchange, body);
        if (body.length() <= SMALL) {
            exchange.next();
            return;
        }
        Context loop = exchange.vertx().getOrCreateContext();
        Thread.startVirtualThread(() -> {
            try {
                HeapBudget.Lease lease = budget.enter((long) TIMES * body.length());
                loop.runOnContext(_ -> goOn(exchange, lease));
            } catch (Unavailable e) {
                loop.runOnContext(_ -> exchange.fail(e));
            }
        });
    }

    private static void goOn(RoutingContext exchange, HeapBudget.Lease lease) {
        if (exchange.response().closed()) {
            lease.close();
            return;
        }
        exchange.put(LEASE, lease);
        Connection.of(exchange).ifPresent(Connection::forget);
        exchange.next();
    }

    private static void visited(RoutingContext exchange, Buffer body) {
        RoutingContextInternal internal = (RoutingContextInternal) exchange;
        internal.visitHandler(RoutingContextInternal.BODY_HANDLER);
        internal.setBody(body);
    }

    /** Drops the body once it has been used, so that a call that waits for ten minutes does not hold it. */
    public static void drop(RoutingContext exchange) {
        ((RoutingContextInternal) exchange).setBody(Buffer.buffer());
        Connection.of(exchange).ifPresent(Connection::forgetSoon);
        HeapBudget.Lease lease = exchange.remove(LEASE);
        if (lease != null) {
            lease.close();
        }
    }
}
