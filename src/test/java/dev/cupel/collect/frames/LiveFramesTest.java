package dev.cupel.collect.frames;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.cupel.Seeded;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Output of a log that grows: the same, in whatever pieces it comes. */
class LiveFramesTest {
    private static final Path SAMPLES = Path.of("src/main/supervisor/samples");

    private static byte[] log(String sample) throws IOException {
        return Files.readAllBytes(SAMPLES.resolve(sample + ".log"));
    }

    /** Takes all that there is, and gives where it ends. */
    private static int take(LiveFrames frames, byte[] log, Map<String, ByteArrayOutputStream> into) {
        int end = -1;
        Optional<LiveFrames.Piece> piece = frames.next(log);
        while (piece.isPresent()) {
            ByteBuffer bytes = piece.get().bytes();
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            assertTrue(copy.length > 0);
            into.computeIfAbsent(piece.get().run() + " " + piece.get().stream(), _ -> new ByteArrayOutputStream())
                    .writeBytes(copy);
            end = piece.get().end();
            piece = frames.next(log);
        }
        return end;
    }

    private static Map<String, String> texts(Map<String, ByteArrayOutputStream> taken) {
        Map<String, String> texts = new TreeMap<>();
        taken.forEach((name, bytes) -> texts.put(name, bytes.toString(UTF_8)));
        return texts;
    }

    private static Map<String, String> all(byte[] log) {
        Map<String, ByteArrayOutputStream> taken = new TreeMap<>();
        try (LiveFrames frames = new LiveFrames(true, 0)) {
            take(frames, log, taken);
        }
        return texts(taken);
    }

    /** What the samples say of each kind of frame, which is how the supervisor's own tests read them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "success", "truncated", "packed", "compiled", "not_compiled", "cases", "cases_parallel", "cases_stop",
                "files_of_cases", "nothing", "deadline"
            })
    void eachRunHasItsStreamsToldApart(String sample) throws IOException {
        JsonNode content = new JsonMapper()
                .readTree(Files.readString(SAMPLES.resolve(sample + ".expect.json")))
                .at("/container/content");
        assertTrue(content.isObject());
        Map<String, String> expected = new TreeMap<>();
        content.properties().forEach(kind -> {
            if (kind.getKey().matches("[oe](?:c|[0-9]+)?")) {
                String run = kind.getKey().substring(1).replace("c", "compile");
                String stream = kind.getKey().startsWith("o") ? "stdout" : "stderr";
                byte[] bytes = Base64.getDecoder().decode(kind.getValue().asText());
                expected.put((run.isEmpty() ? "program" : run) + " " + stream, new String(bytes, UTF_8));
            }
        });
        assertEquals(expected, all(log(sample)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"success", "cases", "compiled", "cases_truncated", "packed"})
    void aLogThatGrowsGivesTheSame(String sample) throws IOException {
        byte[] log = log(sample);
        Map<String, String> whole = all(log);
        Seeded.check(20, random -> {
            Map<String, ByteArrayOutputStream> taken = new TreeMap<>();
            LiveFrames frames = new LiveFrames(true, 0);
            int end = 0;
            for (int at = 0; at < log.length; at += 1 + random.nextInt(400)) {
                end = Math.max(end, take(frames, Arrays.copyOf(log, at), taken));
                if (random.nextInt(5) == 0) {
                    frames.close();
                    frames = new LiveFrames(true, end); // Who comes again goes on there.
                }
            }
            take(frames, log, taken);
            frames.close();
            assertEquals(whole, texts(taken));
        });
    }

    @Test
    void aLineThatIsNoFrameIsPassedOver() throws IOException {
        byte[] log = log("success");
        ByteArrayOutputStream spoilt = new ByteArrayOutputStream();
        spoilt.writeBytes("noise\n@cupel1 x\n".getBytes(UTF_8));
        spoilt.writeBytes(("@cupel1 1 o b" + "A".repeat(100_000) + " x\n").getBytes(UTF_8));
        spoilt.writeBytes(log);
        assertEquals(all(log), all(spoilt.toByteArray()));
    }

    @Test
    void ofAProgramWithoutASupervisorTheLogIsToldAsItIs() {
        Map<String, ByteArrayOutputStream> taken = new TreeMap<>();
        try (LiveFrames frames = new LiveFrames(false, 2)) {
            assertEquals(5, take(frames, "abcde".getBytes(UTF_8), taken));
            assertEquals(-1, take(frames, "ab".getBytes(UTF_8), taken)); // Rotated.
            assertEquals(6, take(frames, "abcdef".getBytes(UTF_8), taken));
        }
        assertEquals(Map.of("program stdout", "cdef"), texts(taken));
    }
}
