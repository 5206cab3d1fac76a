package dev.cupel.local.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpServer;
import dev.cupel.Await;
import dev.cupel.cloudevents.Event;
import dev.cupel.cloudevents.EventContext;
import dev.cupel.cloudevents.EventType;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LocalBrokerTest {
    private static final Event CHANGE = new Event(
            new EventContext(
                    "1",
                    "/test",
                    EventType.RESOURCE_UPDATE.wireName(),
                    Optional.empty(),
                    Optional.empty(),
                    new TreeMap<>()),
            JsonNodeFactory.instance.objectNode());

    private final AtomicInteger deliveries = new AtomicInteger();

    private URI sink() {
        deliveries.incrementAndGet();
        return URI.create("http://127.0.0.1:1/");
    }

    @Test
    void whatIsOnlyShownIsDeliveredToNobody() throws InterruptedException {
        List<Event> heard = new ArrayList<>();
        try (LocalBroker broker = new LocalBroker(this::sink)) {
            broker.listen(heard::add);
            broker.show(CHANGE);
            assertEquals(List.of(CHANGE), heard);
            assertEquals(1, broker.backlog().next(0, _ -> true).orElseThrow().number());
            assertEquals(0, deliveries.get());
            broker.publish(CHANGE);
            Await.until("it is delivered", () -> deliveries.get() > 0);
            assertEquals(2, heard.size());
        }
    }

    /** As {@code cupel run} does when it hears of its result, which is settled by its last delivery. */
    @Test
    void whoHearsOfAnEventAndClosesTheBrokerKeepsNobodyFromIt() throws Exception {
        HttpServer function = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        function.createContext("/", exchange -> {
            deliveries.incrementAndGet();
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        function.start();
        try {
            LocalBroker broker = new LocalBroker(
                    () -> URI.create("http://127.0.0.1:" + function.getAddress().getPort() + "/"));
            CountDownLatch closing = new CountDownLatch(1);
            Thread closer = Thread.ofVirtual().unstarted(() -> {
                closing.countDown();
                broker.close();
            });
            broker.listen(_ -> {
                closer.start();
                try {
                    closing.await();
                    closer.join(Duration.ofMillis(200));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            broker.publish(CHANGE);
            closer.join();
            assertEquals(1, deliveries.get());
        } finally {
            function.stop(0);
        }
    }
}
