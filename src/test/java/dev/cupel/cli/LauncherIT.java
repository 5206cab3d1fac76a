package dev.cupel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cupel.app.BuiltProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code ./cupel}, in a folder of its own, where a Maven that only copies takes the place of the real one. */
@Timeout(300)
class LauncherIT {
    private static final Set<PosixFilePermission> EXECUTABLE = PosixFilePermissions.fromString("rwxr-xr-x");

    private static final Pattern FROM_CACHE = Pattern.compile("dev\\.cupel\\.\\S+ source: shared objects file");

    /** With a blank, as folders may have one. */
    private final Path home;

    LauncherIT(@TempDir Path folder) {
        this.home = folder.resolve("my cupel");
    }

    private record Ended(int code, String stdout, String stderr) {}

    @BeforeEach
    void prepare() throws IOException {
        BuiltProgram.assumeThere();
        for (String name : new String[] {"src/main/java", "src/main/resources", "templates"}) {
            Files.createDirectories(home.resolve(name));
        }
        Files.writeString(home.resolve("pom.xml"), "<project/>");
        Files.writeString(home.resolve("sum.py"), "print(sum(map(int, input().split())))\n");
        Files.copy(Path.of("cupel"), home.resolve("cupel"));
        Files.setPosixFilePermissions(home.resolve("cupel"), EXECUTABLE);
        script("bin/mvn", "mkdir -p target && cp -pR '" + BuiltProgram.FOLDER + "' target/");
    }

    private Path script(String name, String commands) throws IOException {
        Path file = home.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + commands + "\n");
        return Files.setPosixFilePermissions(file, EXECUTABLE);
    }

    private Path cache() {
        return home.resolve("target/quarkus-app/cupel.aot");
    }

    private Ended run(Map<String, String> environment) throws IOException, InterruptedException {
        Path numbers = Files.writeString(home.resolve("numbers"), "19 23\n");
        Path stdout = home.resolve("stdout");
        Path stderr = home.resolve("stderr");
        ProcessBuilder builder = new ProcessBuilder("./cupel", "run", "sum.py")
                .directory(home.toFile())
                .redirectInput(numbers.toFile())
                .redirectOutput(stdout.toFile())
                .redirectError(stderr.toFile());
        BuiltProgram.forgetSettings(builder);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().merge("PATH", "", (path, _) -> home.resolve("bin") + ":" + path);
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertTrue(process.waitFor(120, TimeUnit.SECONDS));
        return new Ended(process.exitValue(), Files.readString(stdout), Files.readString(stderr));
    }

    /** Nothing but the program's words, whatever is the matter with the cache. */
    private void printsTheSumAlone(Map<String, String> environment) throws IOException, InterruptedException {
        assertEquals(new Ended(0, "42\n", ""), run(environment), environment::toString);
    }

    @Test
    void theFirstStartBuildsAndTheNextTakesItsCache() throws IOException, InterruptedException {
        Ended first = run(Map.of());
        assertEquals("42\n", first.stdout(), first::stderr);
        assertTrue(first.stderr().startsWith("cupel: building"), first::stderr);
        assertEquals(1, first.stderr().lines().count(), first::stderr);

        printsTheSumAlone(Map.of("JAVA_TOOL_OPTIONS", "-Xlog:class+load:file=loaded"));
        assertTrue(FROM_CACHE.matcher(Files.readString(home.resolve("loaded"))).find(), "no class came from the cache");
    }

    @Test
    void aCacheThatDoesNotFitIsNotSpokenOf() throws IOException, InterruptedException {
        run(Map.of());
        for (String option : new String[] {
            "-XX:+UseG1GC", "-XX:+UseZGC", "-XX:TieredStopAtLevel=4", "--add-modules=java.sql", "-Xshare:off"
        }) {
            printsTheSumAlone(Map.of("JAVA_TOOL_OPTIONS", option));
        }
        Files.writeString(cache(), "no cache");
        printsTheSumAlone(Map.of());
        Files.delete(cache());
        printsTheSumAlone(Map.of());
    }

    /** Java ends with 130 where somebody interrupts it, and a shell that waits for it may not end of that. */
    @Test
    void whoInterruptsTheFirstRunIsNotGivenAnother() throws IOException, InterruptedException {
        script("jdk/bin/java", "echo it ran; exit 130");
        script("jdk/bin/javac", "");
        Files.writeString(home.resolve("jdk/release"), "JAVA_VERSION=\"25\"\n");
        Ended ended = run(Map.of("JAVA_HOME", home.resolve("jdk").toString()));
        assertEquals(130, ended.code(), ended::stderr);
        assertEquals("", ended.stdout());
    }
}
