package dev.cupel.render;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.policy.CarriedSupervisor;
import dev.cupel.policy.CarriedSupervisor.Way;
import dev.cupel.policy.Hardener;
import dev.cupel.policy.Installations;
import dev.cupel.policy.RuntimeClasses;
import dev.cupel.rejection.Rejected;
import dev.cupel.request.JobRendered;
import dev.cupel.request.TemplateName;
import dev.cupel.strategies.DynamicJob;
import dev.cupel.strategies.Fabric8TypedJob;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.TemplateText;
import dev.cupel.template.Templates;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where the supervisor is carried, a manifest holds none of its text, and what brings it along. */
class CarriedManifestTest {
    private static final String POD = "/spec/template/spec";
    private static final String IMAGE = "docker.io/lab/cupel-supervisor:1";
    private static final Templates TEMPLATES = new Templates(new TemplateFiles.BuiltIn(), Optional.empty());

    private static JobRendered render(JobBuilder builder, Way way, String template) {
        return Requests.render(
                new Renderer(
                        TEMPLATES, builder, Installations.of(RuntimeClasses.none(), new CarriedSupervisor(way, IMAGE))),
                Requests.request(new TemplateName(template), ""));
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void allStrategiesMakeTheSameAndItIsHardenedAndSmall(Way way) {
        JobRendered rendered = render(new Binder(), way, "python");
        JsonNode job = rendered.manifest();
        assertEquals(CarriedSupervisor.COMMAND, texts(job.at(POD + "/containers/0/command")));
        assertEquals(way == Way.INIT_CONTAINER, job.at(POD).has("initContainers"));
        assertTrue(job.toString().length() < 5_000, () -> job.toString().length() + " bytes");
        assertDoesNotThrow(() -> Hardener.check(job));
        assertDoesNotThrow(() -> CarriedSupervisor.check(job, Optional.of(new CarriedSupervisor(way, IMAGE))));
        for (JobBuilder other : List.of(new DynamicJob(), new Fabric8TypedJob())) {
            assertEquals(rendered.digest(), render(other, way, "python").digest(), other.toString());
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aTemplateWithoutASupervisorCarriesNone(Way way) {
        assertEquals(
                Requests.render(new Renderer(TEMPLATES, new Binder()), Requests.request(new TemplateName("seed"), ""))
                        .manifest(),
                render(new Binder(), way, "seed").manifest());
    }

    /** Not even where it would say the same as what is added. */
    @Test
    void aTemplateMayNotSayAnyOfThatItself(@TempDir Path folder) {
        String own = TemplateText.LEAST_EXACT.replace(
                "      containers:\n",
                "      volumes: [{name: cupel, emptyDir: {sizeLimit: 32Mi}}]\n      containers:\n");
        var text = TemplateText.of(folder, own).write("parameters.yaml", TemplateText.EXACT);
        assertTrue(
                text.lint().stream()
                        .anyMatch(line -> line.contains("is the name of the volume that a supervisor comes by")),
                () -> text.lint().toString());
        assertThrows(
                Rejected.class, () -> Requests.render(text.renderer(), Requests.request(new TemplateName("t"), "")));
    }

    private static List<String> texts(JsonNode list) {
        return Stream.of(list)
                .flatMap(JsonNode::valueStream)
                .map(JsonNode::textValue)
                .toList();
    }
}
