package dev.cupel.collect;

import static dev.cupel.collect.Fixtures.active;
import static dev.cupel.collect.Fixtures.container;
import static dev.cupel.collect.Fixtures.failed;
import static dev.cupel.collect.Fixtures.job;
import static dev.cupel.collect.Fixtures.terminated;
import static dev.cupel.collect.Fixtures.withoutSupervisor;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.collect.frames.FrameWriter;
import dev.cupel.collect.observed.Observed;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ResultBuilderTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:05Z");
    private static final Links URLS = path ->
            Optional.ofNullable(Map.of("/stdout", "/out", "/stderr", "/err").get(path));

    @Test
    void tellsOfAProgramThatPrintedJson() throws IOException {
        FrameWriter writer =
                writer().stdout("{\"a\": 1, \"b\": null}\n".getBytes(UTF_8)).exits(3);

        JsonNode result = result(failed(terminated(3, "Error")), writer.log());

        assertEquals("NonZeroExit", result.path("reason").asText());
        assertEquals(3, result.path("exit_code").asInt());
        assertEquals("exact", result.path("capture").asText());
        assertEquals(
                "{\"a\": 1, \"b\": null}\n", result.path("stdout").path("text").asText());
        assertEquals("sha256:34", result.path("image_id").asText());
        assertEquals(
                "{\"name\":\"python\",\"digest\":\"sha256:12\"}",
                result.path("template").toString());
        assertEquals(
                "{\"wall_seconds\":0.25,\"cpu_seconds\":0.125,\"max_rss_bytes\":13737984}",
                result.path("usage").toString());
        assertEquals(
                "{\"requested_at\":\"2026-11-24T10:00:00.500Z\",\"submitted_at\":\"2026-11-24T10:00:01Z\",\"scheduled_at\":null,"
                        + "\"started_at\":\"2026-09-21T14:13:20.500Z\",\"finished_at\":\"2026-09-21T14:13:20.750Z\","
                        + "\"collected_at\":\"2026-11-24T10:00:05Z\"}",
                result.path("timings").toString());
    }

    @Test
    void cutsWhatIsTooLongForAnEvent() throws IOException {
        byte[] data = "ä".repeat(50_000).getBytes(UTF_8);
        FrameWriter writer = writer().stdout(data).stderr("x".getBytes(UTF_8)).exits(3);
        ResultBuilder builder = collect(failed(terminated(3, "Error")), writer.log());

        JsonNode event =
                builder.build(NOW, ResultBuilder.EVENT_HEAD_BYTES, URLS).toJson();
        JsonNode whole = builder.build(NOW, ResultBuilder.WHOLE, URLS).toJson();

        assertEquals("ä".repeat(24 * 1024), event.path("stdout").path("text").asText());
        assertEquals(
                "ä".repeat(8 * 1024),
                event.path("stdout").path("tail").path("text").asText());
        assertEquals(100_000, event.path("stdout").path("bytes").asInt());
        assertEquals("/out", event.path("stdout_url").asText());
        assertTrue(event.path("stderr_url").isMissingNode());
        assertEquals(50_000, whole.path("stdout").path("text").asText().length());
        assertTrue(whole.path("stdout_url").isMissingNode());
    }

    @Test
    void takesTimesFromTheContainerWhereThereIsNoLastFrame() throws IOException {
        JsonNode result = result(
                failed(terminated(137, "OOMKilled")),
                writer().stdout("so far".getBytes(UTF_8)).log());

        assertEquals("OOMKilled", result.path("reason").asText());
        assertEquals("partial", result.path("capture").asText());
        assertEquals("so far", result.path("stdout").path("text").asText());
        assertEquals(
                "2026-11-24T10:00:02Z",
                result.path("timings").path("started_at").asText());
        assertEquals(
                "2026-11-24T10:00:03Z",
                result.path("timings").path("finished_at").asText());
        assertTrue(result.path("usage").isNull());
    }

    @Test
    void givesAPlainLogAsItIs() throws IOException {
        byte[] log = "out\nerr\n@cupel1 0 k b00 0\n".getBytes(UTF_8);

        JsonNode result = result(withoutSupervisor(failed(terminated(2, "Error"))), log);

        assertEquals("log", result.path("capture").asText());
        assertEquals(new String(log, UTF_8), result.path("stdout").path("text").asText());
        assertTrue(result.path("stderr").isNull());
        assertEquals(2, result.path("exit_code").asInt());
    }

    @Test
    void givesHeadAndTailOfAPlainLogThatIsTooLong() throws IOException {
        byte[] log = new byte[5_000_000];
        java.util.Arrays.fill(log, (byte) 'x');
        log[log.length - 1] = 'z';

        JsonNode stdout =
                result(withoutSupervisor(failed(terminated(2, "Error"))), log).path("stdout");

        assertEquals(5_000_000, stdout.path("bytes").asInt());
        assertEquals(
                FrameWriter.hex(FrameWriter.sha256(log)), stdout.path("sha256").asText());
        assertEquals("x".repeat(16383) + "z", stdout.path("tail").path("text").asText());
    }

    @Test
    void saysNoneWhereNothingRan() throws IOException {
        Observed seen = active(container("{waiting: {reason: 'ErrImagePull', message: 'no such image'}}"));

        JsonNode result = ResultBuilder.collect(seen, Optional.empty())
                .build(NOW, 0, Links.NONE)
                .toJson();

        assertEquals("none", result.path("capture").asText());
        assertTrue(result.path("stdout").isNull());
        assertTrue(result.path("message").asText().contains("no such image"));
    }

    @Test
    void saysNoneWhereTheSupervisorCouldNotStartTheProgram() throws IOException {
        FrameWriter writer = writer().ends(null, null, "notstarted");

        JsonNode result = result(failed(terminated(125, "Error")), writer.log());

        assertEquals("StartFailed", result.path("reason").asText());
        assertEquals("none", result.path("capture").asText());
    }

    @Test
    void saysLostWhereTheLogIsGone() throws IOException {
        assertEquals("lost", lost(failed(terminated(3, "Error"))));
        assertEquals("lost", lost(withoutSupervisor(failed(terminated(3, "Error")))));
        assertEquals("lost", lost(Observed.of(job("{failed: 1}"), List.of())));
        assertEquals("none", lost(Observed.of(job("{}"), List.of())));
    }

    @Test
    void countsWhatIsWrongWithALogThatIsNotExact() throws IOException {
        FrameWriter writer = writer().stdout("a".getBytes(UTF_8)).exits(3);
        List<byte[]> lines = writer.frames();
        lines.set(1, "foreign\n".getBytes(UTF_8));

        JsonNode result = result(failed(terminated(3, "Error")), FrameWriter.join(lines));

        assertEquals("lost", result.path("capture").asText());
        assertEquals(
                "The program exited with code 3. In the log, 1 foreign lines (7 bytes) and 0 frames that do not verify; 1 frames missing.",
                result.path("message").asText());
    }

    private static String lost(Observed seen) throws IOException {
        return ResultBuilder.collect(seen, Optional.empty())
                .build(NOW, 0, URLS)
                .output()
                .capture()
                .wireName();
    }

    private static JsonNode result(Observed seen, byte[] log) throws IOException {
        return collect(seen, log)
                .build(NOW, ResultBuilder.EVENT_HEAD_BYTES, URLS)
                .toJson();
    }

    private static ResultBuilder collect(Observed seen, byte[] log) throws IOException {
        return ResultBuilder.collect(seen, Optional.<InputStream>of(new ByteArrayInputStream(log)));
    }

    private static FrameWriter writer() {
        return new FrameWriter(new Random(1), 1_000_000);
    }
}
