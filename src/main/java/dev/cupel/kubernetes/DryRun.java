package dev.cupel.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.rejection.Unavailable;
import java.util.List;
import java.util.Optional;

/** Asks an API server whether it would take an object. It goes through all that a creation does, and stores nothing. */
public interface DryRun extends AutoCloseable {
    /**
     * Asks for one object.
     *
     * @param manifest a {@code batch/v1} Job or a {@code v1} Pod, with its namespace
     * @throws Unavailable if the server does not say: it is away, gives no right to ask, or a webhook takes no dry run
     */
    Answer ask(ObjectNode manifest);

    @Override
    void close();

    /**
     * What the server says.
     *
     * @param faults why it would not take the object; none if it would
     * @param warnings what it says beside
     */
    record Answer(List<Fault> faults, List<String> warnings) {
        public Answer {
            faults = List.copyOf(faults);
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * A reason against it.
     *
     * @param field as the server names it: {@code spec.containers[0].image}; absent if it names none
     */
    record Fault(Optional<String> field, String message) {}
}
