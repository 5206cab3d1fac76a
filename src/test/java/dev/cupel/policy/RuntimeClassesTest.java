package dev.cupel.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.json.StrictJson;
import dev.cupel.kubernetes.JobName;
import dev.cupel.kubernetes.JobPointers;
import dev.cupel.rejection.Rejected;
import dev.cupel.render.Binder;
import dev.cupel.render.JobBuilder;
import dev.cupel.render.Renderer;
import dev.cupel.request.JobRequest;
import dev.cupel.strategies.DynamicJob;
import dev.cupel.strategies.Fabric8TypedJob;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.Templates;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RuntimeClassesTest {
    private static final RuntimeClasses GVISOR = new RuntimeClasses(Set.of("gvisor"), Optional.empty());

    static Stream<JobBuilder> strategies() {
        return Stream.of(new Binder(), new DynamicJob(), new Fabric8TypedJob());
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void aRequestMayAskForOneThatIsAllowed(JobBuilder strategy) {
        assertEquals("gvisor", rendered(strategy, GVISOR, ", \"runtime_class\": \"gvisor\""));
        assertEquals("", rendered(strategy, GVISOR, ""));
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void theDefaultIsTakenWhereNobodyAsks(JobBuilder strategy) {
        RuntimeClasses both = new RuntimeClasses(Set.of("kata"), Optional.of("gvisor"));
        assertEquals("gvisor", rendered(strategy, both, ""));
        assertEquals("kata", rendered(strategy, both, ", \"runtime_class\": \"kata\""));
    }

    @Test
    void anotherIsRefused() {
        Rejected rejected =
                assertThrows(Rejected.class, () -> rendered(new Binder(), GVISOR, ", \"runtime_class\": \"runc\""));
        assertEquals("/runtime_class", rejected.field());
    }

    @Test
    void aRequestCannotChangeTheTemplates() {
        RuntimeClasses both = new RuntimeClasses(Set.of("gvisor", "kata"), Optional.empty());
        assertEquals(Optional.of("gvisor"), both.choose(Optional.of("gvisor"), Optional.of("gvisor")));
        Rejected rejected = assertThrows(Rejected.class, () -> both.choose(Optional.of("gvisor"), Optional.of("kata")));
        assertEquals("/runtime_class", rejected.field());
    }

    private static String rendered(JobBuilder strategy, RuntimeClasses runtimeClasses, String more) {
        JsonNode request = StrictJson.parse(
                ("{\"eval_id\": \"a\", \"code\": \"1\"" + more + "}").getBytes(StandardCharsets.UTF_8));
        Templates templates = new Templates(new TemplateFiles.BuiltIn(), Optional.empty());
        return new Renderer(templates, strategy, Installations.of(runtimeClasses))
                .render(JobRequest.decode(request), new JobName("a"), "2026-01-01T00:00:00Z")
                .manifest()
                .at(JobPointers.RUNTIME_CLASS)
                .asText();
    }
}
