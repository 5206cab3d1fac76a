package dev.cupel.batch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.rejection.Rejected;

/** Where requests are run. */
@FunctionalInterface
public interface Place {
    /**
     * Runs a request to its end; called from many threads at once.
     *
     * @param key the same for the same request of a batch that is resumed, and for no other
     * @return the data of {@code finished}, or that of {@code rejected}
     * @throws Rejected if it will never run as asked
     * @throws NotTold if there is no result to be had, now at least
     */
    ObjectNode run(BatchRequest request, String key) throws NotTold, InterruptedException;
}
