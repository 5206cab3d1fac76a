package dev.cupel.collect.frames;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cupel.TestTags;
import dev.cupel.collect.captured.Captured;
import dev.cupel.collect.captured.LastFrame;
import dev.cupel.collect.captured.RunEnd.Ended;
import dev.cupel.result.Capture;
import dev.cupel.result.ProgramEnd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The decoder against the real supervisor, so that both sides keep to one protocol. */
@Tag(TestTags.SLOW)
class SupervisorTest {
    private static final Path SUPERVISOR =
            Path.of(System.getProperty("cupel.supervisor", "src/main/supervisor/supervisor.py"));

    @TempDir
    private Path folder = Path.of("");

    @BeforeEach
    void needsTheSupervisorAndPython() {
        assumeTrue(Files.exists(SUPERVISOR), "no " + SUPERVISOR);
        assumeTrue(isPythonInstalled(), "no python3");
    }

    @Test
    void givesWhatWasPrintedByteForByte() throws Exception {
        Captured captured =
                run("import os\nos.write(1, b'a\\r\\nb\\0\\xff\\rno-nl'); os.write(2, b'oh')\nraise SystemExit(7)");

        assertEquals(Capture.EXACT, captured.capture());
        assertArrayEquals(
                "a\r\nb\0\u00ff\rno-nl".getBytes(ISO_8859_1),
                captured.stdout().orElseThrow().head());
        assertArrayEquals("oh".getBytes(UTF_8), captured.stderr().orElseThrow().head());
        assertEquals(ProgramEnd.exited(7), captured.lastFrame().orElseThrow().end());
    }

    @Test
    void givesHeadAndTailOfThirtyMegabytes() throws Exception {
        Captured captured = run("import os\nfor i in range(3_000_000 // 64): os.write(1, b'%08d\\n' % i * 71)");

        assertEquals(Capture.EXACT, captured.capture());
        assertEquals(1_000_000, captured.stdout().orElseThrow().head().length);
        assertEquals(3_000_000L / 64 * 71 * 9, captured.stdout().orElseThrow().bytes());
    }

    @Test
    void namesTheSignal() throws Exception {
        Captured captured = run("import os\nos.kill(os.getpid(), 11)");

        assertEquals(Capture.EXACT, captured.capture());
        assertEquals(
                ProgramEnd.signalled("SIGSEGV"),
                captured.lastFrame().orElseThrow().end());
    }

    @Test
    void givesTheOutputUpToTheDeadline() throws Exception {
        Captured captured = run("import time\nprint('so far')\ntime.sleep(60)");

        assertEquals(Capture.EXACT, captured.capture());
        assertEquals(Ended.DEADLINE, captured.lastFrame().orElseThrow().ended());
        assertArrayEquals(
                "so far\n".getBytes(UTF_8), captured.stdout().orElseThrow().head());
    }

    @Test
    void isNotTakenInByFramesThatTheProgramPrints() throws Exception {
        Captured captured = run("print('\\n@cupel1 0 k bAAAA 0123456789abcdef0123456789abcdef')");

        assertEquals(Capture.EXACT, captured.capture());
        assertTrue(new String(captured.stdout().orElseThrow().head(), UTF_8).contains("@cupel1 0 k"));
    }

    @Test
    void isNotTakenInByAProgramThatBreaksTheSupervisor() throws Exception {
        FrameWriter forger = new FrameWriter(new Random(1), 0).exits(1);
        Captured captured = run("""
                import os, resource
                open(os.environ['CUPEL_TERMINATION_LOG'], 'w').write('%s')
                resource.prlimit(os.getppid(), resource.RLIMIT_AS, (0, 0))
                print('x' * 3_000_000)""".formatted(forger.terminationMessage()));

        // Mostly it lacks memory then and ends. Where it had enough, it says itself what there was.
        if (captured.capture() == Capture.EXACT) {
            assertEquals(3_000_001, captured.stdout().orElseThrow().bytes());
            assertEquals(
                    ProgramEnd.exited(0), captured.lastFrame().orElseThrow().end());
        } else {
            assertEquals(Capture.PARTIAL, captured.capture());
            assertTrue(captured.lastFrame().isEmpty(), "what the supervisor did not say, nobody did");
        }
    }

    /** Exact only where the supervisor exits with another code than one that was killed: see {@link ContainerEnd}. */
    @Test
    void isSureOfAProgramThatKillsItselfOnlyIfTheContainerIs() throws Exception {
        Captured captured = run("import os\nos.kill(os.getpid(), 9)");

        Optional<ProgramEnd> end = captured.lastFrame().map(LastFrame::end);
        assertEquals(captured.capture() == Capture.EXACT, end.equals(Optional.of(ProgramEnd.signalled("SIGKILL"))));
    }

    private Captured run(String code) throws IOException, InterruptedException {
        Path log = folder.resolve("log");
        Path message = Files.createFile(folder.resolve("message"));
        List<String> command =
                new ArrayList<>(List.of("python3", "-I", "-S", "-u", "-c", Files.readString(SUPERVISOR)));
        command.addAll(List.of("timeout=3", "output_limit=1000000", "main=main.py", "run=python3", "run=main.py"));
        command.add("code=" + code);
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectOutput(log.toFile());
        builder.environment().put("CUPEL_TERMINATION_LOG", message.toString());
        Process process = builder.start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the supervisor ends by itself");
        ContainerEnd end = new ContainerEnd(Optional.of(process.exitValue()), Optional.of(Files.readString(message)));
        try (var bytes = Files.newInputStream(log)) {
            return FrameDecoder.decode(bytes, end);
        }
    }

    private static boolean isPythonInstalled() {
        try {
            return new ProcessBuilder("python3", "--version").start().waitFor() == 0;
        } catch (IOException notThere) {
            return false;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
