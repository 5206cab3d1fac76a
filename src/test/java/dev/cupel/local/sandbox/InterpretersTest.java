package dev.cupel.local.sandbox;

import static dev.cupel.local.Run.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.cupel.TestTags;
import dev.cupel.local.LocalJobApi;
import dev.cupel.local.Node;
import dev.cupel.local.Run;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Pythons as people have them, in the sandbox: each runs, and shows its own files and nothing else. All lie below the
 * machine's temporary folder, which a program's own /tmp hides.
 */
@Tag(TestTags.SLOW)
@Timeout(120)
class InterpretersTest {
    private final Sandbox sandbox = Sandbox.detect(SystemFolders.onPath(SystemFolders.path(), "bwrap"), _ -> {});

    @TempDir
    private Path folder = Path.of("/");

    private Path home = Path.of("/");
    private Path python = Path.of("/");
    private Path library = Path.of("/");

    @BeforeEach
    void findsThisMachinesPython() throws IOException, InterruptedException, NotStarted {
        assumeTrue(sandbox.isThere(), "skipped: bubblewrap is not installed here, or does not work");
        Executable found = new Interpreters(SystemFolders.path(), sandbox, List.of()).find("python3");
        python = found.path().toRealPath();
        library = Path.of(output(python, "-I", "-c", "import os; print(os.path.dirname(os.__file__))"));
        home = Files.createDirectory(folder.toRealPath().resolve("home"));
        Files.writeString(Files.createDirectories(home.resolve("project")).resolve("secret"), "hidden");
        Files.writeString(home.resolve("secret"), "hidden");
    }

