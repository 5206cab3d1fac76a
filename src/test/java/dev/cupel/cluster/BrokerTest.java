package dev.cupel.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The ground the other cluster tests stand on: what is posted to the broker comes out of it through a Trigger. */
@ClusterTest
class BrokerTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Test
    void bringsWhatATriggerAsksForAndNothingElse(Cluster cluster) {
        String source = "/cupel-test/" + UUID.randomUUID();
        try (EventSink sink = EventSink.open(cluster, Map.of("type", "dev.cupel.test.v1", "source", source))) {
            JsonNode data =
                    Cluster.JSON.createObjectNode().put("grüße", "\u0000\"\\").putNull("none");
            cluster.send(Event.of("dev.cupel.test.v1", source + "/other", "1", data));
            cluster.send(Event.of("dev.cupel.test.v1", source, "2", data));

            Event event = sink.await("the event", LIMIT, one -> one.get("id").equals("2"));

            assertEquals(data, event.data());
            assertEquals(1, sink.events().size());
        }
    }
}
