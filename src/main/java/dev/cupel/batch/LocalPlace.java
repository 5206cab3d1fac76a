package dev.cupel.batch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.cloudevents.Event;
import dev.cupel.cloudevents.EventContext;
import dev.cupel.cloudevents.EventType;
import dev.cupel.collect.Collect;
import dev.cupel.json.StrictJson;
import dev.cupel.kubernetes.CupelMetadata;
import dev.cupel.kubernetes.JobApi;
import dev.cupel.kubernetes.JobName;
import dev.cupel.kubernetes.JobReference;
import dev.cupel.local.broker.LocalBroker;
import dev.cupel.rejection.Unavailable;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/**
 * Requests run in this process, by way of the embedded broker. A Job is deleted once its result is here: nobody can ask
 * this process for it later, and ten thousand of them would fill the memory.
 */
public final class LocalPlace implements Place, AutoCloseable {
    /** By then, whoever ends this process has ended the batch, and the result is not written. */
    private static final Duration DOUBT = Duration.ofMillis(300);

    private final LocalBroker broker;
    private final Collect collect;
    private final JobApi jobs;
    private final Map<String, CompletableFuture<ObjectNode>> waiting = new ConcurrentHashMap<>();
    private final LocalBroker.Listening listening;

    /** From now on, it hears what comes through the broker. */
    public LocalPlace(LocalBroker broker, Collect collect, JobApi jobs) {
        this.broker = broker;
        this.collect = collect;
        this.jobs = jobs;
        this.listening = broker.listen(this::hear);
        broker.whenGivenUp(this::mourn);
    }

    @Override
    public ObjectNode run(BatchRequest request, String key) throws NotTold, InterruptedException {
        Event event = new Event(context(key), StrictJson.parse(request.json()));
        CompletableFuture<ObjectNode> end = new CompletableFuture<>();
        waiting.put(key, end);
        try {
            broker.publish(event);
            ObjectNode result = end.get();
            if (mayBeOfASignal(result)) {
                Thread.sleep(DOUBT);
            }
            return result;
        } catch (ExecutionException e) {
            throw NotTold.one(String.valueOf(e.getMessage()));
        } finally {
            waiting.remove(key);
        }
    }

    /** Ctrl-C goes to every process of the terminal: a program may end by it before this process has heard of it. */
    private static boolean mayBeOfASignal(ObjectNode result) {
        return !result.path("outcome").asText().equals("success")
                && (result.path("signal").isTextual()
                        || !result.path("capture").asText("exact").equals("exact"));
    }

    private static EventContext context(String key) {
        return new EventContext(
                key,
                "/cupel/batch",
                EventType.REQUESTED.wireName(),
                Optional.empty(),
                Optional.of(EventContext.now()),
                Collections.unmodifiableSortedMap(new TreeMap<>()));
    }

    private void hear(Event event) {
        EventType.find(event.context().type()).ifPresent(type -> {
            switch (type) {
                case FINISHED -> end(event, () -> result(event));
                case REJECTED -> end(event, () -> Batch.rejected((ObjectNode) event.data()));
                case RESOURCE_UPDATE -> deleteSettled(event);
                default -> {}
            }
        });
    }

    private interface Result {
        ObjectNode read();
    }

    /** Before the broker settles the Job. */
    private void end(Event event, Result result) {
        CompletableFuture<ObjectNode> end = waiting.get(event.context().correlationId());
        if (end == null) {
            return;
        }
        try {
            end.complete(result.read());
        } catch (Unavailable e) {
            end.completeExceptionally(e);
        }
    }

    private ObjectNode result(Event finished) {
        JobName name = JobReference.name(finished.data().path("job_name").asText());
        return collect.findWhole(name).orElseGet(() -> (ObjectNode) finished.data());
    }

    private void deleteSettled(Event update) {
        boolean isSettled = update.data().path("metadata").path("labels").has(CupelMetadata.SETTLED);
        if (isSettled) {
            JobName name = JobReference.name(
                    update.data().path("metadata").path("name").asText());
            // Not on this thread, which changes that Job.
            Thread.ofVirtual().start(() -> jobs.deleteJob(name));
        }
    }

    private void mourn(Event event) {
        String what = "gave up at " + event.context().type() + ", which nothing answers";
        for (String id : new String[] {event.context().id(), event.context().correlationId()}) {
            CompletableFuture<ObjectNode> end = waiting.get(id);
            if (end != null) {
                end.completeExceptionally(new IllegalStateException(what));
            }
        }
    }

    @Override
    public void close() {
        listening.close();
    }
}
