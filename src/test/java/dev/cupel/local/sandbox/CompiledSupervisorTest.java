package dev.cupel.local.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cupel.TestTags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag(TestTags.SLOW)
@Timeout(60)
class CompiledSupervisorTest {
    private static final String TEXT = "exec('import sys;print(6*7,sys.argv)')";
    private static final List<String> COMMAND = List.of("python3", "-I", "-S", "-u", "-c", TEXT);
    private static final List<String> WORDS = List.of("-I", "-S", "-u", "-c", TEXT, "a", "b");

    private final Sandbox sandbox = Sandbox.detect(SystemFolders.onPath(SystemFolders.path(), "bwrap"), _ -> {});

    @TempDir
    private Path folder;

    private Path made;
    private Path interpreter;
    private Executable python;

    /** An interpreter of its own, that the test may change. */
    @BeforeEach
    void aPython() throws Exception {
        assumeTrue(sandbox.isThere(), "skipped: bubblewrap is not installed here, or does not work");
        made = folder.resolve("made");
        Executable real = new Executables(SystemFolders.path(), sandbox, SystemFolders.homes()).find("python3");
        interpreter = folder.resolve("python");
        Files.writeString(interpreter, "#!/bin/sh\nexec " + real.path() + " \"$@\"\n");
        Files.setPosixFilePermissions(interpreter, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<String> mounts = new ArrayList<>(real.mounts());
        mounts.addAll(List.of("--ro-bind", interpreter.toString(), interpreter.toString()));
        python = new Executable(interpreter, mounts);
    }

    private String run(CompiledSupervisor.Start start) throws InterruptedException {
        List<String> mounts = new ArrayList<>(python.mounts());
        mounts.addAll(start.mounts());
        Trial trial = Trial.run(
                new ProcessBuilder(sandbox.wrapTrial(new Executable(interpreter, mounts), start.words())), 20);
        assertEquals(0, trial.code(), trial.output());
        return trial.output().strip();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(made)) {
            return files.toList();
        }
    }

    private void replace(Path file, byte[] content) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Files.write(file, content);
    }

    @Test
    void itIsCompiledOnceHoweverOftenItStarts() throws Exception {
        CompiledSupervisor supervisor = new CompiledSupervisor(COMMAND, made, sandbox);
        CompiledSupervisor.Start first = supervisor.start(python, WORDS);
        for (int i = 0; i < 3; i++) {
            assertEquals(first, supervisor.start(python, WORDS));
        }
        assertEquals(1, files().size());
        assertEquals("42 ['-c', 'a', 'b']", run(first));
    }

    @Test
    void whatRunsIsTheCompiledForm() throws Exception {
        CompiledSupervisor.Start start = new CompiledSupervisor(COMMAND, made, sandbox).start(python, WORDS);
        CompiledSupervisor other = new CompiledSupervisor(
                List.of("python3", "-I", "-S", "-u", "-c", "exec('print(8*7)')"), folder.resolve("other"), sandbox);
        List<String> words = List.of("-I", "-S", "-u", "-c", "exec('print(8*7)')");
        String file = other.start(python, words).mounts().get(1);
        replace(files().getFirst(), Files.readAllBytes(Path.of(file)));
        assertEquals("56", run(start));
    }

    @Test
    void whatItCompilesLaterIsCompiledToo() throws Exception {
        String text = """
                exec('''W = "\\\\nclass A: x = 42"
                code = compile(W, "anew", "exec")
                exec(code)
                print(A.x, code.co_filename, eval(compile("6*7", "", "eval")))''')""";
        List<String> words = List.of("-I", "-S", "-u", "-c", text);
        List<String> command =
                Stream.concat(Stream.of("python3"), words.stream()).toList();
        assertEquals("42 cupel 42", run(new CompiledSupervisor(command, made, sandbox).start(python, words)));
    }

    @Test
    void anInterpreterOfAnotherMagicNumberCompilesTheText() throws Exception {
        CompiledSupervisor.Start start = new CompiledSupervisor(COMMAND, made, sandbox).start(python, WORDS);
        Path file = files().getFirst();
        byte[] code = Files.readAllBytes(file);
        code[0] ^= 1;
        replace(file, code);
        assertEquals("42 ['-c', 'a', 'b']", run(start));
        replace(file, new byte[0]);
        assertEquals("42 ['-c', 'a', 'b']", run(start));
    }

    @Test
    void itIsCompiledAnewForAnotherInterpreterAndWhereTheFileIsGone() throws Exception {
        CompiledSupervisor supervisor = new CompiledSupervisor(COMMAND, made, sandbox);
        CompiledSupervisor.Start first = supervisor.start(python, WORDS);
        Files.setLastModifiedTime(interpreter, FileTime.fromMillis(1_000_000));
        CompiledSupervisor.Start second = supervisor.start(python, WORDS);
        assertNotEquals(first, second);
        Files.delete(Path.of(second.mounts().get(1)));
        CompiledSupervisor.Start third = supervisor.start(python, WORDS);
        assertNotEquals(second, third);
        assertEquals("42 ['-c', 'a', 'b']", run(third));
    }

    @Test
    void aPythonThatCannotCompileItStartsAsItWas() throws Exception {
        Files.writeString(interpreter, "#!/bin/sh\nexit 3\n");
        CompiledSupervisor supervisor = new CompiledSupervisor(COMMAND, made, sandbox);
        CompiledSupervisor.Start start = supervisor.start(python, WORDS);
        assertEquals(new CompiledSupervisor.Start(WORDS, List.of()), start);
        assertEquals(start, supervisor.start(python, WORDS));
        assertTrue(Files.notExists(made));
    }

    @Test
    void anyOtherCommandStaysAsItIs() throws Exception {
        CompiledSupervisor supervisor = new CompiledSupervisor(COMMAND, made, sandbox);
        for (List<String> words : List.of(
                List.<String>of(),
                List.of("-c", TEXT),
                List.of("-I", "-S", "-u", "-c", TEXT + " "),
                List.of("-I", "-S", "-u", "-c"))) {
            assertEquals(new CompiledSupervisor.Start(words, List.of()), supervisor.start(python, words));
        }
        CompiledSupervisor none = new CompiledSupervisor(List.of(), made, sandbox);
        assertEquals(new CompiledSupervisor.Start(WORDS, List.of()), none.start(python, WORDS));
        CompiledSupervisor unsandboxed =
                new CompiledSupervisor(COMMAND, made, Sandbox.detect(java.util.Optional.empty(), _ -> {}));
        assertEquals(new CompiledSupervisor.Start(WORDS, List.of()), unsandboxed.start(python, WORDS));
        assertTrue(Files.notExists(made));
    }
}
