package dev.cupel.policy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.kubernetes.CupelMetadata;
import dev.cupel.rejection.Pointers;
import dev.cupel.rejection.Quoted;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The queues of Kueue that serve Jobs here. A Job in a queue is made suspended, and only its queue resumes it: in one
 * that nobody serves it would wait for ever.
 */
public record Queues(Set<String> served) {
    private static final String POINTER = "/metadata/labels/" + Pointers.escape(CupelMetadata.QUEUE);

    public Queues {
        served = Set.copyOf(served);
    }

    /** No Job may name one. */
    public static Queues none() {
        return new Queues(Set.of());
    }

    /** @throws Rejected if it is none of them */
    public void checkAsked(Optional<String> asked) {
        asked.filter(name -> !served.contains(name)).ifPresent(name -> {
            throw Rejected.invalid("/queue", notServed(name));
        });
    }

    /** @throws Rejected {@code NotHardened} if a manifest names one that is not served, or is suspended without one */
    public void check(JsonNode job) {
        JsonNode queue = job.at(POINTER);
        if (!queue.isMissingNode() && !served.contains(queue.asText())) {
            throw notHardened(POINTER, notServed(queue.asText()));
        }
        if (queue.isMissingNode() && job.at("/spec/suspend").asBoolean()) {
            throw notHardened("/spec/suspend", "needs a queue, which alone would resume it");
        }
    }

    private String notServed(String name) {
        String known = served.isEmpty() ? "none is" : "served: " + String.join(", ", new TreeSet<>(served));
        return Quoted.of(name) + " is not served here; " + known;
    }

    private static Rejected notHardened(String pointer, String message) {
        return new Rejected(RejectionReason.NOT_HARDENED, "/manifest" + pointer, message);
    }
}
