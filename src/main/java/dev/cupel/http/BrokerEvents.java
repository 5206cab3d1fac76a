package dev.cupel.http;

import dev.cupel.http.door.EndHandlers;
import dev.cupel.http.problem.HttpReason;
import dev.cupel.http.problem.HttpRejected;
import dev.cupel.http.problem.ProblemWriter;
import dev.cupel.local.broker.Backlog;
import dev.cupel.local.broker.LocalBroker;
import dev.cupel.rejection.Unavailable;
import io.vertx.core.Context;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/**
 * Shows all events that pass through local mode's broker, as server-sent events. Each reader takes events from the
 * broker's {@link Backlog} only as fast as its connection takes them. So a client that does not read costs nothing.
 */
@ApplicationScoped
public class BrokerEvents {
    /** How many bytes of past events a reader gets first if it does not name the last event that it has. */
    static final long FIRST_BYTES = 1 << 20;

    static final int MAX_READERS = 100;

    private static final String PATH = "/broker/events";
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(30);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final Optional<LocalBroker> broker;

    BrokerEvents(Optional<LocalBroker> broker) {
        this.broker = broker;
    }

    void register(@Observes Router router) {
        router.route(PATH).handler(this::handle).failureHandler(ProblemWriter::answer);
    }

    private void handle(RoutingContext exchange) {
        if (!exchange.request().method().equals(HttpMethod.GET)) {
            throw new HttpRejected(HttpReason.METHOD_NOT_ALLOWED, "not on this path");
        }
        Backlog backlog = broker.orElseThrow(BrokerCalls::isNotThere).backlog();
        if (backlog.readers() >= MAX_READERS) {
            throw new Unavailable("there are " + MAX_READERS + " readers already", RETRY_AFTER);
        }
        List<String> types = exchange.queryParam("type");
        Predicate<String> wanted = types.isEmpty() ? _ -> true : Set.copyOf(types)::contains;
        long after = Optional.ofNullable(exchange.request().getHeader("Last-Event-ID"))
                .flatMap(backlog::number)
                .orElseGet(() -> backlog.before(FIRST_BYTES, wanted));
        new Reader(exchange, backlog, wanted, after).start();
    }

    /** Runs in its connection's own thread, except {@link #come}. */
    private static final class Reader {
        private final RoutingContext exchange;
        private final HttpServerResponse response;
        private final Backlog backlog;
        private final Predicate<String> wanted;
        private final Context loop;
        private final AtomicBoolean coming = new AtomicBoolean();
        private long after;

        Reader(RoutingContext exchange, Backlog backlog, Predicate<String> wanted, long after) {
            this.exchange = exchange;
            this.response = exchange.response();
            this.loop = exchange.vertx().getOrCreateContext();
            this.backlog = backlog;
            this.wanted = wanted;
            this.after = after;
        }

        void start() {
            response.setChunked(true)
                    .putHeader("Content-Type", "text/event-stream")
                    .putHeader("Cache-Control", "no-store");
            AutoCloseable listening = backlog.onNew(this::come);
            long alive = exchange.vertx().setPeriodic(SIGN_OF_LIFE.toMillis(), _ -> write(":\n\n"));
            EndHandlers.add(exchange, () -> {
                exchange.vertx().cancelTimer(alive);
                close(listening);
            });
            response.drainHandler(_ -> take());
            write(":\n\n");
            take();
        }

        private void come() {
            if (coming.compareAndSet(false, true)) {
                loop.runOnContext(_ -> {
                    coming.set(false);
                    take();
                });
            }
        }

        private void take() {
            Optional<Backlog.Passed> next = next();
            while (next.isPresent()) {
                Backlog.Passed event = next.get();
                after = event.number();
                write("id: " + backlog.id(event) + "\ndata: " + event.text() + "\n\n");
                next = next();
            }
        }

        private Optional<Backlog.Passed> next() {
            boolean takesMore = !response.closed() && !response.ended() && !response.writeQueueFull();
            return takesMore ? backlog.next(after, wanted) : Optional.empty();
        }

        private void write(String text) {
            if (!response.closed() && !response.ended() && !response.writeQueueFull()) {
                response.write(text);
            }
        }

        private static void close(AutoCloseable listening) {
            try {
                listening.close();
            } catch (Exception e) {
                throw new IllegalStateException("removing a reader", e);
            }
        }
    }
}
