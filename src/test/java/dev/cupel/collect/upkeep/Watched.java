package dev.cupel.collect.upkeep;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.cloudevents.Event;
import dev.cupel.cloudevents.EventContext;
import dev.cupel.collect.Collect;
import dev.cupel.collect.Fixtures;
import dev.cupel.collect.frames.FrameWriter;
import dev.cupel.kubernetes.ScriptedCluster;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/** Jobs of Cupel's on a {@link ScriptedCluster}, and collect, told of them as the source and the broker would. */
public final class Watched {
    public static final String NAME = "eval-a";
    static final EventContext CONTEXT =
            new EventContext("e-1", "/test", "dev.cupel.test.v1", Optional.empty(), Optional.empty(), new TreeMap<>());

    public final ScriptedCluster cluster = new ScriptedCluster();
    public final Collect collect = new Collect(cluster, "http://api", Timeouts.DEFAULT, cluster);

    /** A supervised Job with that status, made at 10:00:01. */
    public static ObjectNode job(String name, String status) {
        ObjectNode job = Fixtures.job(status);
        job.put("kind", "Job").withObjectProperty("spec").put("ttlSecondsAfterFinished", 86_400);
        ObjectNode metadata = job.withObjectProperty("metadata");
        metadata.put("name", name).put("uid", "u-" + name);
        metadata.withObjectProperty("labels").put("app.kubernetes.io/managed-by", "cupel");
        metadata.withObjectProperty("annotations")
                .put("cupel.dev/correlation-id", "c-1")
                .put("cupel.dev/traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                .put("cupel.dev/reply-to", "/there");
        return job;
    }

    /** Ended at 10:00:03. */
    public static final String FAILED = """
        {failed: 1, conditions: [{type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded',
          lastTransitionTime: '2026-11-24T10:00:03Z'}]}\
        """;

    /** A Job whose program printed {@code printed} and exited with 3. */
    public ObjectNode addEnded(String name, String printed) {
        ObjectNode job = job(name, FAILED);
        cluster.add(job, Fixtures.terminated(3, "Error"));
        cluster.logs.put(
                name + "-p",
                new FrameWriter(new Random(1), 1000)
                        .stdout(printed.getBytes(UTF_8))
                        .exits(3)
                        .log());
        return job;
    }

    /** A Job that has not ended, with a Pod of that status on a node. */
    public ObjectNode addActive(String name, String podStatus) {
        ObjectNode job = job(name, "{active: 1, startTime: '2026-11-24T10:00:01Z'}");
        ObjectNode pod = Fixtures.pod(podStatus);
        pod.put("kind", "Pod").withObjectProperty("spec").put("nodeName", "n");
        cluster.add(job, pod);
        return job;
    }

    /** Tells collect that a Job or Pod changed. */
    public Optional<Event> update(JsonNode object) {
        return collect.answerUpdate(CONTEXT, bytes(object));
    }

    public Optional<Event> update(String name) {
        return update(cluster.job(name));
    }

    public Optional<Event> delete(JsonNode object) {
        return collect.answerDelete(CONTEXT, bytes(object));
    }

    /** Brings a {@code finished} event back. */
    public void settle(Event finished) {
        collect.settle(bytes(finished.data()));
    }

    static byte[] bytes(JsonNode json) {
        return json.toString().getBytes(UTF_8);
    }

    static String annotation(JsonNode job, String name) {
        return job.at("/metadata/annotations").path("cupel.dev/" + name).asText();
    }

    /** The result's reason, or its absence. */
    public static String reason(Optional<Event> finished) {
        return finished.map(event -> event.data().path("reason").asText()).orElse("nothing");
    }
}
