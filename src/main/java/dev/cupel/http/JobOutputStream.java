package dev.cupel.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.collect.Collect;
import dev.cupel.collect.HeapBudget;
import dev.cupel.collect.frames.LiveFrames;
import dev.cupel.collect.observed.Observed;
import dev.cupel.http.door.EndHandlers;
import dev.cupel.http.problem.HttpReason;
import dev.cupel.http.problem.HttpRejected;
import dev.cupel.http.problem.ProblemWriter;
import dev.cupel.json.CanonicalJson;
import dev.cupel.kubernetes.JobApi;
import dev.cupel.kubernetes.JobName;
import dev.cupel.rejection.Unavailable;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

/**
 * Tells what a Job prints while it runs, as server-sent events. The log is read again and again, in a twentieth of the
 * time at most: on one machine that is ten times a second, on a cluster about once, and less often the longer the log
 * is.
 */
@ApplicationScoped
public class JobOutputStream {
    /** Each holds a connection. */
    static final int MAX_READERS = 50;

    private static final String PATH = "/jobs/:name/output";

    /** Before the calls, which would not know it, and after the gate. */
    private static final int BEFORE_CALLS = -50;

    /** A log has at most 10 MiB, in local mode 12, and what comes of it is made a piece at a time. */
    private static final long LOG_BYTES = 32L << 20;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(30);
    private static final Duration TAKING = Duration.ofSeconds(60);
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final int SHARE = 20;

    private final Instance<Collect> collect;
    private final Instance<JobApi> jobs;
    private final HeapBudget budget;
    private final Semaphore readers = new Semaphore(MAX_READERS);

    /** Every role registers it, and only {@code api} answers: what reads the cluster is made for the first reader. */
    JobOutputStream(Instance<Collect> collect, Instance<JobApi> jobs, HeapBudget budget) {
        this.collect = collect;
        this.jobs = jobs;
        this.budget = budget;
    }

    void register(@Observes Router router) {
        router.route(PATH).order(BEFORE_CALLS).handler(this::handle).failureHandler(ProblemWriter::answer);
    }

    private void handle(RoutingContext exchange) {
        if (!exchange.request().method().equals(HttpMethod.GET)) {
            throw new HttpRejected(HttpReason.METHOD_NOT_ALLOWED, "not on this path");
        }
        JobName name = JobCalls.jobName(Objects.requireNonNull(exchange.pathParam("name")));
        if (!readers.tryAcquire()) {
            throw new Unavailable("there are " + MAX_READERS + " readers already", RETRY_AFTER);
        }
        EndHandlers.add(exchange, readers::release);
        Reader reader = new Reader(exchange, name, after(exchange));
        Thread.ofVirtual().name("follows " + name).start(reader::run);
    }

    /** The byte of the log with which a reader that comes again goes on. */
    private static int after(RoutingContext exchange) {
        return Optional.ofNullable(exchange.request().getHeader("Last-Event-ID"))
                .filter(id -> id.matches("[0-9]{1,9}"))
                .map(Integer::valueOf)
                .orElse(0);
    }

    /** Runs in a virtual thread of its own; what it writes, its connection's own thread writes. */
    private final class Reader {
        private final RoutingContext exchange;
        private final HttpServerResponse response;
        private final Context loop;
        private final JobName name;
        private final int from;
        private long lastWrite = System.nanoTime();

        Reader(RoutingContext exchange, JobName name, int from) {
            this.exchange = exchange;
            this.response = exchange.response();
            this.loop = exchange.vertx().getOrCreateContext();
            this.name = name;
            this.from = from;
        }

        void run() {
            try {
                follow(collect.get().look(name).orElseThrow(() -> JobCalls.notFound(name)));
                loop.runOnContext(_ -> end());
            } catch (InterruptedException e) {
                loop.runOnContext(_ -> close());
            } catch (RuntimeException e) {
                loop.runOnContext(_ -> fail(e));
            }
        }

