package dev.cupel.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the program, as it was built, reads before it listens: somebody waits for every class of it. */
@Timeout(300)
class StartIT {

    /** The command line, and the connection to the cluster. */
    private static final List<String> LATER = List.of(
            "picocli.", "io.fabric8.kubernetes.client.impl.KubernetesClientImpl", "io.netty.internal.tcnative.");

    private final Path folder;

    StartIT(@TempDir Path folder) {
        this.folder = folder;
    }

    @BeforeEach
    void isBuilt() {
        BuiltProgram.assumeThere();
    }

    @Test
    void renderReadsNothingThatItDoesNotNeed() throws IOException, InterruptedException {
        Path classes = folder.resolve("classes.log");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xlog:class+load:file=" + classes,
                        "-jar",
                        BuiltProgram.JAR.toString(),
                        "serve")
                .directory(folder.toFile())
                .redirectErrorStream(true);
        BuiltProgram.forgetSettings(builder);
        builder.environment().put("CUPEL_ROLE", "render");
        builder.environment().put("CUPEL_LOCAL", "false");
        builder.environment().put("QUARKUS_HTTP_HOST", "127.0.0.1");
        builder.environment().put("QUARKUS_HTTP_PORT", "0");
        Process process = builder.start();
        try (BufferedReader said = process.inputReader()) {
            assertTrue(said.lines().anyMatch(line -> line.contains("serving render")), "it serves");
        } finally {
            process.destroy();
            assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        }
        assertTrue(
                read(classes, List.of("dev.cupel.http.door.CallLog")).size() > 0, "the log has the program's classes");
        assertEquals(Set.of(), read(classes, LATER));
    }

    private static Set<String> read(Path log, List<String> prefixes) throws IOException {
        Set<String> found = new TreeSet<>();
        try (Stream<String> lines = Files.lines(log)) {
            lines.map(line -> line.replaceFirst("^(\\[[^\\]]*\\])+ ", ""))
                    .filter(name -> prefixes.stream().anyMatch(name::startsWith))
                    .forEach(found::add);
        }
        return found;
    }
}
