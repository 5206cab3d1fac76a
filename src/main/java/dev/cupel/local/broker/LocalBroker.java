package dev.cupel.local.broker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.cloudevents.Event;
import dev.cupel.cloudevents.EventContext;
import dev.cupel.cloudevents.EventType;
import dev.cupel.cloudevents.HttpBinding;
import dev.cupel.cloudevents.StructuredMode;
import dev.cupel.json.CanonicalJson;
import dev.cupel.json.StrictJson;
import dev.cupel.rejection.Quoted;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.Unavailable;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * A broker in this process: takes events, tells every listener, and delivers those that a function wants over the same
 * HTTP binding as Knative's, to this process's own port. A function's answer is an event that goes in again. Repeats what
 * Knative's broker repeats: no answer, 404, 408, 409, 429 and 500 and above.
 */
public final class LocalBroker implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(LocalBroker.class);
    private static final Set<EventType> DELIVERED = Set.of(
            EventType.REQUESTED,
            EventType.RENDERED,
            EventType.RESOURCE_UPDATE,
            EventType.RESOURCE_DELETE,
            EventType.PING,
            EventType.FINISHED,
            EventType.CANCEL);
    private static final int ATTEMPTS = 6;
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    /** What is remembered for readers, what waits to be delivered, and what is being delivered: bytes of events. */
    private static final long REMEMBERED_BYTES = 8L << 20;

    private static final long WAITING_BYTES = 32L << 20;
    private static final int DELIVERED_BYTES = 12 << 20;
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final Supplier<URI> sink;
    private final ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();
    /** Belongs to the client: it must go on working when nothing more is sent. */
    private final ExecutorService connections = Executors.newVirtualThreadPerTaskExecutor();

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .executor(connections)
            .build();
    private final List<Consumer<Event>> listeners = new CopyOnWriteArrayList<>();
    private final Backlog backlog = new Backlog(REMEMBERED_BYTES);
    private final AtomicLong waiting = new AtomicLong();
    private final Semaphore delivering = new Semaphore(DELIVERED_BYTES, true);
    private final List<Consumer<Event>> mourners = new CopyOnWriteArrayList<>();

    /** @param sink where the functions answer; asked for when the first event is delivered */
    public LocalBroker(Supplier<URI> sink) {
        this.sink = sink;
    }

    /**
     * Takes an event from outside, as {@link #publish} does.
     *
     * @throws Rejected {@code MalformedEvent} if it could not be delivered as headers
     * @throws Unavailable if too much waits to be delivered
     */
    public void take(Event event) {
        HttpBinding.requireRoom(event.context());
        if (waiting.get() > WAITING_BYTES) {
            throw new Unavailable("the broker has too much to deliver", RETRY_AFTER);
        }
        if (!isWanted(event)) {
            LOG.warnf(
                    "no function takes events of type %s: %s is shown to readers, and goes no further",
                    Quoted.of(event.context().type()), Quoted.of(event.context().id()));
        }
        publish(event);
    }

    /**
     * Takes an event; returns when it is noted, not when it is delivered. It is on its way before anybody hears of it: a
     * listener that has the broker closed then keeps no function from it. No function has it before all have heard of it.
     */
    public void publish(Event event) {
        byte[] json = json(event);
        CountDownLatch shown = new CountDownLatch(1);
        if (isWanted(event)) {
            send(event, json.length, shown);
        }
        try {
            show(event, json);
        } finally {
            shown.countDown();
        }
    }

    private void send(Event event, int bytes, CountDownLatch shown) {
        waiting.addAndGet(bytes);
        try {
            senders.execute(() -> {
                try {
                    shown.await();
                    deliver(event, Math.min(bytes, DELIVERED_BYTES));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } finally {
                    waiting.addAndGet(-bytes);
                }
            });
        } catch (RejectedExecutionException e) {
            waiting.addAndGet(-bytes);
            LOG.debugf("closed: %s is not delivered", event.context().type());
        }
    }

    /** Takes an event that no function would do anything about: for listeners and readers only. */
    public void show(Event event) {
        show(event, json(event));
    }

    private void show(Event event, byte[] json) {
        backlog.add(event.context().type(), json);
        listeners.forEach(listener -> listener.accept(event));
    }

    private static byte[] json(Event event) {
        return CanonicalJson.compact(StructuredMode.encode(event));
    }

    private static boolean isWanted(Event event) {
        return EventType.find(event.context().type())
                .filter(DELIVERED::contains)
                .isPresent();
    }

    /** Tells {@code listener} of every event that could not be delivered and will not be tried again. */
    public void whenGivenUp(Consumer<Event> listener) {
        mourners.add(listener);
    }

    /** What ends with {@link #close}. */
    @FunctionalInterface
    public interface Listening extends AutoCloseable {
        @Override
        void close();
    }

    /** Tells {@code listener} of every event from now on. */
    public Listening listen(Consumer<Event> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** The last events, for those who read them later, or slowly. */
    public Backlog backlog() {
        return backlog;
    }

    private void deliver(Event event, int bytes) {
        Duration pause = Duration.ofMillis(100);
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            try {
                if (tryDeliver(event, bytes)) {
                    return;
                }
                Thread.sleep(pause);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            pause = pause.multipliedBy(2);
        }
        LOG.errorf(
                "event %s of %s could not be delivered",
                Quoted.of(event.context().id()), Quoted.of(event.context().type()));
        mourners.forEach(mourner -> mourner.accept(event));
    }

    /** The same with room for it, so that few large ones are under way at once. */
    private boolean tryDeliver(Event event, int bytes) throws InterruptedException {
        delivering.acquire(bytes);
        try {
            return tryDeliver(event);
        } finally {
            delivering.release(bytes);
        }
    }

    /** Whether that was the end of it, well or badly. */
    private boolean tryDeliver(Event event) {
        try {
            HttpResponse<byte[]> response = client.send(request(event), HttpResponse.BodyHandlers.ofByteArray());
            return switch (response.statusCode()) {
                case 200 -> {
                    publish(answer(response));
                    yield true;
                }
                case 202, 204 -> true;
                case 404, 408, 409, 429 -> false;
                default -> response.statusCode() < 500 && refused(event, response.statusCode());
            };
        } catch (IOException e) {
            return senders.isShutdown();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        } catch (Rejected e) {
            LOG.errorf(
                    "the answer to %s is no event: %s",
                    Quoted.of(event.context().type()), e.text());
            return true;
        }
    }

    private boolean refused(Event event, int status) {
        LOG.errorf(
                "event %s of %s was answered %d",
                Quoted.of(event.context().id()), Quoted.of(event.context().type()), status);
        mourners.forEach(mourner -> mourner.accept(event));
        return true;
    }

    private HttpRequest request(Event event) {
        HttpRequest.Builder request = HttpRequest.newBuilder(sink.get())
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(CanonicalJson.compact(event.data())));
        HttpBinding.encode(event.context()).forEach(request::header);
        return request.build();
    }

    private static Event answer(HttpResponse<byte[]> response) {
        Map<String, String> attributes = new TreeMap<>();
        response.headers().map().forEach((name, values) -> {
            if (name.startsWith(HttpBinding.PREFIX)) {
                attributes.put(name.substring(HttpBinding.PREFIX.length()), values.getFirst());
            }
        });
        EventContext context = HttpBinding.decode(attributes);
        JsonNode data = StrictJson.parse(response.body());
        return new Event(context, data);
    }

    /**
     * Sends no more, and returns when every event that was sent has its answer: only then may the functions stop. Waits
     * no longer than a function should take.
     */
    @Override
    public void close() {
        senders.shutdown();
        try {
            if (!senders.awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                senders.shutdownNow();
            }
        } catch (InterruptedException e) {
            senders.shutdownNow();
            Thread.currentThread().interrupt();
        }
        client.shutdownNow();
        connections.shutdownNow();
    }
}
