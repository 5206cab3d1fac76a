package dev.cupel.local;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.event.CanonicalJson;
import dev.cupel.event.Event;
import dev.cupel.event.EventContext;
import dev.cupel.event.EventType;
import dev.cupel.event.HttpBinding;
import dev.cupel.event.Rejected;
import dev.cupel.event.StrictJson;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
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
    private static final int REMEMBERED = 1000;
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final Supplier<URI> sink;
    private final ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();
    /** Of the client's own: it has to work on while no more is sent. */
    private final ExecutorService connections = Executors.newVirtualThreadPerTaskExecutor();

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .executor(connections)
            .build();
    private final List<Consumer<Event>> listeners = new CopyOnWriteArrayList<>();
    private final List<Consumer<Event>> mourners = new CopyOnWriteArrayList<>();
    private final Deque<Event> remembered = new ArrayDeque<>();

    /** @param sink where the functions answer; asked for when the first event is delivered */
    public LocalBroker(Supplier<URI> sink) {
        this.sink = sink;
    }

    /** Takes an event; returns when it is noted, not when it is delivered. */
    public void publish(Event event) {
        remember(event);
        listeners.forEach(listener -> listener.accept(event));
        boolean wanted = EventType.find(event.context().type())
                .filter(DELIVERED::contains)
                .isPresent();
        if (wanted) {
            try {
                senders.execute(() -> deliver(event));
            } catch (RejectedExecutionException e) {
                LOG.debugf("closed: %s is not delivered", event.context().type());
            }
        }
    }

    /** Tells {@code listener} of every event that could not be delivered: nothing will come of it. */
    public void whenGivenUp(Consumer<Event> listener) {
        mourners.add(listener);
    }

    /** Tells {@code listener} of every event from now on, and first of the last thousand if asked to. */
    public AutoCloseable listen(boolean fromTheStart, Consumer<Event> listener) {
        synchronized (remembered) {
            if (fromTheStart) {
                remembered.forEach(listener);
            }
            listeners.add(listener);
        }
        return () -> listeners.remove(listener);
    }

    private void remember(Event event) {
        synchronized (remembered) {
            remembered.addLast(event);
            if (remembered.size() > REMEMBERED) {
                remembered.removeFirst();
            }
        }
    }

    private void deliver(Event event) {
        Duration pause = Duration.ofMillis(100);
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            if (tryDeliver(event) || senders.isShutdown()) {
                return;
            }
            try {
                Thread.sleep(pause);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            pause = pause.multipliedBy(2);
        }
        LOG.errorf(
                "event %s of %s could not be delivered",
                event.context().id(), event.context().type());
        mourners.forEach(mourner -> mourner.accept(event));
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
            LOG.errorf("the answer to %s is no event: %s", event.context().type(), e.text());
            return true;
        }
    }

    private boolean refused(Event event, int status) {
        LOG.errorf(
                "event %s of %s was answered %d",
                event.context().id(), event.context().type(), status);
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
     * Sends no more, and returns when what was sent has its answer: only then may those who answer stop. Waits for that no longer
     * than a function should take.
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
