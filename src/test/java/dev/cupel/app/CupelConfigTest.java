package dev.cupel.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cupel.policy.CarriedSupervisor;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every setting: what is no value of it is told in one line, at the start. */
class CupelConfigTest {
    private static final List<String> NO_TIMES = List.of("", "soon", "-5s", "0s", "10 years", "PT", "400d");

    /** What each cannot be; the empty text is wrong where there is a default to fall from. */
    private static final Map<String, List<String>> WRONG = Map.ofEntries(
            Map.entry("cupel.role", List.of("", "renderer", "api,render")),
            Map.entry("cupel.namespace", List.of("", "Crucible", "a b", "-a", "a.b")),
            Map.entry("cupel.templates", List.of("a\0b", ",built-in")),
            Map.entry("cupel.executor-image", List.of("Python", "python 3", "python\n")),
            Map.entry("cupel.runtime-classes", List.of("gVisor", "a,,b")),
            Map.entry("cupel.runtime-class", List.of("gVisor", "a b")),
            Map.entry("cupel.images", List.of("Python:*", "a b", "a,,b", "a|b", "a[b]", "a,b(c)")),
            Map.entry(
                    "cupel.node-selector", List.of("pool", "pool=a b", "a=b,,c=d", "a=b,a=c", "=b", "a=b=c", "A.b/=c")),
            Map.entry(
                    "cupel.tolerations",
                    List.of("pool", "pool:Never", "pool=:NoSchedule", ":NoSchedule", "a=b:NoSchedule,", "a=b")),
            Map.entry("cupel.pull-secrets", List.of("Secret", "a,,b", "a b")),
            Map.entry("cupel.queues", List.of("Queue", "a,,b")),
            Map.entry("cupel.priority-classes", List.of("Urgent", "a,,b")),
            Map.entry("cupel.supervisor", List.of("", "carried", "Inline", "image_volume", "image-volume ")),
            Map.entry("cupel.supervisor-image", List.of("Supervisor", "a b", "a\n")),
            Map.entry("cupel.finalizer", List.of("yes", "1")),
            Map.entry("cupel.run-code", List.of("yes", "1")),
            Map.entry("cupel.piston", List.of("yes", "1")),
            Map.entry("cupel.page", List.of("yes", "1")),
            Map.entry("cupel.hosts", List.of("http://a", "a,,b")),
            Map.entry("cupel.queued-after", NO_TIMES),
            Map.entry("cupel.local", List.of("yes", "1", "lcoal", " true")),
            Map.entry("cupel.local-jobs", List.of("lots", "0", "-1", "1.5", "1001", "99999999999")),
            Map.entry("cupel.results", List.of("a\0b")),
            Map.entry("cupel.url", List.of("cupel.example", "ftp://a", "http://", "http://a/?q", "http://a b")),
            Map.entry("cupel.broker", List.of("broker.example", "ftp://a", "http://", "http://a/?q", "http://a b")),
            Map.entry("cupel.api-timeout", NO_TIMES),
            Map.entry("cupel.submit-within", NO_TIMES),
            Map.entry("cupel.sweep-after", NO_TIMES),
            Map.entry("cupel.lost-after", NO_TIMES),
            Map.entry("cupel.refused-after", NO_TIMES),
            Map.entry("cupel.pending-after", NO_TIMES),
            Map.entry("cupel.unschedulable-after", NO_TIMES),
            Map.entry("cupel.silent-after", NO_TIMES),
            Map.entry("cupel.functions-only", List.of("maybe")));

