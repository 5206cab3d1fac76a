package dev.cupel.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cupel.TestTags;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What each shell makes of {@code cupel completion}: the real one, where it is installed. */
@Tag(TestTags.SLOW)
@Timeout(120)
class CompletionTest {
    private final Path folder;

    CompletionTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private Path script(String shell) throws Exception {
        boolean isThere = Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(bin -> Files.isExecutable(Path.of(bin, shell)));
        assumeTrue(isThere, "skipped: no " + shell + " is installed");
        Captured printed = Captured.of(() -> Cupel.commandLine().execute("completion", shell));
        assertEquals(0, printed.code(), printed.stderr());
        return Files.write(folder.resolve("cupel." + shell), printed.stdout());
    }

    private String run(String... command) throws Exception {
        Path out = folder.resolve("out");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(out.toFile())
                .start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it ends");
        return new String(Files.readAllBytes(out), UTF_8);
    }

    private List<String> bash(Path script, String... words) throws Exception {
        String commands = "source " + script + "; COMP_WORDS=(\"$@\"); COMP_CWORD=" + (words.length - 1)
                + "; _complete_cupel 2>/dev/null; printf '%s\\n' \"${COMPREPLY[@]}\"";
        return run(Stream.concat(Stream.of("bash", "--norc", "-c", commands, "bash"), Arrays.stream(words))
                        .toArray(String[]::new))
                .lines()
                .map(String::strip)
                .toList();
    }

    @Test
    void bashCompletesCommandsOptionsAndTheirValues() throws Exception {
        Path script = script("bash");
        assertTrue(bash(script, "cupel", "ba").contains("batch"));
        assertTrue(bash(script, "cupel", "batch", "--re").contains("--resume"));
        assertEquals(List.of("yaml"), bash(script, "cupel", "get", "--output", "y"));
        assertTrue(bash(script, "cupel", "get", "--state", "").containsAll(List.of("queued", "ended")));
        assertEquals(List.of("zsh"), bash(script, "cupel", "completion", "z"));
    }

    private List<String> fish(Path script, String line) throws Exception {
        return run("fish", "--no-config", "-c", "source " + script + "; complete -C '" + line + "'")
                .lines()
                .map(found -> found.replaceAll("\t.*", ""))
                .toList();
    }

    @Test
    void fishCompletesCommandsOptionsAndTheirValues() throws Exception {
        Path script = script("fish");
        Files.createFile(folder.resolve("hello.py"));
        assertEquals(List.of("batch"), fish(script, "cupel ba"));
        assertEquals(List.of("--resume"), fish(script, "cupel batch --re"));
        assertEquals(List.of("yaml"), fish(script, "cupel get --output y"));
        assertEquals(List.of("queued"), fish(script, "cupel get --state q"));
        assertEquals(List.of("zsh"), fish(script, "cupel completion z"));
        assertEquals(List.of("hello.py"), fish(script, "cupel run hel"));
        assertEquals(List.of(), fish(script, "cupel get hel"), "a Job is no file");
    }

    /** Typed into an interactive zsh, which completes the line in place. */
    @Test
    void zshCompletesACommandAndAnOption() throws Exception {
        Path script = script("zsh");
        Path typed = Files.writeString(folder.resolve("typed.zsh"), """
                zmodload zsh/zpty
                zpty -b z 'TERM=dumb zsh -f -i'
                see() {
                  for _ in {1..300}; do
                    zpty -r z part && all+=$part
                    [[ $all == *$1* ]] && all= && return
                    sleep 0.1
                  done
                  print -r -- "no $1: $all"
                  exit 1
                }
                zpty -w z 'source %s; print re""ady'
                see ready
                zpty -n -w z $'cupel bat\\t'
                see 'cupel batch'
                zpty -n -w z $'--res\\t'
                see "--resume"
                print completed
                zpty -d z
                """.formatted(script));
        String told = run("zsh", "-f", typed.toString());
        assertTrue(told.contains("completed"), told);
    }
}
