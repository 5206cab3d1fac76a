package dev.cupel.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.json.StrictJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an API server stores is what it was sent, its own defaults aside. */
class StoredJobTest {
    private final ObjectNode sent = Alteration.original();
    private final ObjectNode stored = stored(sent);

    @Test
    void takesTheServersDefaultsAndOmissions() {
        assertEquals(Optional.empty(), StoredJob.findChange(sent, stored));
    }

    /** Every alteration of the corpus but those that read the same to a server. */
    static Stream<Alteration> altered() {
        return Alteration.all().stream()
                .filter(alteration -> alteration.invisible().isEmpty())
                // These are of the server's own making in every Job.
                .filter(alteration -> !alteration.pointer().equals("/spec/selector"))
                .filter(alteration -> !alteration.toString().equals("/spec/parallelism = 1"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void altered(Alteration alteration) {
        String changed = StoredJob.findChange(sent, stored(alteration.altered()))
                .orElseThrow()
                .pointer();
        boolean at = alteration.pointer().startsWith(changed) || changed.startsWith(alteration.pointer());
        assertTrue(at, changed);
    }

    @Test
    void findsAnotherContainer() {
        ObjectNode container =
                (ObjectNode) stored.at("/spec/template/spec/containers/0").deepCopy();
        stored.withArray("/spec/template/spec/containers").add(container.put("name", "sidecar"));
        assertEquals(
                "/spec/template/spec/containers",
                StoredJob.findChange(sent, stored).orElseThrow().pointer());
    }

    @Test
    void comparesQuantitiesByAmount() {
        ObjectNode limits = sent.withObject("/spec/template/spec/containers/0/resources/limits");
        limits.put("cpu", "0.5").put("memory", "0.25Gi");
        assertEquals(Optional.empty(), StoredJob.findChange(sent, stored));
        limits.put("memory", "0.24Gi");
        assertEquals(
                "/spec/template/spec/containers/0/resources/limits/memory",
                StoredJob.findChange(sent, stored).orElseThrow().pointer());
    }

    @Test
    void takesASettledJobForTheSameAndNoOther() {
        stored.withObject("/spec").put("ttlSecondsAfterFinished", 300).put("activeDeadlineSeconds", 1);
        stored.withObject("/metadata/annotations").put("cupel.dev/settled", "2026-01-01T00:00:00Z");
        stored.withObject("/metadata/labels").put("cupel.dev/settled", "true");
        assertEquals(Optional.empty(), StoredJob.findLaterChange(sent, stored));
        stored.withObject("/spec/template/spec").put("hostNetwork", true);
        assertEquals(
                "/spec/template/spec/hostNetwork",
                StoredJob.findLaterChange(sent, stored).orElseThrow().pointer());
    }

    @Test
    void letsKueuePlaceAJobThatWasSentToItsQueueAndNoOther() {
        stored.withObject("/spec/template/spec/nodeSelector").put("pool", "a");
        assertEquals(
                "/spec/template/spec/nodeSelector",
                StoredJob.findLaterChange(sent, stored).orElseThrow().pointer());
        sent.withObject("/metadata/labels").put("kueue.x-k8s.io/queue-name", "main");
        stored.withObject("/metadata/labels").put("kueue.x-k8s.io/queue-name", "main");
        assertEquals(Optional.empty(), StoredJob.findLaterChange(sent, stored));
    }

    /** As Kubernetes 1.35 stores it; the cluster test SubmittedManifestTest tries the same on a real one. */
    private static ObjectNode stored(ObjectNode sent) {
        ObjectNode job = sent.deepCopy();
        job.putObject("status");
        job.withObject("/metadata")
                .put("uid", "u")
                .put("generation", 1)
                .put("creationTimestamp", "2026-01-01T00:00:00Z")
                .put("resourceVersion", "1")
                .putArray("managedFields");
        ObjectNode spec = job.withObject("/spec");
        putIfAbsent(
                spec,
                "{\"parallelism\": 1, \"completions\": 1, \"completionMode\": \"NonIndexed\", \"suspend\": false,"
                        + " \"manualSelector\": false, \"podReplacementPolicy\": \"TerminatingOrFailed\", \"selector\": {}}");
        job.withObject("/spec/template/metadata/labels")
                .put("controller-uid", "u")
                .put("batch.kubernetes.io/controller-uid", "u")
                .put("job-name", "n")
                .put("batch.kubernetes.io/job-name", "n");
        ObjectNode pod = job.withObject("/spec/template/spec");
        putIfAbsent(pod, "{\"dnsPolicy\": \"ClusterFirst\", \"schedulerName\": \"default-scheduler\"}");
        for (String name : new String[] {"hostNetwork", "hostPID", "hostIPC"}) {
            if (!pod.path(name).asBoolean()) {
                pod.remove(name);
            }
        }
        return reread(job);
    }

    private static void putIfAbsent(ObjectNode object, String defaults) {
        try {
            new ObjectMapper()
                    .readTree(defaults)
                    .properties()
                    .forEach(member -> object.putIfAbsent(member.getKey(), member.getValue()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ObjectNode reread(ObjectNode job) {
        return (ObjectNode) StrictJson.parse(job.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}
