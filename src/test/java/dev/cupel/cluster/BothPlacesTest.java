package dev.cupel.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One request, once through {@code cupel run} on this machine and once through the broker of the cluster. */
@ClusterTest
class BothPlacesTest {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Path PROGRAM = Path.of("target/quarkus-app/quarkus-run.jar");
    /** What depends on the place, or on the one run. */
    private static final List<String> OF_THE_PLACE =
            List.of("job_name", "uid", "timings", "usage", "image_id", "unenforced");

    private final String id = UUID.randomUUID().toString();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "import json\nprint(json.dumps({'a': {'b': [None, True, 1.5]}, 'ü': '\"\\'$(HOME)'}, ensure_ascii=False))",
                "import os, sys\nos.write(1, b'a\\r\\nb\\0\\xff\\rno-nl')\nprint('bad', file=sys.stderr)\nsys.exit(7)",
                "def f():\n    raise ValueError('line 2')\nf()",
                "import os, signal\nprint('before', flush=True)\nos.kill(os.getpid(), signal.SIGSEGV)",
                "import time\nprint('partial', flush=True)\ntime.sleep(600)"
            })
    void agreeInAllThatDoesNotDependOnThePlace(String code, Cluster cluster) throws Exception {
        assumeTrue(Files.exists(PROGRAM), "no " + PROGRAM + "; mvn package makes it");
        ObjectNode request = Cluster.JSON
                .createObjectNode()
                .put("eval_id", "both-" + id)
                .put("code", code)
                .put("timeout", 4);
        ObjectNode here = runHere(request);
        ObjectNode there = runThere(cluster, request);
        here.remove(OF_THE_PLACE);
        there.remove(OF_THE_PLACE);
        assertEquals(here.toPrettyString(), there.toPrettyString());
    }

    private static ObjectNode runHere(JsonNode request) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(java, "-jar", PROGRAM.toString(), "run", "-")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (var input = process.getOutputStream()) {
            input.write(request.toString().getBytes(UTF_8));
        }
        JsonNode event = Cluster.decode(process.getInputStream().readAllBytes());
        process.waitFor();
        return (ObjectNode) event.path("data");
    }

    private ObjectNode runThere(Cluster cluster, JsonNode request) {
        try (EventSink sink = EventSink.open(cluster, Map.of("correlationid", id))) {
            cluster.send(Event.of("dev.cupel.job.requested.v1", "/cupel-test", id, request));
            Event finished =
                    sink.await("finished", LIMIT, event -> event.get("type").equals("dev.cupel.job.finished.v1"));
            cluster.client()
                    .batch()
                    .v1()
                    .jobs()
                    .inNamespace(Cluster.JOBS)
                    .withName(finished.get("subject"))
                    .delete();
            return (ObjectNode) finished.data();
        }
    }
}
