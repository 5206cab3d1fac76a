package dev.cupel.fabric8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.cupel.rejection.Unavailable;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Watches one kind of object as the API server itself prints it: of each change a row with the object's metadata and some
 * words, and none of its spec, which may have a mebibyte. Nothing is kept but the place where the watch is.
 *
 * <p>It begins where an almost empty list stood, and goes on where it was broken off: no change is missed, and none is
 * asked for again. Only where the server has forgotten that place (410) does it begin anew. One request lasts {@link #LASTS}
 * at most, so a connection that died without a word is found out.
 */
final class TableWatch implements Runnable {
    static final String TABLE = "application/json;as=Table;g=meta.k8s.io;v=v1";

    private static final Duration LASTS = Duration.ofSeconds(50);
    private static final Duration TO_END = Duration.ofSeconds(10);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(20);

    /** A connection that lasted so long was well. */
    private static final Duration WELL = Duration.ofSeconds(5);

    private static final int GONE = 410;
    private static final int LONGEST_LINE = 4 << 20;

    /** Hears of changes, on the client's own threads. */
    interface Changes {
        /** From here on each change is told. */
        void begin();

        /** There is a connection, on which changes are told. */
        void connected();

        /** There is none any more, until the next. */
        void brokenOff();

        /** @param status what the server prints as the object's status; empty if it prints none */
        void changed(String type, JsonNode metadata, String status);
    }

    /** Where the watch would begin now. */
    interface Start {
        /** @throws Unavailable for what may pass */
        String version();
    }

    private final HttpClient http;
    private final String uri;
    private final Duration timeout;
    private final Start start;
    private final Changes changes;
    private volatile boolean closed;
    private volatile @Nullable Thread thread;

    /** The place where it is; empty before it begins. */
    private volatile String version = "";

    private Duration pause = FIRST_PAUSE;

    /** @param uri of the collection, with its selectors as its query */
    TableWatch(HttpClient http, String uri, Duration timeout, Start start, Changes changes) {
        this.http = http;
        this.uri = uri;
        this.timeout = timeout;
        this.start = start;
        this.changes = changes;
    }

    void start() {
        thread = Thread.ofVirtual().name("watches " + uri).start(this);
    }

    void close() {
        closed = true;
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    @Override
    public void run() {
        try {
            while (!closed) {
                long from = System.nanoTime();
                Duration asked = tryOnce();
                boolean wasWell = System.nanoTime() - from > WELL.toNanos();
                pause = wasWell ? FIRST_PAUSE : pause;
                // After a while of their own each: all instances lose their watch together when a server goes.
                long millis = Math.max(asked.toMillis(), pause.toMillis());
                if (!wasWell || asked.isPositive()) {
                    Thread.sleep(millis / 2 + ThreadLocalRandom.current().nextLong(millis));
                    pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Until it breaks off; how long the server asks to be left alone. */
    private Duration tryOnce() throws InterruptedException {
        try {
            if (version.isEmpty()) {
                version = start.version();
                if (version.isEmpty()) {
                    throw new Unavailable("the API server's list does not say where it stands");
                }
                changes.begin();
            }
            stream();
            return Duration.ZERO;
        } catch (Unavailable e) {
            return e.retryAfter().orElse(Duration.ZERO);
        } catch (IllegalStateException e) {
            return Duration.ZERO; // The client is closed, and soon this is.
        }
    }

    private void stream() throws InterruptedException {
        Lines lines = new Lines();
        CompletableFuture<HttpResponse<AsyncBody>> asked = http.consumeBytes(
                http.newHttpRequestBuilder()
                        .uri(uri + "&watch=true&allowWatchBookmarks=true&timeoutSeconds=" + LASTS.toSeconds()
                                + "&resourceVersion=" + version)
                        .header("Accept", TABLE)
                        .forStreaming()
                        .build(),
                lines);
        try {
            HttpResponse<AsyncBody> answer = asked.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            if (answer.code() == GONE) {
                version = "";
            } else if (answer.code() == 200) {
                tellUnlessClosed(Changes::connected);
                answer.body().consume();
                answer.body().done().get(LASTS.plus(TO_END).toMillis(), TimeUnit.MILLISECONDS);
            } else {
                throw new Unavailable("the API server answered " + answer.code() + " to a watch");
            }
        } catch (TimeoutException | ExecutionException e) {
            throw new Unavailable("a watch broke off", e);
        } finally {
            tellUnlessClosed(Changes::brokenOff);
            CompletableFuture<?> _ = asked.whenComplete((answer, _) -> {
                if (answer != null) {
                    answer.body().cancel();
                }
            });
            asked.cancel(true);
        }
    }

    private void tellUnlessClosed(Consumer<Changes> what) {
        if (!closed) {
            what.accept(changes);
        }
    }

    /** What comes, cut into lines: each is a change. */
    private final class Lines implements AsyncBody.Consumer<List<ByteBuffer>> {
        private byte[] line = new byte[4096];
        private int length;
        private int status = -1;

        @Override
        public void consume(List<ByteBuffer> buffers, AsyncBody body) throws IOException {
            for (ByteBuffer buffer : buffers) {
                while (buffer.hasRemaining()) {
                    take(buffer.get());
                }
            }
            body.consume();
        }

        private void take(byte one) throws IOException {
            if (one == '\n') {
                change(ListReader.MAPPER.readTree(line, 0, length));
                length = 0;
                return;
            }
            if (length == line.length) {
                if (length >= LONGEST_LINE) {
                    version = ""; // Not to come upon it again.
                    throw new IOException("a change of more than " + LONGEST_LINE + " bytes");
                }
                line = Arrays.copyOf(line, 2 * length);
            }
            line[length++] = one;
        }

        private void change(JsonNode event) throws IOException {
            String type = event.path("type").asText();
            JsonNode table = event.path("object");
            if (type.equals("ERROR")) {
                if (table.path("code").asInt() == GONE) {
                    version = "";
                }
                throw new IOException(
                        "the API server ended a watch: " + table.path("message").asText());
            }
            if (table.path("columnDefinitions").isArray()) {
                status = JobTableReader.findStatus(table.path("columnDefinitions"));
            }
            if (!type.equals("BOOKMARK")) {
                table.path("rows").forEach(row -> tell(type, row));
            }
            version = table.path("metadata").path("resourceVersion").asText(version);
        }

        private void tell(String type, JsonNode row) {
            JsonNode cell =
                    status < 0 ? MissingNode.getInstance() : row.path("cells").path(status);
            if (!closed) {
                changes.changed(type, row.path("object").path("metadata"), cell.asText());
            }
        }
    }
}
