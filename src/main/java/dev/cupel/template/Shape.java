package dev.cupel.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Whether a Job as a template makes it has the shape that the later passes build on; {@link Policy} tells the rest. */
final class Shape {
    private static final List<String> MAPPINGS = List.of(
            "/metadata",
            "/metadata/labels",
            "/metadata/annotations",
            "/spec",
            "/spec/template",
            "/spec/template/metadata",
            "/spec/template/metadata/labels",
            "/spec/template/spec");
    private static final List<String> LISTS =
            List.of("/spec/template/spec/volumes", "/spec/template/spec/containers/0/volumeMounts");

    /** The template's own, which begins when the result is settled and may be shorter than a Job's. */
    private static final Rule TTL = new Rule.Whole(0, 604_800);

    private Shape() {}

    static List<Rule.Violation> check(ObjectNode job, JobValues values) {
        List<Rule.Violation> found = new ArrayList<>();
        MAPPINGS.stream()
                .filter(pointer ->
                        !isAbsent(job.at(pointer)) && !job.at(pointer).isObject())
                .forEach(pointer -> found.add(new Rule.Violation(pointer, "must be a mapping")));
        LISTS.stream()
                .filter(pointer ->
                        !isAbsent(job.at(pointer)) && !job.at(pointer).isArray())
                .forEach(pointer -> found.add(new Rule.Violation(pointer, "must be a list")));
        if (!job.at("/metadata/name").asText().equals(values.jobName().value())) {
            found.add(new Rule.Violation("/metadata/name", "must be __JOB_NAME__ and nothing else"));
        }
        JsonNode ttl = job.at("/spec/ttlSecondsAfterFinished");
        if (!ttl.isMissingNode()) {
            TTL.check(ttl, "/spec/ttlSecondsAfterFinished", found);
        }
        return found;
    }

    private static boolean isAbsent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }
}
