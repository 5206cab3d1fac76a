package dev.cupel.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cupel.TestTags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag(TestTags.SLOW)
@Timeout(60)
class ServerFolderTest {
    private final Path parent;

    ServerFolderTest(@TempDir Path parent) {
        this.parent = parent;
    }

    /** As a server leaves it that was killed. */
    private Path dead(String name) throws IOException {
        Path folder = Files.createDirectories(parent.resolve("cupel-local-" + name + "/job-1/tmp"));
        Files.createFile(parent.resolve("cupel-local-" + name + "/lock"));
        return folder;
    }

    private long count() throws IOException {
        try (var entries = Files.list(parent)) {
            return entries.count();
        }
    }

    @Test
    void isGoneWhenItIsClosed() throws IOException {
        try (ServerFolder folder = ServerFolder.open(parent)) {
            assertTrue(Files.isDirectory(folder.forJob()));
            assertTrue(Files.isRegularFile(folder.etc().resolve("hosts")));
        }
        assertEquals(0, count());
    }

    @Test
    void whatADeadServerLeftIsRemovedAtTheNextStart() throws IOException {
        dead("1");
        dead("2");
        Path others = Files.createDirectory(parent.resolve("cupel-of-somebody-else"));
        try (ServerFolder folder = ServerFolder.open(parent)) {
            assertEquals(2, count(), "its own and somebody else's");
            assertTrue(Files.isDirectory(folder.forJob()));
        }
        assertTrue(Files.exists(others));
    }

    @Test
    void aLivingServersFolderStays() throws IOException {
        try (ServerFolder first = ServerFolder.open(parent);
                ServerFolder second = ServerFolder.open(parent)) {
            Path job = first.forJob();
            ServerFolder.open(parent).close();
            assertTrue(Files.isDirectory(job));
            assertTrue(Files.isDirectory(second.forJob()));
        }
    }

    @Test
    void thatOfAnotherProcessStaysToo() throws IOException, InterruptedException {
        Path living = dead("living");
        Process holder = new ProcessBuilder(
                        "python3",
                        "-c",
                        "import fcntl, sys\nf = open(sys.argv[1], 'r+')\nfcntl.lockf(f, fcntl.LOCK_EX)\nprint(1, flush=True)\n"
                                + "sys.stdin.read()",
                        parent.resolve("cupel-local-living/lock").toString())
                .start();
        try {
            assertEquals('1', holder.getInputStream().read());
            ServerFolder.open(parent).close();
            assertTrue(Files.isDirectory(living));
        } finally {
            holder.destroyForcibly().waitFor();
        }
        ServerFolder.open(parent).close();
        assertFalse(Files.exists(living));
    }

    @Test
    void oneThatJustStartsAndHasNoLockYetStays() throws IOException {
        Path starting = Files.createDirectory(parent.resolve("cupel-local-starting"));
        ServerFolder.open(parent).close();
        assertTrue(Files.exists(starting));
        Files.setLastModifiedTime(starting, FileTime.from(Instant.now().minus(Duration.ofMinutes(5))));
        ServerFolder.open(parent).close();
        assertFalse(Files.exists(starting));
    }
}
