package dev.cupel.policy;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpec;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A manifest altered in one field is refused with that field's path, whoever sent it. */
class PolicyCorpusTest {
    private static final String POD = "/spec/template/spec";

    static Stream<Alteration> refused() {
        return Alteration.all().stream()
                .filter(alteration -> !alteration.allowed() && !alteration.installation())
                // Lifecycle and collect know managed-by; see HardenerTest.
                .filter(alteration -> !alteration.pointer().endsWith("managed-by"));
    }

    static Stream<Alteration> allowed() {
        return Alteration.all().stream().filter(Alteration::allowed);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refused(Alteration alteration) {
        Rejected rejected = assertThrows(Rejected.class, () -> Hardener.check(alteration.altered()));
        assertEquals(RejectionReason.NOT_HARDENED, rejected.reason());
        assertEquals("/manifest" + alteration.path(), rejected.field());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void allowed(Alteration alteration) {
        assertDoesNotThrow(() -> Hardener.check(alteration.altered()));
    }

    @Test
    void knowsEveryFieldThatKubernetesHas() {
        Map<String, Class<?>> objects = Map.of(
                "/spec",
                JobSpec.class,
                POD,
                PodSpec.class,
                POD + "/securityContext",
                PodSecurityContext.class,
                POD + "/containers/0",
                Container.class,
                POD + "/containers/0/securityContext",
                SecurityContext.class,
                POD + "/containers/0/volumeMounts/0",
                VolumeMount.class);
        Set<String> missing = new TreeSet<>();
        objects.forEach((pointer, type) ->
                fields(type).map(field -> pointer + "/" + field).forEach(missing::add));
        Alteration.all()
                .forEach(alteration ->
                        missing.removeIf(field -> alteration.pointer().equals(field)
                                || alteration.pointer().startsWith(field + "/")));
        // Altered only by what every Job must have, or tried where it is added by index.
        missing.removeAll(List.of("/spec/template", POD + "/containers", POD + "/volumes"));
        missing.removeAll(List.of(POD + "/containers/0/env", POD + "/containers/0/volumeMounts/0/name"));
        assertEquals(Set.of(), missing);
    }

    private static Stream<String> fields(Class<?> type) {
        return Stream.of(type.getAnnotation(JsonPropertyOrder.class).value())
                .filter(name -> !Set.of("apiVersion", "kind", "metadata").contains(name));
    }
}
