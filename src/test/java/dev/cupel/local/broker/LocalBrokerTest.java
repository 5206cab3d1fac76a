package dev.cupel.local.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.cupel.Await;
import dev.cupel.cloudevents.Event;
import dev.cupel.cloudevents.EventContext;
import dev.cupel.cloudevents.EventType;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
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
}
