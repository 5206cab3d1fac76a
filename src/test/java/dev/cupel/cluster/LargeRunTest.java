package dev.cupel.cluster;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.programs.Large;
import io.restassured.response.Response;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The largest code and the largest output that a request may have, from event to event, and by link what no event holds. */
@ClusterTest
class LargeRunTest {
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final int EVENT_HEAD = 48 * 1024;

    private final String id = UUID.randomUUID().toString();

    @Test
    void givesOneMebibyteOfCodeAndFourOfNoise(Cluster cluster) {
        JsonNode result = run(cluster, Large.request("test-" + id, false));
        byte[] noise = Large.noise();

        assertAll(
                () -> assertEquals("Completed", result.path("reason").asText()),
                () -> assertEquals("exact", result.path("capture").asText()),
                () -> assertEquals(noise.length, result.at("/stdout/bytes").asInt()),
                () -> assertTrue(result.at("/stdout/truncated").asBoolean(), "cut in the event"),
                () -> assertArrayEquals(
                        Arrays.copyOf(noise, EVENT_HEAD),
                        Base64.getDecoder().decode(result.at("/stdout/base64").asText())),
                () -> assertFalse(result.has("stderr_url"), "all of stderr is in the event"));
        Response whole = get(cluster, result, "stdout_url");
        assertArrayEquals(noise, whole.asByteArray());
        assertEquals("exact", whole.header("Cupel-Capture"));
        assertEquals("false", whole.header("Cupel-Truncated"));
    }

    @Test
    void saysWhatOfTwoNoisyStreamsTheLogCouldNotHold(Cluster cluster) {
        JsonNode result = run(cluster, Large.request("test-" + id, true));
        byte[] noise = Large.noise();

        assertEquals("exact", result.path("capture").asText());
        int kept = 0;
        for (String stream : new String[] {"stdout", "stderr"}) {
            Response head = get(cluster, result, stream + "_url");
            byte[] bytes = head.asByteArray();
            kept += bytes.length;
            assertArrayEquals(Arrays.copyOf(noise, bytes.length), bytes);
            assertEquals(noise.length, result.path(stream).path("bytes").asInt());
            assertEquals(bytes.length < noise.length, Boolean.parseBoolean(head.header("Cupel-Truncated")));
        }
        assertTrue(kept > 6 << 20 && kept < 8 << 20, "kept " + kept);
    }

    private JsonNode run(Cluster cluster, ObjectNode request) {
        try (EventSink sink = EventSink.open(cluster, Map.of("correlationid", id))) {
            cluster.send(Event.of("dev.cupel.job.requested.v1", "/cupel-test", id, request));
            return sink.await("finished", LIMIT, event -> event.get("type").equals("dev.cupel.job.finished.v1"))
                    .data();
        }
    }

    private static Response get(Cluster cluster, JsonNode result, String link) {
        Response response = new Api(cluster).get(URI.create(result.path(link).asText()));
        assertEquals(200, response.statusCode());
        return response;
    }
}
