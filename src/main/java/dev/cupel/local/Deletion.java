package dev.cupel.local;

import dev.cupel.rejection.Quoted;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Deletes a folder that an untrusted program filled: with folders that nobody may read or write, and deeper than any path
 * may be long. So no path in here has more than two names below it: a folder inside is moved up, and emptied there.
 */
final class Deletion {
    private static final Logger LOG = Logger.getLogger(Deletion.class);

    private final Path root;
    private Optional<IOException> fault = Optional.empty();

    private Deletion(Path root) {
        this.root = root;
    }

    /** Deletes what can be deleted; what cannot is logged. */
    static void delete(Path folder) {
        new Deletion(folder).run();
    }

    private void run() {
        boolean changed = true;
        while (changed && Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
            changed = round();
        }
        fault.filter(_ -> Files.exists(root, LinkOption.NOFOLLOW_LINKS))
                .ifPresent(why -> LOG.warnf(
                        "a folder of a job could not be deleted: %s",
                        Quoted.message(String.valueOf(why.getMessage()))));
    }

    /** Whether it got any further. */
    private boolean round() {
        boolean changed = false;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(open(root))) {
            for (Path entry : entries) {
                changed |= Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS) ? empty(entry) : remove(entry);
            }
        } catch (IOException e) {
            note(e);
        } catch (DirectoryIteratorException e) {
            note(new IOException("it cannot be listed to its end", e));
        }
        return remove(root) || changed;
    }

    private boolean empty(Path folder) {
        boolean changed = false;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(open(folder))) {
            for (Path entry : entries) {
                changed |= Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS) ? moveUp(entry) : remove(entry);
            }
        } catch (IOException e) {
            note(e);
        } catch (DirectoryIteratorException e) {
            note(new IOException("it cannot be listed to its end", e));
        }
        return remove(folder) || changed;
    }

    /** To move a folder takes the right to write to it: its {@code ..} changes. */
    private boolean moveUp(Path folder) {
        try {
            Files.move(open(folder), root.resolve(UUID.randomUUID().toString()));
            return true;
        } catch (IOException e) {
            note(e);
            return false;
        }
    }

    private static Path open(Path folder) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        return folder;
    }

    private boolean remove(Path path) {
        try {
            return Files.deleteIfExists(path);
        } catch (DirectoryNotEmptyException e) {
            return false; // Something came meanwhile: the next round has it.
        } catch (IOException e) {
            note(e);
            return false;
        }
    }

    private void note(IOException e) {
        if (!(e instanceof NoSuchFileException)) {
            fault = fault.or(() -> Optional.of(e));
        }
    }
}
