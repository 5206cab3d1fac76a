package dev.cupel.collect.upkeep;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.kubernetes.CupelMetadata;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/** The JSON merge patches (RFC 7386) by which collect changes a Job or a Pod. */
final class Patches {
    private Patches() {}

    static ObjectNode empty() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Whatever has run for a second is to end. */
    static ObjectNode deadline() {
        ObjectNode patch = empty();
        patch.putObject("spec").put("activeDeadlineSeconds", 1);
        return patch;
    }

    /** Of a Job: no Pod any more, whether it is suspended or not; its own deadline does not run while it is. */
    static ObjectNode noPods() {
        ObjectNode patch = empty();
        patch.putObject("spec").put("parallelism", 0);
        return patch;
    }

    /** Of a Job whose queue took it back after its program had started: it gets no other Pod, in which that would run again. */
    static ObjectNode takenBack(ObjectNode patch, InstantSource clock) {
        annotations(patch).put(CupelMetadata.PREEMPTED, time(clock));
        patch.withObjectProperty("spec").put("parallelism", 0);
        return patch;
    }

    /** Only if nobody has changed it meanwhile. */
    static ObjectNode onlyAs(JsonNode job, ObjectNode patch) {
        JsonNode version = job.path("metadata").path("resourceVersion");
        if (version.isTextual()) {
            patch.withObjectProperty("metadata").set("resourceVersion", version);
        }
        return patch;
    }

    static ObjectNode annotations(ObjectNode patch) {
        return patch.withObjectProperty("metadata").withObjectProperty("annotations");
    }

    static String time(InstantSource clock) {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
