package dev.cupel.batch;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.json.CanonicalJson;
import dev.cupel.json.Digest;
import dev.cupel.rejection.InvalidValue;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A file of results, one a line. Each begins with {@code request}: of which batch it is, of which line, and the digest
 * of that line. A line is written at once and in one piece; where the machine died in the middle of it, it is cut off
 * when the batch is resumed. Nobody else writes to the file meanwhile.
 */
final class ResultFile implements AutoCloseable {
    private static final String REQUEST = "request";
    private static final String BEGIN = "{\"" + REQUEST + "\":{\"batch\":\"";
    private static final int BLOCK = 1 << 16;

    /** Results have streams of 4 MiB, and a file of them has no end. */
    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build());

    private final Path path;
    private final FileChannel file;
    private final Earlier earlier = new Earlier();
    private final Tally tally = new Tally();
    private String batch = UUID.randomUUID().toString();
    private long results;
    private boolean closed;

    private ResultFile(Path path, FileChannel file) {
        this.path = path;
        this.file = file;
    }

    /**
     * Opens it, alone.
     *
     * @param resumes whether it may hold results, which are then read
     * @throws Unusable if it holds results and is not resumed, or something else, or somebody writes to it
     */
    static ResultFile open(Path path, boolean resumes) throws IOException, Unusable {
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            ResultFile file = new ResultFile(path, channel);
            file.lock();
            if (!resumes && channel.size() > 0) {
                throw new Unusable(path + " is there already; --resume goes on with it");
            }
            file.readEarlier();
            return file;
        } catch (IOException | Unusable | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Why a file is not one to write results to; it was not changed. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        Unusable(String message) {
            super(message, null, false, false);
        }
    }

    private void lock() throws IOException, Unusable {
        try {
            if (file.tryLock() != null) {
                return;
            }
        } catch (OverlappingFileLockException e) {
            // This process has it.
        }
        throw new Unusable("another batch writes to " + path);
    }

    private void readEarlier() throws IOException, Unusable {
        long whole = afterLastLine();
        file.position(0);
        InputStream lines = new BufferedInputStream(new FirstBytes(Channels.newInputStream(file), whole), BLOCK);
        readAll(lines);
        boolean keepsTail = isResult(whole);
        if (!keepsTail) {
            file.truncate(whole);
        }
        file.position(file.size());
        if (keepsTail) {
            write("\n".getBytes(UTF_8));
        }
    }

    /** Where the last line that has its end ends. */
    private long afterLastLine() throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        for (long end = file.size(); end > 0; end -= Math.min(end, BLOCK)) {
            long from = Math.max(0, end - BLOCK);
            block.clear().limit((int) (end - from));
            while (block.hasRemaining() && file.read(block, from + block.position()) >= 0) {
                // Until the block is full.
            }
            for (int i = block.position() - 1; i >= 0; i--) {
                if (block.get(i) == '\n') {
                    return from + i + 1;
                }
            }
        }
        return 0;
    }

    /** Whether what follows on the last line that has its end is a whole result. */
    private boolean isResult(long from) throws IOException, Unusable {
        long length = file.size() - from;
        if (length == 0) {
            return false;
        }
        byte[] begin = bytes(from, Math.min(length, BEGIN.length()));
        if (!BEGIN.startsWith(new String(begin, UTF_8))) {
            throw new Unusable(path + " ends in something that is no result");
        }
        file.position(from);
        long before = results;
        try {
            readAll(new BufferedInputStream(Channels.newInputStream(file), BLOCK));
        } catch (Unusable e) {
            return false;
        }
        return results > before;
    }

    private byte[] bytes(long from, long length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) length);
        while (bytes.hasRemaining() && file.read(bytes, from + bytes.position()) >= 0) {
            // Until all are there.
        }
        return bytes.array();
    }

    private void readAll(InputStream in) throws IOException, Unusable {
        try (JsonParser parser = JSON.getFactory().createParser(in)) {
            parser.disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);
            while (parser.nextToken() != null) {
                readResult(parser);
            }
        } catch (JsonProcessingException e) {
            throw noResult();
        }
    }

    /** Strings that are not asked for are passed over, and never in memory. */
    private void readResult(JsonParser parser) throws IOException, Unusable {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw noResult();
        }
        @Nullable ObjectNode request = null;
        String outcome = "";
        String reason = "";
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case REQUEST -> request = JSON.readTree(parser) instanceof ObjectNode object ? object : null;
                case "outcome" -> outcome = parser.getText();
                case "reason" -> reason = parser.getText();
                default -> parser.skipChildren();
            }
        }
        if (request == null || !request.path("batch").isTextual()) {
            throw noResult();
        }
        batch = request.path("batch").textValue();
        note(request.path("line").asLong(), digest(request.path("digest").asText()), outcome, reason);
    }

    private Digest digest(String text) throws Unusable {
        try {
            return new Digest(text);
        } catch (InvalidValue e) {
            throw noResult();
        }
    }

    private void note(long line, Digest digest, String outcome, String reason) {
        results++;
        if (earlier.add(line, digest.value())) {
            tally.add(outcome, reason);
        }
    }

    private Unusable noResult() {
        return new Unusable("result " + (results + 1) + " of " + path + " is none that a batch wrote");
    }

    /** The name of the batch: a new one, or that of the results that are there. */
    String batch() {
        return batch;
    }

    Earlier earlier() {
        return earlier;
    }

    /** Of all results, also those of earlier runs. */
    Tally tally() {
        return tally;
    }

    /** Adds a result. After {@link #close} it does nothing. */
    void add(BatchRequest request, ObjectNode data) throws IOException {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.putObject(REQUEST)
                .put("batch", batch)
                .put("line", request.line())
                .put("digest", request.digest().value());
        line.setAll(data);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CanonicalJson.compact(bytes, line);
        bytes.write('\n');
        synchronized (this) {
            if (!closed) {
                write(bytes.toByteArray());
                tally.add(data.path("outcome").asText(), data.path("reason").asText());
            }
        }
    }

    private void write(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            file.write(buffer);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        file.close();
    }

    /** The first bytes of a stream. */
    private static final class FirstBytes extends java.io.FilterInputStream {
        private long left;

        FirstBytes(InputStream in, long left) {
            super(in);
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int read = super.read(bytes, from, (int) Math.min(length, left));
            left -= Math.max(0, read);
            return read;
        }

        @Override
        public void close() {
            // The file stays open.
        }
    }
}
