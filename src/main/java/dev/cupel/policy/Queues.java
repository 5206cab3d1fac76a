package dev.cupel.policy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.kubernetes.CupelMetadata;
import dev.cupel.rejection.Pointers;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import dev.cupel.request.Placement;
import dev.cupel.request.RequestField;
import java.util.Optional;
import java.util.Set;

/**
 * The queues of Kueue that serve Jobs here, and the WorkloadPriorityClasses that a Job in one may name. A Job in a queue
 * is made suspended, and only its queue resumes it: in one that nobody serves, or with a class that Kueue does not know,
 * it would wait for ever.
 */
public record Queues(Set<String> served, Set<String> priorityClasses) {
    private static final String QUEUE = pointer(CupelMetadata.QUEUE);
    private static final String PRIORITY_CLASS = pointer(CupelMetadata.PRIORITY_CLASS);

    public Queues {
        served = Set.copyOf(served);
        priorityClasses = Set.copyOf(priorityClasses);
    }

    /** No Job may name one. */
    public static Queues none() {
        return new Queues(Set.of(), Set.of());
    }

    /** @throws Rejected if what it names is none of them */
    public void checkAsked(Placement asked) {
        fault(asked.queue()).ifPresent(message -> {
            throw Rejected.invalid(RequestField.QUEUE.pointer(), message);
        });
        faultOfPriority(asked.priorityClass()).ifPresent(message -> {
            throw Rejected.invalid(RequestField.PRIORITY_CLASS.pointer(), message);
        });
    }

    /** @throws Rejected {@code NotHardened} if a manifest names what is none of them, or needs a queue and has none */
    public void check(JsonNode job) {
        Optional<String> queue = label(job, QUEUE);
        Optional<String> priorityClass = label(job, PRIORITY_CLASS);
        fault(queue).ifPresent(message -> refuse(QUEUE, message));
        faultOfPriority(priorityClass).ifPresent(message -> refuse(PRIORITY_CLASS, message));
        if (queue.isEmpty() && priorityClass.isPresent()) {
            refuse(PRIORITY_CLASS, "needs a queue, in which alone it counts");
        }
        if (queue.isEmpty() && job.at("/spec/suspend").asBoolean()) {
            refuse("/spec/suspend", "needs a queue, which alone would resume it");
        }
    }

    private Optional<String> fault(Optional<String> queue) {
        return Listed.fault(queue, served, "served");
    }

    private Optional<String> faultOfPriority(Optional<String> priorityClass) {
        return Listed.fault(priorityClass, priorityClasses, "allowed");
    }

    private static Optional<String> label(JsonNode job, String pointer) {
        return Optional.of(job.at(pointer))
                .filter(label -> !label.isMissingNode())
                .map(JsonNode::asText);
    }

    private static String pointer(String label) {
        return "/metadata/labels/" + Pointers.escape(label);
    }

    private static void refuse(String pointer, String message) {
        throw new Rejected(RejectionReason.NOT_HARDENED, "/manifest" + pointer, message);
    }
}
