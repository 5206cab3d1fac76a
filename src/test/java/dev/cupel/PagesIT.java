package dev.cupel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cupel.app.BuiltProgram;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The pages that a newcomer types from, typed: every command in its order, in a folder with the project's own beside, by
 * the program as it was built. What is not run says why, on the page and in this test's output.
 */
@Timeout(600)
class PagesIT {
    private static final Path PROJECT = Path.of("").toAbsolutePath();

    private final Path folder;
    private final List<Process> background = new ArrayList<>();
    private int port;

    PagesIT(@TempDir Path folder) {
        this.folder = folder;
    }

    /** A page that is not typed through is not one by task. */
    @Test
    void theMapNamesEachPageByTask() throws IOException {
        String map = Files.readString(Path.of("docs/README.md"));
        for (String page : List.of("evaluate", "packages", "own-template", "consume", "operate", "troubleshoot")) {
            assertTrue(map.contains("(" + page + ".md)"), page);
        }
    }

    @Test
    void theReadmeHasAtMostTwoScreens() throws IOException {
        assertTrue(Files.readAllLines(Path.of("README.md")).size() <= 80);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "README.md",
                "docs/evaluate.md",
                "docs/packages.md",
                "docs/own-template.md",
                "docs/consume.md",
                "docs/operate.md",
                "docs/troubleshoot.md"
            })
    void everyCommandDoesWhatThePageSays(String page) throws Exception {
        BuiltProgram.assumeThere();
        prepare();
        Walk walk = Walk.of(Path.of(page));
        int run = 0;
        try {
            Optional<String> printed = Optional.empty();
            for (Walk.Step step : walk.steps()) {
                String place = page + ":" + step.line();
                if (step.comment("not run").isPresent()) {
                    System.out.println(
                            place + " is not run: " + step.comment("not run").get());
                } else if (step.comment("file").isPresent()) {
                    Files.writeString(folder.resolve(step.comment("file").get()), step.text());
                } else if (step.comment("background").isPresent()) {
                    start(step, place);
                } else if (step.isCommand()) {
                    printed = Optional.of(run(step, place));
                    run++;
                } else if (step.language().equals("text")) {
                    assertPrinted(printed.orElseThrow(), step.text(), place);
                } else {
                    throw new AssertionError(place + ": what is this block of " + step.language() + "?");
                }
            }
        } finally {
            for (Process process : background) {
                process.descendants().forEach(ProcessHandle::destroy);
                process.destroy();
                process.waitFor(30, TimeUnit.SECONDS);
            }
        }
        assertTrue(run > 0, "the page has commands");
    }

    private void prepare() throws IOException {
        for (String name : List.of("templates", "src", "knative", "docs")) {
            Files.createSymbolicLink(folder.resolve(name), PROJECT.resolve(name));
        }
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Path cupel = folder.resolve("cupel");
        Files.writeString(cupel, "#!/bin/sh\nexec '" + java + "' -jar '" + BuiltProgram.JAR + "' \"$@\"\n");
        Files.setPosixFilePermissions(cupel, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
    }

    /** A shell of its own, as a newcomer's other terminal is; the port that a page names may be taken here. */
    private ProcessBuilder shell(Walk.Step step, Path out) {
        String commands = step.text().replace(":8080", ":" + port);
        ProcessBuilder shell = new ProcessBuilder("bash", "-euo", "pipefail", "-c", commands)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        BuiltProgram.forgetSettings(shell);
        shell.environment().put("LC_ALL", "C.UTF-8");
        return shell.redirectInput(Path.of("/dev/null").toFile());
    }

    private void start(Walk.Step step, String place) throws Exception {
        Path out = folder.resolve("background-" + step.line());
        ProcessBuilder shell = shell(step, out);
        shell.environment().put("QUARKUS_HTTP_PORT", Integer.toString(port));
        Process process = shell.start();
        background.add(process);
        String word = step.comment("background").orElseThrow();
        Await.until(
                place + " says " + word,
                () -> !process.isAlive() || Files.readString(out, UTF_8).contains(word));
        assertTrue(process.isAlive(), () -> place + " ended: " + read(out));
    }

    private String run(Walk.Step step, String place) throws Exception {
        Path out = folder.resolve("out-" + step.line());
        Process process = shell(step, out).start();
        assertTrue(process.waitFor(300, TimeUnit.SECONDS), () -> place + " does not end: " + read(out));
        int expected = step.comment("exits").map(Integer::parseInt).orElse(0);
        assertEquals(expected, process.exitValue(), () -> place + ": " + read(out));
        return read(out);
    }

    private static void assertPrinted(String printed, String expected, String place) {
        String lines = expected.lines()
                .filter(line -> !line.isBlank())
                .map(line -> Stream.of(line.split("…", -1)).map(Pattern::quote).collect(Collectors.joining(".*")))
                .collect(Collectors.joining(".*\n(?:.*\n)*?.*"));
        assertTrue(Pattern.compile("(?m)^.*" + lines + ".*$").matcher(printed).find(), () -> place + "\n" + printed);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, UTF_8);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
