package dev.cupel.collect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.collect.observed.Observed;
import java.util.List;

/** Jobs and Pods as the API server says them, written short: names need no quotes, and quotes are single. */
public final class Fixtures {
    private static final JsonMapper LENIENT = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES, JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES)
            .build();

    private Fixtures() {}

    public static JsonNode json(String text) {
        try {
            return LENIENT.readTree(text);
        } catch (JsonProcessingException wrong) {
            throw new IllegalArgumentException(text, wrong);
        }
    }

    /** A supervised Job with that status. */
    public static ObjectNode job(String status) {
        return (ObjectNode) json("""
                {metadata: {name: 'eval-demo-1-5f0c', namespace: 'crucible', uid: 'u-1',
                  creationTimestamp: '2026-11-24T10:00:01Z',
                  labels: {'eval-id': 'demo-1'},
                  annotations: {'eval-id': 'demo-1', 'created-at': '2026-11-24T10:00:00.5Z', 'cupel.dev/capture': 'exact',
                    'cupel.dev/template': 'python', 'cupel.dev/template-digest': 'sha256:12'}},
                 status: %s}""".formatted(status));
    }

    public static ObjectNode annotated(ObjectNode job, String name, String value) {
        ((ObjectNode) job.path("metadata").path("annotations")).put(name, value);
        return job;
    }

    public static ObjectNode plain(ObjectNode job) {
        return annotated(job, "cupel.dev/capture", "log");
    }

    public static ObjectNode pod(String status) {
        return (ObjectNode) json(
                "{metadata: {name: 'p', creationTimestamp: '2026-11-24T10:00:01Z'}, status: %s}".formatted(status));
    }

    /** A Pod whose container has that state. */
    public static ObjectNode container(String state) {
        return pod("{phase: 'Failed', containerStatuses: [{name: 'evaluation', imageID: 'sha256:34', state: %s}]}"
                .formatted(state));
    }

    public static ObjectNode terminated(int code, String reason) {
        return container("""
                {terminated: {exitCode: %d, reason: '%s',
                  startedAt: '2026-11-24T10:00:02Z', finishedAt: '2026-11-24T10:00:03Z'}}""".formatted(code, reason));
    }

    public static Observed failed(JsonNode pod) {
        return Observed.of(
                job("{failed: 1, conditions: [{type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded'}]}"),
                List.of(pod));
    }

    public static Observed active(JsonNode pod) {
        return Observed.of(job("{active: 1}"), List.of(pod));
    }

    public static Observed withoutSupervisor(Observed seen) {
        return Observed.of(plain(seen.job().deepCopy()), seen.pods());
    }
}