    private static CupelConfig config(Map<String, String> set) {
        try {
            SmallRyeConfig config = new SmallRyeConfigBuilder()
                    .withSources(new PropertiesConfigSource(
                            Path.of("src/main/resources/application.properties")
                                    .toUri()
                                    .toURL(),
                            100))
                    .withSources(new PropertiesConfigSource(new HashMap<>(set), "set", 300))
                    .build();
            return new CupelConfig(config);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static List<String> problems(Map<String, String> set) {
        StartFault fault = assertThrows(StartFault.class, () -> config(set), set::toString);
        return String.valueOf(fault.getMessage()).lines().toList();
    }

    @Test
    void eachSettingIsChecked() {
        assertEquals(config(Map.of()).names(), WRONG.keySet(), "a setting without a row here");
        WRONG.forEach((name, values) -> values.forEach(value -> {
            List<String> lines = problems(Map.of(name, value));
            assertEquals(1, lines.size(), lines.toString());
            String variable =
                    name.toUpperCase(java.util.Locale.ROOT).replace('.', '_').replace('-', '_');
            assertTrue(
                    lines.getFirst().startsWith("cupel: " + variable + " (" + name + ") must be "), lines.toString());
        }));
    }

    @ParameterizedTest
    @ValueSource(strings = {"image-volume", "init-container"})
    void aSupervisorThatIsCarriedNeedsAnImage(String way) {
        assertEquals(
                List.of("cupel: CUPEL_SUPERVISOR_IMAGE (cupel.supervisor-image) must be an image reference where the"
                        + " supervisor comes by " + way + ", and is empty"),
                problems(Map.of("cupel.supervisor", way)));
        assertEquals(
                1,
                problems(Map.of("cupel.supervisor", way, "cupel.supervisor-image", "A"))
                        .size());
        CarriedSupervisor carried = config(Map.of("cupel.supervisor", way, "cupel.supervisor-image", "a/b:1"))
                .installation()
                .supervisor()
                .orElseThrow();
        assertEquals(way, carried.way().wireName());
        assertEquals("a/b:1", carried.image());
    }

    @Test
    void aSupervisorIsNotCarriedUnlessThatIsSaid() {
        assertEquals(Optional.empty(), config(Map.of()).installation().supervisor());
        assertEquals(
                Optional.empty(),
                config(Map.of("cupel.supervisor-image", "a/b:1")).installation().supervisor());
    }

    @Test
    void thePageIsThereInLocalModeUnlessItIsSaidOtherwise() {
        assertTrue(config(Map.of("cupel.local", "true")).page());
        assertFalse(config(Map.of("cupel.local", "false")).page());
        assertFalse(config(Map.of("cupel.local", "true", "cupel.page", "false")).page());
        assertTrue(config(Map.of("cupel.local", "false", "cupel.page", "true")).page());
    }

    /** There a Job goes as soon as it is deleted, so the word of that must be answered. */
    @Test
    void inLocalModeNoJobHasTheFinalizer() {
        assertTrue(config(Map.of("cupel.local", "false", "cupel.finalizer", "true"))
                .finalizer());
        assertFalse(
                config(Map.of("cupel.local", "true", "cupel.finalizer", "true")).finalizer());
        assertFalse(config(Map.of("cupel.local", "false")).finalizer());
    }

    /** Each is right alone. */
    @Test
    void timesThatNoJobLivesForAreToldInOneLine() {
        List<String> lines = problems(Map.of("cupel.unschedulable-after", "30d"));
        assertEquals(1, lines.size(), lines.toString());
        assertTrue(lines.getFirst().startsWith("cupel: CUPEL_UNSCHEDULABLE_AFTER, twice"), lines.toString());
    }

    @Test
    void allThatIsWrongIsToldTogether() {
        assertEquals(
                3,
                problems(Map.of("cupel.local", "maybe", "cupel.local-jobs", "lots", "cupel.tempaltes", "x"))
                        .size());
    }

    @Test
    void aNameNearlyRightIsAMistakeAndWhatWasMeantIsSaid() {
        assertEquals(
                List.of("cupel: CUPEL_LOCAL_JOB is no setting; did you mean CUPEL_LOCAL_JOBS (cupel.local-jobs)?"),
                problems(Map.of("CUPEL_LOCAL_JOB", "2")));
        assertEquals(
                List.of("cupel: CUPEL_TEMPLATE is no setting; did you mean CUPEL_TEMPLATES (cupel.templates)?"),
                problems(Map.of("cupel.template", "x")));
    }

    /** They may be somebody else's, or a Service's that Kubernetes tells of. */
    @Test
    void namesOfOthersDoNotStopTheStart() {
        assertFalse(config(Map.of("CUPEL_LAB", "x", "CUPEL_API_SERVICE_HOST", "10.0.0.1", "CUPEL_URL_PORT", "tcp://x"))
                .names()
                .isEmpty());
    }

    @Test
    void takesWhatIsRight() {
        CupelConfig config = config(Map.of(
                "cupel.local",
                "TRUE",
                "cupel.local-jobs",
                "3",
                "cupel.url",
                "https://a.example/b/",
                "cupel.role",
                "Submit"));
        assertTrue(config.isLocal());
        assertEquals(3, config.localJobs().orElseThrow());
        assertEquals("https://a.example/b", config.url());
        assertFalse(config(Map.of("cupel.local", "false")).isLocal());
        assertTrue(config.broker().isEmpty());
        assertTrue(config(Map.of("cupel.broker", "")).broker().isEmpty());
        assertEquals(
                "http://broker.example/a/b",
                config(Map.of("cupel.broker", "http://broker.example/a/b"))
                        .broker()
                        .orElseThrow());
    }
}
