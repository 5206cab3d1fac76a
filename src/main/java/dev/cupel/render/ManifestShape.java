package dev.cupel.render;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.policy.Policy;
import dev.cupel.policy.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Whether a Job as a template makes it has the shape that the later passes build on; {@link Policy} tells the rest. */
public final class ManifestShape {
    private static final List<JsonPointer> MAPPINGS = pointers(
            "/metadata",
            "/metadata/labels",
            "/metadata/annotations",
            "/spec",
            "/spec/template",
            "/spec/template/metadata",
            "/spec/template/metadata/labels",
            "/spec/template/spec");
    private static final List<JsonPointer> LISTS =
            pointers("/spec/template/spec/volumes", "/spec/template/spec/containers/0/volumeMounts");

    /** The template's own, which begins when the result is settled and may be shorter than a Job's. */
    private static final Rule TTL = new Rule.Whole(0, 604_800);

    private ManifestShape() {}

    public static List<Rule.Violation> check(ObjectNode job, JobValues values) {
        List<Rule.Violation> found = new ArrayList<>();
        for (JsonPointer pointer : MAPPINGS) {
            JsonNode node = job.at(pointer);
            if (!isAbsent(node) && !node.isObject()) {
                found.add(new Rule.Violation(pointer.toString(), "must be a mapping"));
            }
        }
        for (JsonPointer pointer : LISTS) {
            JsonNode node = job.at(pointer);
            if (!isAbsent(node) && !node.isArray()) {
                found.add(new Rule.Violation(pointer.toString(), "must be a list"));
            }
        }
        if (!job.path("metadata").path("name").asText().equals(values.jobName().value())) {
            found.add(new Rule.Violation("/metadata/name", "must be __JOB_NAME__ and nothing else"));
        }
        JsonNode ttl = job.path("spec").path("ttlSecondsAfterFinished");
        if (!ttl.isMissingNode()) {
            List<Rule.Violation> faults = new ArrayList<>();
            TTL.check(ttl, faults);
            faults.forEach(fault ->
                    found.add(new Rule.Violation("/spec/ttlSecondsAfterFinished" + fault.pointer(), fault.message())));
        }
        return found;
    }

    private static List<JsonPointer> pointers(String... pointers) {
        return Stream.of(pointers).map(JsonPointer::compile).toList();
    }

    private static boolean isAbsent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }
}
