package dev.cupel.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cupel.app.BuiltProgram;
import dev.cupel.telemetry.otel.OtlpReceiver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program as it was built: what it reads, and what it sends. */
@Timeout(300)
class TelemetryIT {
    private static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private final Path folder;

    TelemetryIT(@TempDir Path folder) {
        this.folder = folder;
    }

    @BeforeEach
    void isBuilt() {
        BuiltProgram.assumeThere();
    }

    private record Ended(int code, String stderr) {}

    private Ended run(Map<String, String> environment, String option) throws IOException, InterruptedException {
        Path request =
                Files.writeString(folder.resolve("request.json"), "{\"eval_id\": \"it\", \"code\": \"print(1)\"}");
        Path stderr = folder.resolve("stderr");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Duser.home=" + folder,
                "-Xlog:class+load:file=" + classes(),
                "-jar",
                BuiltProgram.JAR.toString(),
                "run"));
        command.addAll(option.isEmpty() ? List.of() : List.of(option));
        command.add(request.toString());
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        BuiltProgram.forgetSettings(builder);
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().putAll(environment);
        Process process = builder.redirectError(stderr.toFile())
                .redirectOutput(folder.resolve("stdout").toFile())
                .start();
        assertTrue(process.waitFor(120, TimeUnit.SECONDS));
        return new Ended(process.exitValue(), Files.readString(stderr));
    }

    private Path classes() {
        return folder.resolve("classes.log");
    }

    private Set<String> classesOfOpenTelemetry() throws IOException {
        try (var lines = Files.lines(classes())) {
            return lines.filter(line -> line.contains("io.opentelemetry.") || line.contains("cupel.telemetry.otel."))
                    .collect(Collectors.toSet());
        }
    }

    @Test
    void whereNothingIsSentNoClassOfOpenTelemetryIsRead() throws IOException, InterruptedException {
        for (Map<String, String> off :
                List.of(Map.of(ENDPOINT, ""), Map.of(ENDPOINT, "http://127.0.0.1:9", "OTEL_SDK_DISABLED", "true"))) {
            Ended ended = run(off, "");
            assertEquals(0, ended.code(), ended.stderr());
            assertEquals(Set.of(), classesOfOpenTelemetry());
        }
    }

    @Test
    void aProcessThatEndsAtOnceHasSentItsTrace() throws IOException, InterruptedException {
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            Ended ended = run(Map.of(ENDPOINT, receiver.endpoint(), "OTEL_SERVICE_NAME", "mine"), "");
            assertEquals(0, ended.code(), ended.stderr());
            assertTrue(!classesOfOpenTelemetry().isEmpty(), "what the other test looks for is there");
            Set<String> traces =
                    receiver.spans().stream().map(OtlpReceiver.Told::trace).collect(Collectors.toSet());
            assertEquals(1, traces.size(), receiver.spans().toString());
            assertTrue(receiver.trace(traces.iterator().next()).stream()
                    .map(OtlpReceiver.Told::name)
                    .collect(Collectors.toSet())
                    .containsAll(Set.of("render", "submit", "collect", "job", "running")));
            assertEquals("mine", receiver.spans().getFirst().service());
        }
    }

    @Test
    void aCollectorThatIsAwayChangesNothing() throws IOException, InterruptedException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            for (String endpoint : List.of("http://127.0.0.1:9", "http://127.0.0.1:" + silent.getLocalPort())) {
                Ended ended = run(Map.of(ENDPOINT, endpoint), "--raw");
                assertEquals(0, ended.code(), ended.stderr());
                assertEquals("", ended.stderr());
                assertEquals("1\n", Files.readString(folder.resolve("stdout")));
            }
        }
    }

    @Test
    void aWrongSettingIsToldAtTheStart() throws IOException, InterruptedException {
        Ended grpc = run(Map.of(ENDPOINT, "http://127.0.0.1:9", "OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"), "");
        assertEquals(2, grpc.code(), grpc.stderr());
        assertEquals(
                "cupel: OTEL_EXPORTER_OTLP_PROTOCOL (otel.exporter.otlp.protocol) must be http/protobuf, was grpc\n",
                grpc.stderr());
        Ended noAddress = run(Map.of(ENDPOINT, "collector"), "");
        assertEquals(2, noAddress.code(), noAddress.stderr());
        assertTrue(noAddress.stderr().startsWith("cupel: OpenTelemetry does not start"), noAddress.stderr());
        assertEquals(1, noAddress.stderr().lines().count(), noAddress.stderr());
    }
}
