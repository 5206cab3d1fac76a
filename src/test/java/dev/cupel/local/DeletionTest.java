package dev.cupel.local;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DeletionTest {
    private final Path folder;
    private final Path outside;

    DeletionTest(@TempDir Path temporary) throws IOException {
        folder = Files.createDirectory(temporary.resolve("job"));
        outside = Files.createDirectory(temporary.resolve("outside"));
        Files.writeString(outside.resolve("kept"), "");
    }

    @Test
    void takesWhatNobodyMayReadOrWrite() throws IOException {
        for (String mode : new String[] {"r-x------", "---------", "-w-------", "--x------"}) {
            Path closed =
                    Files.createDirectories(folder.resolve("a").resolve(mode).resolve("b"));
            Files.writeString(closed.resolve("c"), "");
            Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString(mode));
            Files.setPosixFilePermissions(closed.getParent(), PosixFilePermissions.fromString(mode));
        }
        Files.setPosixFilePermissions(folder.resolve("a"), PosixFilePermissions.fromString("r--------"));
        Deletion.delete(folder);
        assertFalse(Files.exists(folder));
    }

    @Test
    void takesWhatIsDeeperThanAnyPath() throws IOException {
        String name = "n".repeat(200);
        Path deep = Files.createDirectory(folder.resolve(name));
        for (int i = 0; i < 300; i++) { // 60,000 characters
            Path above = Files.createDirectory(folder.resolve("above"));
            Files.move(deep, above.resolve(name));
            Files.move(above, deep);
        }
        Deletion.delete(folder);
        assertFalse(Files.exists(folder));
    }

    @Test
    void followsNoLink() throws IOException {
        Files.createSymbolicLink(folder.resolve("link"), outside);
        Files.createSymbolicLink(Files.createDirectory(folder.resolve("a")).resolve("link"), outside.resolve("kept"));
        Deletion.delete(folder);
        assertFalse(Files.exists(folder));
        assertTrue(Files.exists(outside.resolve("kept")));
    }

    @Test
    void ofALinkTakesNothingButTheLinkItself() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), outside);
        Deletion.delete(link);
        assertTrue(Files.exists(outside.resolve("kept")));
    }
}