        private void follow(Observed first) throws InterruptedException {
            loop.runOnContext(_ -> begin());
            try (LiveFrames frames = new LiveFrames(first.isSupervised(), from)) {
                Optional<Observed> seen = Optional.of(first);
                // What is over when it is looked at has its whole log when that is read.
                while (seen.isPresent() && !take(seen.get(), frames)) {
                    seen = lookAgain(seen.get());
                }
            }
        }

        /** Tells what is new; whether that was all, or nobody listens any more. */
        private boolean take(Observed seen, LiveFrames frames) throws InterruptedException {
            long began = System.nanoTime();
            try (HeapBudget.Lease _ = budget.enter(LOG_BYTES)) {
                Optional<byte[]> log =
                        seen.pod().exists() ? jobs.get().readLog(seen.pod().name()) : Optional.empty();
                if (log.isPresent()) {
                    tell(log.get(), frames);
                }
            } catch (Unavailable e) {
                return seen.isOver() || isGone();
            }
            if (seen.isOver() || isGone()) {
                return true;
            }
            pause(Duration.ofNanos(System.nanoTime() - began));
            return isGone();
        }

        private void tell(byte[] log, LiveFrames frames) throws InterruptedException {
            Optional<LiveFrames.Piece> piece = frames.next(log);
            while (piece.isPresent() && !isGone()) {
                write("id: " + piece.get().end() + "\ndata: " + json(piece.get()) + "\n\n");
                piece = frames.next(log);
            }
        }

        /** What may pass does not end it. */
        private Optional<Observed> lookAgain(Observed last) {
            try {
                return collect.get().look(name);
            } catch (Unavailable e) {
                return Optional.of(last);
            }
        }

        private void pause(Duration took) throws InterruptedException {
            Duration fair = took.multipliedBy(SHARE);
            Duration pause = fair.compareTo(SHORTEST) < 0 ? SHORTEST : fair;
            Thread.sleep(pause.compareTo(LONGEST) > 0 ? LONGEST : pause);
            if (System.nanoTime() - lastWrite > SIGN_OF_LIFE.toNanos()) {
                write(":\n\n");
            }
        }

        private boolean isGone() {
            return response.closed() || response.ended();
        }

        /** Waits while the client does not read, and hangs up on one that never does. */
        private void write(String text) throws InterruptedException {
            long deadline = System.nanoTime() + TAKING.toNanos();
            while (response.writeQueueFull() && !isGone()) {
                if (System.nanoTime() > deadline) {
                    throw new InterruptedException("nobody reads");
                }
                Thread.sleep(SHORTEST.dividedBy(10));
            }
            lastWrite = System.nanoTime();
            CountDownLatch written = new CountDownLatch(1);
            loop.runOnContext(_ -> {
                if (!isGone()) {
                    response.write(Buffer.buffer(text));
                }
                written.countDown(); // So that the queue tells of all that was written.
            });
            written.await();
        }

        private void begin() {
            if (!isGone()) {
                response.setChunked(true)
                        .putHeader("Content-Type", "text/event-stream")
                        .putHeader("Cache-Control", "no-store")
                        .write(":\n\n");
            }
        }

        private void end() {
            if (!isGone()) {
                response.end("data: {\"end\":true}\n\n");
            }
        }

        private void close() {
            exchange.request().connection().close();
        }

        private void fail(RuntimeException e) {
            if (response.headWritten()) {
                close();
            } else {
                exchange.fail(e);
            }
        }
    }

    private static String json(LiveFrames.Piece piece) {
        byte[] bytes = new byte[piece.bytes().remaining()];
        piece.bytes().duplicate().get(bytes);
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("stream", piece.stream())
                .put("run", piece.run())
                .put("base64", Base64.getEncoder().encodeToString(bytes));
        return new String(CanonicalJson.compact(json), UTF_8);
    }
}
