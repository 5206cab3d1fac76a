package dev.cupel.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cupel.TestTags;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What /proc tells of a program that has threads, and of its children. */
@Tag(TestTags.SLOW)
class ProcTest {
    /** Starts a child from a thread that stays, and says which it is. */
    private static final String PROGRAM = """
            import subprocess, sys, threading
            held = bytearray(32 << 20)
            def start():
                child = subprocess.Popen(["sleep", "60"])
                print(child.pid, flush=True)
                child.wait()
            threads = [threading.Thread(target=start, daemon=True) for _ in range(int(sys.argv[1]))]
            for thread in threads:
                thread.start()
            if not threads:
                start()
            sys.stdin.read()
            """;

    private record Family(List<Proc.Found> found, Process root, List<Long> children) {}

    private static Family family(int threads, int most) throws IOException {
        assumeTrue(Proc.isThere(), "there is no /proc here");
        Process process = new ProcessBuilder("python3", "-c", PROGRAM, Integer.toString(threads)).start();
        List<Long> children = new ArrayList<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (int i = 0; i < Math.max(1, threads); i++) {
                children.add(Long.parseLong(lines.readLine()));
            }
            return new Family(Proc.family(process.pid(), most), process, children);
        } finally {
            process.destroyForcibly();
            children.stream().flatMap(pid -> ProcessHandle.of(pid).stream()).forEach(ProcessHandle::destroyForcibly);
        }
    }

    private static List<Long> pids(Family family) {
        return family.found().stream().map(Proc.Found::pid).toList();
    }

    @Test
    void findsTheChildOfTheOnlyThread() throws IOException {
        Family family = family(0, 1024);
        assertEquals(List.of(family.root().pid(), family.children().getFirst()), pids(family));
        assertEquals(
                List.of(1, 1), family.found().stream().map(Proc.Found::tasks).toList());
        assertTrue(family.found().getFirst().resident() > 32 << 20, "it holds so much");
    }

    @Test
    void findsTheChildrenOfOtherThreads() throws IOException {
        Family family = family(3, 1024);
        assertEquals(4, family.found().getFirst().tasks());
        assertEquals(Set.copyOf(family.children()), Set.copyOf(pids(family).subList(1, 4)));
    }

    @Test
    void goesNoFurtherThanItIsAskedTo() throws IOException {
        assertEquals(1, family(3, 3).found().size());
    }

    @Test
    void hasNothingToSayOfOneThatIsGone() throws Exception {
        Process process = new ProcessBuilder("true").start();
        process.waitFor();
        assertEquals(List.of(), Proc.family(process.pid(), 1024));
        assertEquals(0, Proc.own(process.pid()));
    }
}
