package dev.cupel.app;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** The program as Maven has built it, which integration tests start. */
public final class BuiltProgram {
    public static final Path FOLDER = Path.of("target/quarkus-app").toAbsolutePath();
    public static final Path JAR = FOLDER.resolve("quarkus-run.jar");

    private BuiltProgram() {}

    /** Skips a test where it is not built. */
    public static void assumeThere() {
        assumeTrue(Files.exists(JAR), "skipped: the program is not built; mvn package builds it");
    }

    /** Takes out of an environment what would be a setting: a cluster's, Cupel's, telemetry's. */
    public static void forgetSettings(ProcessBuilder builder) {
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("KUBE") || name.startsWith("CUPEL_") || name.startsWith("OTEL_"));
    }
}
