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
 * The file for a container's last words. It is opened before the program is there and read through that, so it matters
 * nothing what the program makes of its path: a FIFO, a link, a file that nobody may read.
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
     * Its end; empty if it cannot be read, which is no reason to have no result, or if the program took it from whoever had the
     * last word. In a cluster it cannot: there the file is root's.
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
