package dev.cupel.collect;

import static dev.cupel.collect.Fixtures.annotated;
import static dev.cupel.collect.Fixtures.failed;
import static dev.cupel.collect.Fixtures.terminated;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.cupel.collect.frames.FrameWriter;
import dev.cupel.collect.observed.Observed;
import dev.cupel.json.CanonicalJson;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** An event is under a MB, whatever a set printed and left, and however long its names are; an answer has it all. */
class EventSizeTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:05Z");
    private static final Links LINKS =
            Links.below("http://cupel-api.crucible.svc.cluster.local/jobs/eval-" + "x".repeat(58));

    private final FrameWriter writer = new FrameWriter(new Random(1), 4 << 20);

    @Test
    void fewCasesShareTheRoomOfOneProgram() throws IOException {
        for (int index = 0; index < 4; index++) {
            writer.run(Integer.toString(index), "x".repeat(100_000), "e".repeat(100), "0")
                    .checkpoint();
        }
        JsonNode event = event(collect("4", writer.counting(",\"cases\":4").exits(0), 0));

        for (JsonNode one : event.path("cases")) {
            JsonNode stdout = one.path("stdout");
            assertEquals(12 * 1024, stdout.path("text").asText().length());
            assertEquals(6 * 1024, stdout.at("/tail/text").asText().length());
            assertTrue(stdout.path("truncated").asBoolean());
            assertEquals(100_000, stdout.path("bytes").asInt());
            assertFalse(one.at("/stderr/truncated").asBoolean());
        }
        assertTrue(event.at("/cases/3/stdout_url").asText().endsWith("/cases/3/stdout"), event.toString());
        assertTrue(event.at("/cases/3/stderr_url").isMissingNode());
    }

    @Test
    void aThousandCasesOfControlCharactersFit() throws IOException {
        ResultBuilder set = thousand("1000");

        JsonNode event = event(set);
        assertEquals(1000, event.path("cases").size());
        assertTrue(event.at("/cases/999/stdout/truncated").asBoolean());
        assertEquals(2000, event.at("/cases/999/stdout/bytes").asInt());
        JsonNode whole = set.build(NOW, ResultBuilder.WHOLE, Links.NONE).toJson();
        assertFalse(whole.at("/cases/999/stdout/truncated").asBoolean());
        assertEquals(2000, whole.at("/cases/0/stdout/text").asText().length());
    }

    /** All names together have at most 64 KiB; on the wire a character past U+FFFF takes twelve bytes. */
    @Test
    void theLongestNamesFit() throws IOException {
        ArrayNode names = new ObjectMapper().createArrayNode();
        for (int index = 0; index < 1000; index++) {
            names.add("\uD83D\uDE00".repeat(15) + "%04d".formatted(index));
        }

        JsonNode event = event(thousand(names.toString()));

        assertEquals(1000, event.path("cases").size());
        assertEquals(names.path(7), event.at("/cases/7/name"));
        assertEquals("NonZeroExit", event.at("/cases/7/reason").asText());
    }

    @Test
    void filesThatDoNotFitAreToldWithAnAddress() throws IOException {
        writer.stdout("x".repeat(60_000).getBytes(UTF_8));
        writer.file(0, "small", "s".getBytes(UTF_8), true, "");
        writer.file(1, "a b/ü%;?#", "l".repeat(200_000).getBytes(UTF_8), true, "");
        writer.file(2, "huge", "h".repeat(9).getBytes(UTF_8), false, "");
        JsonNode event = event(
                collect("", writer.counting(",\"files\":3,\"files_omitted\":4").exits(0), 0));

        assertEquals("s", event.at("/files/small/text").asText());
        JsonNode large = event.path("files").path("a b/ü%;?#");
        assertTrue(large.path("truncated").asBoolean());
        assertEquals(200_000, large.path("bytes").asInt());
        assertTrue(large.path("url").asText().endsWith("/files/a%20b/%C3%BC%25%3B%3F%23"), large.toString());
        assertTrue(event.at("/files/huge/truncated").asBoolean()
                && !event.path("files").path("huge").has("url"));
        assertEquals(4, event.path("files_omitted").asInt());
        assertEquals(48 * 1024, event.at("/stdout/text").asText().length());
    }

    @Test
    void filesOfPathsThatAreTooLongAreCounted() throws IOException {
        for (int number = 0; number < 256; number++) {
            writer.file(number, "\"".repeat(4000) + number, new byte[0], true, "");
        }
        ResultBuilder builder = collect("", writer.counting(",\"files\":256").exits(0), 0);

        JsonNode event = event(builder);
        assertEquals(256, event.path("files_omitted").asInt());
        assertEquals(
                256,
                builder.build(NOW, ResultBuilder.WHOLE, Links.NONE)
                        .toJson()
                        .path("files")
                        .size());
    }

    private ResultBuilder thousand(String names) throws IOException {
        for (int index = 0; index < 1000; index++) {
            String run = Integer.toString(index);
            writer.run(run, "\u0001".repeat(2000), "\u0001".repeat(2000), index == 7 ? "255" : "0")
                    .checkpoint();
        }
        return collect(names, writer.counting(",\"cases\":1000").exits(1), 1);
    }

    private static ResultBuilder collect(String names, FrameWriter writer, int code) throws IOException {
        Observed seen = failed(terminated(code, "Error"));
        if (!names.isEmpty()) {
            seen = Observed.of(
                    annotated(seen.job().deepCopy(), "cupel.dev/cases", names), new ArrayList<>(seen.pods()));
        }
        return ResultBuilder.collect(seen, Optional.of(new ByteArrayInputStream(writer.log())));
    }

    private static JsonNode event(ResultBuilder builder) {
        JsonNode json = builder.forEvent(NOW, LINKS).toJson();
        int size = CanonicalJson.compact(json).length;
        assertTrue(size <= ResultBuilder.EVENT_BYTES, size + " bytes");
        return json;
    }
}
