package dev.cupel.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The file for a container's termination message. It is opened before the program exists, and read through that open
 * file. So it does not matter what the program does to its path: make it a FIFO, a link, or a file that nobody may
 * read.
 */
final class TerminationLog implements AutoCloseable {
    /** The kubelet reads as much, from the end. */
    private static final int MAX_BYTES = 4096;

    private final Path path;
    private final FileChannel channel;

    private final @Nullable Object key;

    private TerminationLog(Path path, FileChannel channel) throws IOException {
        this.path = path;
        this.channel = channel;
        this.key = attributes().fileKey();
    }

    static TerminationLog create(Path path) throws IOException {
        return new TerminationLog(
                path,
                FileChannel.open(
                        path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    Path path() {
        return path;
    }

    /**
     * Its last bytes. Empty if it cannot be read, because there must be a result all the same, or if the program took
     * the file away from its supervisor. In a cluster it cannot do that: there root owns the file.
     */
    String message() {
        try {
            PosixFileAttributes now = attributes();
            if (!Objects.equals(key, now.fileKey()) || !now.permissions().contains(PosixFilePermission.OWNER_WRITE)) {
                return "";
            }
            ByteBuffer end = ByteBuffer.allocate(MAX_BYTES);
            long from = Math.max(0, channel.size() - MAX_BYTES);
            for (int n = 0; n >= 0 && end.hasRemaining(); ) {
                n = channel.read(end, from + end.position());
            }
            return UTF_8.decode(end.flip()).toString();
        } catch (IOException e) {
            return "";
        }
    }

    private PosixFileAttributes attributes() throws IOException {
        return Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
