package dev.cupel.batch;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.client.Answer;
import dev.cupel.client.CupelServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Requests run by a server. A call whose answer did not come is made again: its key makes it the same Job. A request
 * that is "not now" for the server waits for as long as that lasts.
 */
public final class RemotePlace implements Place {
    /** Shorter than what proxies commonly wait for an answer. */
    private static final int WAIT_SECONDS = 30;

    private static final Duration FIRST_PATIENCE = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(WAIT_SECONDS + 60L);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Duration BETWEEN_WORDS = Duration.ofMinutes(1);
    private static final int FAULTS = 5;
    private static final List<String> OF_REJECTED =
            List.of("stage", "reason", "field", "message", "eval_id", "template", "line", "column");

    private final CupelServer server;
    private final Duration patience;
    private final Consumer<String> notices;
    private final AtomicLong answeredAt;
    private final AtomicLong saidAt;

    /**
     * A server, and how long it may stay away.
     *
     * @param firstPatience how long until it has answered for the first time
     * @param patience how long from then on
     * @param notices told in a line why the batch waits
     */
    public RemotePlace(CupelServer server, Duration firstPatience, Duration patience, Consumer<String> notices) {
        this.server = server;
        this.patience = patience;
        this.notices = notices;
        long now = System.nanoTime();
        this.answeredAt = new AtomicLong(now - patience.minus(firstPatience).toNanos());
        this.saidAt = new AtomicLong(now - BETWEEN_WORDS.toNanos());
    }

    /** A server that must be there at first, and may then stay away for a while, as for an upgrade. */
    public static RemotePlace of(CupelServer server, Consumer<String> notices) {
        return new RemotePlace(server, FIRST_PATIENCE, PATIENCE, notices);
    }

    @FunctionalInterface
    private interface Call {
        Answer answer() throws IOException, InterruptedException;
    }

    @Override
    public ObjectNode run(BatchRequest request, String key) throws NotTold, InterruptedException {
        Map<String, String> headers = Map.of("Idempotency-Key", key, "Prefer", "wait=" + WAIT_SECONDS);
        Answer answer = insist(() -> server.post("/execute", request.json(), headers, CALL_TIMEOUT));
        ObjectNode json = answer.object().orElseGet(JsonNodeFactory.instance::objectNode);
        if (answer.status() == 200 && json.has("outcome")) {
            return json;
        }
        if (answer.status() == 202 && json.path("job_name").isTextual()) {
            return await(json.path("job_name").textValue());
        }
        return rejection(answer, json).orElseThrow(() -> stranger(answer));
    }

    /** Another server, or somebody who lets nobody through, says the same of every request. */
    private static Optional<ObjectNode> rejection(Answer answer, ObjectNode json) {
        String reason = json.path("reason").asText();
        if (answer.status() / 100 != 4 || reason.isEmpty() || reason.equals("CrossSite")) {
            return Optional.empty();
        }
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        OF_REJECTED.stream().filter(json::has).forEach(name -> data.set(name, json.get(name)));
        return Optional.of(Batch.rejected(data));
    }

    private NotTold stranger(Answer answer) {
        return NotTold.all(server.url() + " does not answer as Cupel does: " + answer.problem());
    }

    private ObjectNode await(String job) throws NotTold, InterruptedException {
        Map<String, String> wait = Map.of("Prefer", "wait=" + WAIT_SECONDS);
        Duration pause = FIRST_PAUSE;
        while (true) {
            Thread.sleep(pause);
            pause = longer(pause);
            Answer answer = insist(() -> server.call("GET", "/jobs/" + job, wait, CALL_TIMEOUT));
            if (answer.status() == 404) {
                throw NotTold.one("Job " + job + " is gone, with its result");
            }
            ObjectNode json = answer.object().orElseThrow(() -> stranger(answer));
            if (json.has("outcome")) {
                return json;
            }
            if (!json.has("state")) {
                throw stranger(answer);
            }
        }
    }

    /** Calls until there is an answer that says something. */
    private Answer insist(Call call) throws NotTold, InterruptedException {
        Duration pause = FIRST_PAUSE;
        int faults = 0;
        while (true) {
            Optional<Duration> asked = Optional.empty();
            try {
                Answer answer = call.answer();
                if (!answer.isOfGateway()) {
                    answeredAt.set(System.nanoTime());
                }
                if (answer.status() == 500 && ++faults == FAULTS) {
                    throw NotTold.one(answer.problem());
                }
                if (!answer.isNotNow() && !answer.isOfGateway() && answer.status() != 500) {
                    return answer;
                }
                asked = answer.retryAfter();
                say("waits for " + server.url() + ": " + answer.problem());
            } catch (IOException e) {
                say("waits for " + server.url() + ", which cannot be reached: " + e);
            }
            if (System.nanoTime() - answeredAt.get() > patience.toNanos()) {
                throw NotTold.all(server.url() + " cannot be reached");
            }
            Thread.sleep(asked.orElse(pause));
            pause = longer(pause);
        }
    }

    /** Once a minute, however many wait. */
    private void say(String text) {
        long now = System.nanoTime();
        long last = saidAt.get();
        if (now - last >= BETWEEN_WORDS.toNanos() && saidAt.compareAndSet(last, now)) {
            notices.accept(text);
        }
    }

    private static Duration longer(Duration pause) {
        Duration next = pause.multipliedBy(3).dividedBy(2);
        return next.compareTo(LONGEST_PAUSE) < 0 ? next : LONGEST_PAUSE;
    }
}
