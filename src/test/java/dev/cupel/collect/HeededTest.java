package dev.cupel.collect;

import static dev.cupel.collect.upkeep.Watched.NAME;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.collect.upkeep.Watched;
import dev.cupel.kubernetes.CupelMetadata;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which changes of a Job make collect do something: the others need not be delivered. */
class HeededTest {
    private static final String RUNNING = "{phase: 'Running'}";

    private final Watched watched = new Watched();

    private static ObjectNode settled(ObjectNode job) {
        job.withObjectProperty("metadata")
                .withObjectProperty("annotations")
                .put(CupelMetadata.SETTLED, "2026-11-24T10:00:09Z");
        return job;
    }

    @Test
    void anEndIs() {
        ObjectNode job = watched.addEnded(NAME, "out");
        assertTrue(Collect.heeds(job));
        assertTrue(Collect.heedsDeletion(job));
        assertTrue(watched.update(job).isPresent());
    }

    @Test
    void thatItRunsIsNot() {
        ObjectNode job = watched.addActive(NAME, RUNNING);
        assertFalse(Collect.heeds(job));
        assertTrue(Collect.heedsDeletion(job), "its result was never told");
        assertEquals(Optional.empty(), watched.update(job));
    }

    @Test
    void whatIsSettledIsNotUnlessSomeoneHoldsIt() {
        ObjectNode job = settled(watched.addEnded(NAME, "out"));
        assertFalse(Collect.heeds(job));
        assertFalse(Collect.heedsDeletion(job));
        assertEquals(Optional.empty(), watched.update(job));
        ObjectNode metadata = job.withObjectProperty("metadata");
        metadata.put("deletionTimestamp", "2026-11-24T10:00:09Z");
        metadata.putArray("finalizers").add(CupelMetadata.FINALIZER);
        assertTrue(Collect.heeds(job));
    }

    /** It could not go before it was settled. */
    @Test
    void thatAJobWithTheFinalizerIsGoneIsNot() {
        ObjectNode job = watched.addEnded(NAME, "out");
        ObjectNode metadata = job.withObjectProperty("metadata");
        metadata.putArray("finalizers").add("someone/else");
        assertTrue(Collect.heedsDeletion(job));
        metadata.withArrayProperty("finalizers").add(CupelMetadata.FINALIZER);
        assertFalse(Collect.heedsDeletion(job));
        metadata.put("deletionTimestamp", "2026-11-24T10:00:09Z");
        assertFalse(Collect.heedsDeletion(job));
        assertTrue(Collect.heeds(job));
    }

    @Test
    void aCancelledJobThatGoesOnIs() {
        ObjectNode job = watched.addActive(NAME, RUNNING);
        job.withObjectProperty("metadata")
                .withObjectProperty("annotations")
                .put(CupelMetadata.CANCELLED, "2026-11-24T10:00:09Z");
        assertTrue(Collect.heeds(job));
    }

    @Test
    void aJobOfSomebodyElsesIsNot() {
        ObjectNode job = watched.addEnded(NAME, "out");
        job.withObjectProperty("metadata").remove("labels");
        assertFalse(Collect.heeds(job));
        assertFalse(Collect.heedsDeletion(job));
    }
}
