package dev.cupel.batch;

import dev.cupel.json.StrictJson;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Requests from a file, one a line, each when it is asked for. Lines of white space are none. Of a line that is longer
 * than any request may be, no more is kept than shows that.
 */
final class RequestLines implements AutoCloseable {
    private static final int BUFFER = 1 << 16;
    private static final int MAX = StrictJson.MAX_BYTES + 1;

    private final InputStream in;
    private long line;
    private boolean atEnd;

    private RequestLines(InputStream in) {
        this.in = in;
    }

    static RequestLines open(Path file) throws IOException {
        return new RequestLines(new BufferedInputStream(Files.newInputStream(file), BUFFER));
    }

    /** The next request; empty at the end of the file. */
    Optional<BatchRequest> next() throws IOException {
        while (!atEnd) {
            byte[] bytes = readLine();
            if (!isBlank(bytes)) {
                return Optional.of(new BatchRequest(line, bytes));
            }
        }
        return Optional.empty();
    }

    private byte[] readLine() throws IOException {
        line++;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int read = in.read();
        while (read >= 0 && read != '\n') {
            if (bytes.size() < MAX) {
                bytes.write(read);
            }
            read = in.read();
        }
        atEnd = read < 0;
        return withoutReturn(bytes.toByteArray());
    }

    private static byte[] withoutReturn(byte[] bytes) {
        int length = bytes.length;
        return length > 0 && bytes[length - 1] == '\r' ? java.util.Arrays.copyOf(bytes, length - 1) : bytes;
    }

    private static boolean isBlank(byte[] bytes) {
        for (byte b : bytes) {
            if (b != ' ' && b != '\t') {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
