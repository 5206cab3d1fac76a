package dev.cupel.collect.frames;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.collect.captured.Captured;
import dev.cupel.collect.captured.CapturedRun;
import dev.cupel.collect.captured.CapturedStream;
import dev.cupel.collect.captured.CollectedFile;
import dev.cupel.collect.captured.LastFrame;
import dev.cupel.collect.captured.RunEnd;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The sample logs beside the supervisor, which its own tests read as well: what is expected of each is in a file. */
class SampleLogsTest {
    private static final Path SAMPLES = Path.of(System.getProperty("cupel.samples", "src/main/supervisor/samples"));
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    @TestFactory
    Stream<DynamicTest> aSampleSaysWhatIsExpected() throws IOException {
        if (Files.notExists(SAMPLES)) {
            return Stream.empty();
        }
        try (Stream<Path> files = Files.list(SAMPLES)) {
            List<Path> logs = files.filter(file -> file.toString().endsWith(".log"))
                    .sorted()
                    .toList();
            return logs.stream()
                    .map(log -> DynamicTest.dynamicTest(log.getFileName().toString(), () -> check(log)));
        }
    }

    private static void check(Path log) throws IOException {
        String name = log.getFileName().toString().replaceAll("[.]log$", ".expect.json");
        JsonNode expected = new JsonMapper().readTree(Files.readString(log.resolveSibling(name), UTF_8));
        JsonNode container = expected.path("container");
        ContainerEnd end = new ContainerEnd(
                RunEndReader.present(container.path("exit_code")).map(JsonNode::intValue),
                RunEndReader.present(container.path("message")).map(JsonNode::asText),
                container.path("log_closed").asBoolean(true));
        try (InputStream bytes = Files.newInputStream(log)) {
            compare("", expected, tell(FrameDecoder.decode(bytes, end)));
        }
    }

    /** All that is expected must be there; what is there may be more. */
    private static void compare(String at, JsonNode expected, JsonNode told) {
        if (expected.isObject()) {
            for (Map.Entry<String, JsonNode> one : expected.properties()) {
                if (!(at + one.getKey()).equals("container")) {
                    compare(at + one.getKey() + "/", one.getValue(), told.path(one.getKey()));
                }
            }
        } else if (expected.isArray()) {
            assertEquals(expected.size(), told.size(), at);
            for (int index = 0; index < expected.size(); index++) {
                compare(at + index + "/", expected.path(index), told.path(index));
            }
        } else {
            assertEquals(expected.asText(), told.isMissingNode() ? "null" : told.asText(), at);
        }
    }

    private static JsonNode tell(Captured captured) {
        ObjectNode told = JSON.objectNode().put("capture", captured.capture().wireName());
        told.set(
                "last", captured.lastFrame().<JsonNode>map(SampleLogsTest::tell).orElseGet(JSON::nullNode));
        streams(told, captured.stdout(), captured.stderr());
        captured.parts().compile().ifPresent(run -> told.set("compile", tell(run)));
        var cases = told.putArray("cases");
        captured.parts().cases().forEach((index, run) -> {
            while (cases.size() < index) {
                cases.addNull();
            }
            cases.add(tell(run));
        });
        captured.parts().files().forEach(file -> told.withArray("files").add(tell(file)));
        return told;
    }

    private static ObjectNode tell(LastFrame last) {
        ObjectNode told = JSON.objectNode();
        end(told, last.run());
        told.put("cases", last.counts().cases().orElse(null));
        told.put("files", last.counts().files().orElse(null));
        return told.put("files_omitted", last.counts().filesOmitted());
    }

    private static ObjectNode tell(CapturedRun run) {
        ObjectNode told = JSON.objectNode().put("capture", run.capture().wireName());
        run.end().ifPresentOrElse(end -> end(told, end), () -> told.putNull("ended"));
        streams(told, run.stdout(), run.stderr());
        return told;
    }

    private static void end(ObjectNode told, RunEnd end) {
        told.put("ended", end.ended().name().toLowerCase(Locale.ROOT));
        told.put("exit", end.end().exitCode().orElse(null));
        told.put("signal", end.end().signal().orElse(null));
        told.put("oom", end.isOutOfMemory());
        told.put("error", end.error().orElse(null));
    }

    private static void streams(ObjectNode told, Optional<CapturedStream> stdout, Optional<CapturedStream> stderr) {
        stdout.ifPresent(stream -> told.set("stdout", tell(stream)));
        stderr.ifPresent(stream -> told.set("stderr", tell(stream)));
    }

    private static ObjectNode tell(CapturedStream stream) {
        int kept = stream.head().length;
        return JSON.objectNode()
                .put("bytes", stream.bytes())
                .put("sha256", stream.sha256())
                .put("kept", kept)
                .put("tail", stream.keptBytes() - kept);
    }

    private static ObjectNode tell(CollectedFile file) {
        return JSON.objectNode()
                .put("path", file.path())
                .put("bytes", file.bytes())
                .put("sha256", file.sha256().orElse(null))
                .put("kept", file.content().map(CapturedStream::bytes).orElse(0L))
                .put("case", file.caseIndex().orElse(null));
    }
}