    private static String output(Path command, String... arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(command.toString()));
        all.addAll(Arrays.asList(arguments));
        Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertEquals(0, process.waitFor(), printed);
        return printed;
    }

    /** What a program sees with this folder first on PATH. */
    private JsonNode run(Path bin, String code) throws InterruptedException {
        String path = bin + ":/usr/bin:/bin";
        try (LocalJobApi jobs =
                new LocalJobApi("crucible", 1, _ -> {}, _ -> {}, Node.of(sandbox, path, List.of(home)))) {
            return Run.start(jobs, request(code)).result();
        }
    }

    /** Runs in it and finds nothing of the home folder but Python's own. */
    private void runs(Path bin, String isVenv) throws InterruptedException {
        JsonNode result = run(bin, """
                import os, sys, json, ctypes, ssl, subprocess
                print(sys.prefix != sys.base_prefix)
                subprocess.run([sys.executable, '-c', 'import sqlite3'], check=True)
                for folder, _, files in os.walk(%s):
                    print([folder for file in files if file == 'secret'], end='')
                """.formatted(new com.fasterxml.jackson.databind.node.TextNode(home.toString())));
        String printed = result.at("/stdout/text").asText().replace("[]", "");
        assertEquals(isVenv + "\n", printed, result.toString());
        assertEquals("exact", result.path("capture").asText());
    }

    /** An installation with this prefix: the machine's own Python, copied, which finds its library by where it lies. */
    private Path install(Path prefix) throws IOException {
        Path bin = Files.createDirectories(prefix.resolve("bin"));
        Path lib = Files.createDirectories(prefix.resolve("lib"));
        Files.copy(python, bin.resolve(python.getFileName()));
        if (!python.getFileName().toString().equals("python3")) {
            Files.createSymbolicLink(bin.resolve("python3"), python.getFileName());
        }
        Files.createSymbolicLink(lib.resolve(library.getFileName()), library);
        Path libraries = python.resolveSibling("../lib").normalize();
        if (Files.isDirectory(libraries)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(libraries, "libpython*")) {
                for (Path file : files) {
                    Files.createSymbolicLink(lib.resolve(file.getFileName()), file);
                }
            }
        }
        return bin;
    }

    @ParameterizedTest
    @ValueSource(strings = {"--symlinks", "--copies", "--system-site-packages"})
    void aVirtualenvInsideAProjectRunsAndDoesNotShowTheProject(String option) throws Exception {
        Path venv = home.resolve("project/.venv");
        output(python, "-m", "venv", "--without-pip", option, venv.toString());
        runs(venv.resolve("bin"), "True");
    }

    @Test
    void aVirtualenvsOwnPackagesAreThere() throws Exception {
        Path venv = home.resolve("venv");
        output(python, "-m", "venv", "--without-pip", venv.toString());
        Path packages = Path.of(
                output(venv.resolve("bin/python3"), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"));
        Files.writeString(packages.resolve("only_here.py"), "WORD = 'found'\n");
        JsonNode result = run(venv.resolve("bin"), "import only_here\nprint(only_here.WORD)");
        assertEquals("found\n", result.at("/stdout/text").asText(), result.toString());
    }

    @Test
    void aLinkFromElsewhereRuns() throws Exception {
        Path bin = Files.createDirectories(home.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("python3"), python);
        runs(bin, "False");
    }

    /** As uv lays it out: the version's folder is a link to the patch's, and the command a link into that. */
    @Test
    void aLinkThroughALinkedFolderRuns() throws Exception {
        Path pythons = home.resolve(".local/share/uv/python");
        install(pythons.resolve("cpython-3.x.y"));
        Files.createSymbolicLink(pythons.resolve("cpython-3.x"), Path.of("cpython-3.x.y"));
        Path bin = Files.createDirectories(home.resolve(".local/bin"));
        Path real = pythons.resolve("cpython-3.x/bin").resolve(python.getFileName());
        Files.createSymbolicLink(bin.resolve("python3"), real);
        runs(bin, "False");
        Path venv = home.resolve("project/.venv");
        output(bin.resolve("python3"), "-m", "venv", "--without-pip", venv.toString());
        runs(venv.resolve("bin"), "True");
    }

    @ParameterizedTest
    @ValueSource(strings = {".", ".local"})
    void aPrefixThatIsTheHomeOrInItShowsNothingElseOfIt(String prefix) throws Exception {
        Path place = home.resolve(prefix).normalize();
        Path bin = install(place);
        Files.createDirectories(place.resolve("share/keyrings"));
        Files.writeString(place.resolve("share/keyrings/secret"), "hidden");
        Files.writeString(place.resolve("bin/secret"), "hidden");
        Files.writeString(place.resolve("lib/secret"), "hidden");
        runs(bin, "False");
    }

    /** pyenv's and asdf's kind: a script that needs the home folder, and starts the real one. */
    @Test
    void aShimIsLookedThrough() throws Exception {
        script("printf 'a word from the shim\\n'\nexec " + python + " \"$@\"\n");
        runs(home.resolve("bin"), "False");
    }

    private void script(String text) throws IOException {
        Path bin = Files.createDirectories(home.resolve("bin"));
        for (String name : List.of("python", "python3")) {
            Path script = Files.writeString(bin.resolve(name), "#!/bin/sh\n" + text);
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    @Test
    void oneThatDoesNotStartIsNoFaultOfTheProgramAndTheLineThatSaysWhyIsTold() throws Exception {
        script("echo 'error while loading shared libraries: libpython3.99.so' >&2\nexit 127\n");
        JsonNode result = run(home.resolve("bin"), "print(1)");
        assertEquals("StartFailed", result.path("reason").asText(), result.toString());
        assertEquals("error", result.path("outcome").asText());
        assertEquals("none", result.path("capture").asText());
        assertTrue(result.path("exit_code").isNull());
        assertTrue(result.path("message").asText().contains("libpython3.99.so"), result.toString());
    }

    /** It answers, and cannot run inside: what bubblewrap says is told. */
    @Test
    void oneThatDoesNotStartInTheSandboxIsNoFaultOfTheProgramEither() throws Exception {
        script("printf '{\"executable\": \"%s\", \"folders\": [], \"files\": []}' " + home.resolve("bin/python3"));
        JsonNode result = run(home.resolve("bin"), "print(1)");
        assertEquals("StartFailed", result.path("reason").asText(), result.toString());
        assertTrue(result.path("message").asText().contains("does not run in the sandbox"), result.toString());
    }

    @Test
    void aFolderThatHoldsTheHomeIsNeverShown() {
        List<Path> homes = List.of(library.resolve("home/user"));
        Interpreters interpreters = new Interpreters(python.resolveSibling("").toString(), sandbox, homes);
        try {
            Executable found = interpreters.find("python3");
            assertFalse(found.mounts().contains(library.toString()), "those of the system are shown in any case");
            assertTrue(SystemFolders.isSystem(library));
        } catch (NotStarted e) {
            assertTrue(e.text().contains("holds the home folder"), e.text());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void itIsAskedOnce() throws Exception {
        Path asked = home.resolve("asked");
        script("echo x >> " + asked + "\nexec " + python + " \"$@\"\n");
        Executables executables = new Executables(home.resolve("bin") + ":/bin", sandbox, List.of(home));
        executables.find("python3");
        assertEquals(python, executables.find("python3").path().toRealPath());
        assertEquals(List.of("x"), Files.readAllLines(asked));
    }

    /** A manifest that somebody sent: it names a file of this machine's. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "HOME/bin/python3",
                "python/../HOME/bin/python3",
                "HOME/bin/../bin/sh",
                "./python3",
                "/usr/../HOME"
            })
    void nothingThatAManifestNamesIsRunOrShown(String template) throws Exception {
        Path ran = home.resolve("ran");
        script("touch " + ran + "\n");
        String word = template.replace("/HOME", home.toString()).replace("HOME", home.toString());
        for (Sandbox each : List.of(sandbox, Sandbox.detect(java.util.Optional.empty(), _ -> {}))) {
            try (LocalJobApi jobs = new LocalJobApi("crucible", 1, _ -> {}, _ -> {}, each)) {
                JsonNode result = Run.startChanged(jobs, request("print(1)"), job -> {
                            ArrayNode command = (ArrayNode) job.at("/spec/template/spec/containers/0/command");
                            command.set(0, word);
                        })
                        .result();
                assertEquals("StartFailed", result.path("reason").asText(), result.toString());
                assertFalse(result.path("message").asText().contains(home.toString()), result.toString());
            }
            assertFalse(Files.exists(ran), "it ran");
        }
    }
}
