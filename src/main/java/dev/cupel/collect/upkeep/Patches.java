package dev.cupel.collect.upkeep;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/** The JSON merge patches (RFC 7386) by which collect changes a Job or a Pod. */
final class Patches {
    /** Used if a Job does not say it itself. */
    static final int DEFAULT_TTL_SECONDS = 300;

    private Patches() {}

    static ObjectNode empty() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Ends whatever has run for a second. */
    static ObjectNode deadline() {
        ObjectNode patch = empty();
        patch.putObject("spec").put("activeDeadlineSeconds", 1);
        return patch;
    }

    /**
     * For a Job: no Pod any more, whether it is suspended or not. While it is suspended, its own deadline does not run.
     */
    static ObjectNode noPods() {
        ObjectNode patch = empty();
        patch.putObject("spec").put("parallelism", 0);
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
