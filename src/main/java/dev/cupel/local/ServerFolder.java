package dev.cupel.local;

import dev.cupel.local.sandbox.ContainerFiles;
import dev.cupel.rejection.Quoted;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * This server's folder among the temporary files, with all that its Jobs leave on this machine. A lock tells that the
 * server lives; whoever starts next removes the folders of the dead.
 */
final class ServerFolder implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ServerFolder.class);
    private static final String PREFIX = "cupel-local-";
    private static final String LOCK = "lock";
    private static final String ETC = "etc";
    private static final String SUPERVISOR = "supervisor";
    private static final String KEPT = "kept";

    /** Until a server has its lock, others leave its folder alone. */
    private static final long MILLIS_TO_LOCK = 60_000;

    /** The folders of this process. Just opening and closing the lock's file would give up the lock. */
    private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final FileChannel lock;

    private ServerFolder(Path folder, FileChannel lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /** Makes one below {@code parent}, and removes what dead servers left there. */
    static ServerFolder open(Path parent) {
        try {
            removeDead(parent);
            Path folder = Files.createTempDirectory(parent, PREFIX).toRealPath();
            OWN.add(folder);
            FileChannel lock =
                    FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            if (lock.tryLock() == null) {
                throw new IOException("its lock is taken");
            }
            return new ServerFolder(folder, lock);
        } catch (IOException e) {
            throw new UncheckedIOException("no folder for jobs can be made below " + parent, e);
        }
    }

    static ServerFolder open() {
        return open(Path.of(System.getProperty("java.io.tmpdir")));
    }

    /** For one Job; the caller deletes it. */
    Path forJob() throws IOException {
        return Files.createTempDirectory(folder, "job-");
    }

    /** {@link ContainerFiles}, made anew where someone tidied them away. */
    Path etc() throws IOException {
        Path etc = folder.resolve(ETC);
        synchronized (this) {
            if (!ContainerFiles.NAMES.stream().allMatch(name -> Files.isRegularFile(etc.resolve(name)))) {
                ContainerFiles.write(Files.createDirectories(etc));
            }
        }
        return etc;
    }

    /** For what is left of one Job that has ended; not there until it is put there. */
    Path forKept() {
        return folder.resolve(KEPT).resolve(UUID.randomUUID().toString());
    }

    /** For the supervisor in compiled form; not there until something is put there. */
    Path supervisor() {
        return folder.resolve(SUPERVISOR);
    }

    @Override
    public void close() {
        Deletion.delete(folder);
        OWN.remove(folder);
        try {
            lock.close();
        } catch (IOException e) {
            LOG.debugf("a lock could not be given up: %s", Quoted.message(String.valueOf(e.getMessage())));
        }
    }

    private static void removeDead(Path parent) throws IOException {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, PREFIX + "*")) {
            for (Path each : folders) {
                if (isOurs(each) && !OWN.contains(each.toRealPath())) {
                    removeIfDead(each);
                }
            }
        }
    }

    private static boolean isOurs(Path folder) throws IOException {
        String user = System.getProperty("user.name");
        return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                && Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).getName().equals(user);
    }

    private static void removeIfDead(Path folder) {
        Path file = folder.resolve(LOCK);
        try {
            if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                long age = System.currentTimeMillis()
                        - Files.getLastModifiedTime(folder, LinkOption.NOFOLLOW_LINKS)
                                .toMillis();
                if (age > MILLIS_TO_LOCK) {
                    remove(folder);
                }
                return;
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                    FileLock own = channel.tryLock()) {
                if (own != null) {
                    remove(folder);
                }
            }
        } catch (OverlappingFileLockException e) {
            // Another server in this process, perhaps of another class loader, lives.
        } catch (IOException e) {
            // Another does the same, or it is not ours after all.
            LOG.debugf("a folder was left alone: %s", Quoted.message(String.valueOf(e.getMessage())));
        }
    }

    private static void remove(Path folder) {
        OrphanProcesses.kill(folder);
        Deletion.delete(folder);
    }
}
