package dev.cupel.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.policy.Alteration;
import dev.cupel.policy.CarriedSupervisor;
import dev.cupel.policy.CarriedSupervisor.Way;
import dev.cupel.policy.Installations;
import dev.cupel.policy.PodSettings;
import dev.cupel.policy.RuntimeClasses;
import dev.cupel.policy.StoredJob;
import dev.cupel.policy.SubmittedManifest;
import dev.cupel.render.Binder;
import dev.cupel.render.JobNamer;
import dev.cupel.render.Renderer;
import dev.cupel.request.EvalId;
import dev.cupel.request.JobRendered;
import dev.cupel.request.JobRequest;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.Templates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The supervisor of {@code src/main/supervisor/image}, carried into Jobs: what the cluster takes, and what it runs in an image without
 * Python. Says to the admission policy what an overlay would, and puts it back.
 */
@ClusterTest
class CarriedSupervisorTest {
    /** Of the folder that {@code src/main/supervisor/image/build} makes. */
    private static final String IMAGE =
            System.getProperty("cupel.test.supervisor-image", "docker.io/lab/cupel-supervisor:dev");

    /** One without Python, that has a {@code /bin/sh}. */
    private static final String PLAIN = System.getProperty("cupel.test.plain-image", "docker.io/lab/busybox:1");

    private static final Duration LIMIT = Duration.ofMinutes(4);

    private final String run = UUID.randomUUID().toString();
    private Optional<AdmissionSettings> settings = Optional.empty();

    @AfterEach
    void restore() {
        settings.ifPresent(AdmissionSettings::close);
    }

    /** As an overlay does; waits until the API server goes by it. */
    private void install(Cluster cluster, Way way, JsonNode job) {
        settings = Optional.of(AdmissionSettings.with(
                cluster,
                Map.of(
                        "CUPEL_IMAGES",
                        "docker.io/library/*:*," + PLAIN,
                        "CUPEL_SUPERVISOR",
                        way.wireName(),
                        "CUPEL_SUPERVISOR_IMAGE",
                        IMAGE)));
        settings.get().awaitTaken(job);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void theClusterTakesItExactlyAsItIsAndNothingElse(Way way, Cluster cluster) {
        CarriedSupervisor supervisor = new CarriedSupervisor(way, IMAGE);
        ObjectNode job = Alteration.original(supervisor);
        install(cluster, way, job);
        List<String> taken = new ArrayList<>();
        for (Alteration alteration : Alteration.carried(way)) {
            if (cluster.createDryRun(alteration.altered(job), "").isSuccess()) {
                taken.add(alteration.toString());
            }
        }
        assertEquals(List.of(), taken);

        job.withObject("/metadata/annotations")
                .put("cupel.dev/digest", JobRendered.digestOf(job).value());
        ObjectNode stored = (ObjectNode) cluster.createDryRun(job, "").body();
        assertEquals(Optional.empty(), StoredJob.findChange(job, stored));
        assertTrue(SubmittedManifest.of(stored, PodSettings.none()).isExact());
    }

    @ParameterizedTest(name = "{0}, RuntimeClass {1}")
    @CsvSource({"IMAGE_VOLUME,", "INIT_CONTAINER,", "IMAGE_VOLUME, gvisor", "INIT_CONTAINER, gvisor"})
    void aProgramRunsInAnImageWithoutPython(Way way, String runtimeClass, Cluster cluster, @TempDir Path folder)
            throws IOException {
        assumeTrue(Kubectl.isLab() || System.getProperty("cupel.test.plain-image") != null, "no image without Python");
        ObjectNode request = Cluster.JSON
                .createObjectNode()
                .put("eval_id", run)
                .put("code", "echo \"out $1\"; cat; echo err >&2; command -v python3; exit 7")
                .put("stdin", "in\n")
                .put("template", "any");
        request.putArray("args").add("/bin/sh").add("main").add("$(X)");
        if (runtimeClass != null) {
            request.put("runtime_class", runtimeClass);
        }
        ObjectNode job = render(folder, request, new CarriedSupervisor(way, IMAGE));
        install(cluster, way, job);
        try (EventSink sink = EventSink.open(cluster, Map.of("correlationid", run))) {
            job.withObject("/metadata/annotations").put("cupel.dev/correlation-id", run);
            cluster.create(job);
            JsonNode result = sink.await(
                            "the result", LIMIT, event -> event.get("type").equals("dev.cupel.job.finished.v1"))
                    .data();
            assertEquals("exact", result.path("capture").asText(), result::toString);
            assertEquals("NonZeroExit", result.path("reason").asText(), result::toString);
            assertEquals(7, result.path("exit_code").asInt(), result::toString);
            assertEquals("out $(X)\nin\n", result.at("/stdout/text").asText());
            assertEquals("err\n", result.at("/stderr/text").asText());
        }
    }

    /** By a template for any image and command. */
    private ObjectNode render(Path folder, ObjectNode request, CarriedSupervisor supervisor) throws IOException {
        Path template = Files.createDirectories(folder.resolve("any"));
        String python = Files.readString(Path.of("templates/python/template.yaml"));
        Files.writeString(template.resolve("template.yaml"), python);
        Files.writeString(template.resolve("parameters.yaml"), """
            description: "Any command of any image"
            capture: "exact"
            main: "main"
            run: []
            image: {default: "%s", allowed: ["%s"]}
            """.formatted(PLAIN, PLAIN));
        Renderer renderer = new Renderer(
                new Templates(new TemplateFiles.Folder(folder), Optional.empty()),
                new Binder(),
                Installations.of(new RuntimeClasses(Set.of("gvisor"), Optional.empty()), supervisor));
        return renderer.render(
                        JobRequest.decode(request),
                        JobNamer.name(new EvalId(run), "/cupel-test/carried", run),
                        "2026-01-01T00:00:00Z")
                .manifest();
    }
}
