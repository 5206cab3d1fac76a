package dev.cupel.app;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cupel.kubernetes.CupelMetadata;
import dev.cupel.policy.Alteration;
import dev.cupel.policy.Images;
import dev.cupel.policy.Installation;
import dev.cupel.rejection.Rejected;
import dev.cupel.template.Declaration;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.Templates;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code knative/base} says of an installation, in one place, the functions and the admission policy can read. */
class BaseInstallationTest {
    private static final Map<String, String> BASE = literals();

    /** By setting, the form of an item as the admission policy has it. */
    private static final Map<String, Pattern> FORMS = forms();

    private static Map<String, String> literals() {
        Map<String, String> literals = new TreeMap<>();
        Pattern.compile("(?m)^ +- ([A-Z_]+)=(.*)$")
                .matcher(read("kustomization.yaml"))
                .results()
                .forEach(literal -> literals.put(literal.group(1), literal.group(2)));
        return literals;
    }

    private static Map<String, Pattern> forms() {
        Map<String, Pattern> forms = new TreeMap<>();
        Pattern.compile("'(CUPEL_[A-Z_]+)':\\s*'(\\^[^']*\\$)'")
                .matcher(read("250-admission.yaml"))
                .results()
                .forEach(form -> forms.put(form.group(1), Pattern.compile(form.group(2))));
        return forms;
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of("knative/base", file));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** As a container has it: the program's own properties, and the ConfigMap as its environment. */
    private static Installation installation(Map<String, String> environment) {
        try {
            return new CupelConfig(new SmallRyeConfigBuilder()
                            .withSources(new PropertiesConfigSource(
                                    Path.of("src/main/resources/application.properties")
                                            .toUri()
                                            .toURL(),
                                    100))
                            .withSources(new EnvConfigSource(new HashMap<>(environment), 300))
                            .build())
                    .installation();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void thePolicyReadsWhatTheBaseSays() {
        Set<String> read = new TreeSet<>();
        Pattern.compile("variables\\.settings\\['([A-Z_]+)'\\]")
                .matcher(read("250-admission.yaml"))
                .results()
                .map((MatchResult setting) -> setting.group(1))
                .forEach(read::add);
        assertEquals(FORMS.keySet(), read, "a setting that is read and has no form, or the other way round");
        Set<String> missing = new TreeSet<>(FORMS.keySet());
        missing.removeAll(BASE.keySet());
        assertEquals(Set.of(), missing, "without it no Job is taken");
    }

    @Test
    void theFunctionsReadItToo() {
        Installation installation = installation(BASE);
        assertDoesNotThrow(() -> installation.check(Alteration.original()));
        assertEquals(Set.of("gvisor"), installation.runtimeClasses().allowed());
        assertEquals(Optional.empty(), installation.runtimeClasses().preset());
        assertEquals(Optional.empty(), installation.supervisor());
    }

    static Stream<Alteration> ofTheInstallation() {
        return Alteration.all().stream().filter(Alteration::installation);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void ofTheInstallation(Alteration alteration) {
        Rejected rejected =
                assertThrows(Rejected.class, () -> installation(BASE).check(alteration.altered()));
        assertEquals("/manifest" + alteration.path(), rejected.field());
    }

    @Test
    void everyImageOfATemplateThatComesWithCupelIsAllowed() {
        Templates templates = new Templates(new TemplateFiles.BuiltIn(), Optional.empty());
        Images images = installation(BASE).images();
        templates.names().forEach(name -> {
            Declaration declaration = templates.get(name).declaration();
            Stream.concat(Stream.of(declaration.image()), declaration.allowedImages().stream())
                    .map(pattern -> pattern.replace("*", "x"))
                    .forEach(image -> assertTrue(images.allow(image), () -> name + ": " + image));
        });
    }

    /** What the source leaves out, nobody hears of any more: so the policy keeps it from being taken back, or held. */
    @Test
    void whatTheSourceLeavesOutThePolicyProtects() {
        Pattern leftOut =
                Pattern.compile("- key: " + Pattern.quote(CupelMetadata.SETTLED) + "\n +operator: DoesNotExist\n");
        assertTrue(leftOut.matcher(read("600-sources.yaml")).find());
        String policy = read("260-admission-changes.yaml");
        String isSettled = "'" + CupelMetadata.SETTLED + "' in variables.oldLabels";
        for (String rule : List.of("metadata.finalizers: none may be added", "spec.suspend: a Job that is settled")) {
            String one = policy.substring(policy.indexOf(rule)).split("- message:", 2)[0];
            assertTrue(one.contains(isSettled), rule);
        }
    }

    private static boolean isTakenByThePolicy(String setting, String text) {
        Pattern form = Objects.requireNonNull(FORMS.get(setting), setting);
        return text.isEmpty()
                || Arrays.stream(text.split(",", -1))
                        .allMatch(item -> form.matcher(item.strip()).find());
    }

    /** What the functions start with, the policy can read; else no Job at all would be taken. */
    @Test
    void whatTheFunctionsTakeThePolicyTakes() {
        String prefix = "a-b.example/";
        Map<String, List<String>> right = Map.ofEntries(
                Map.entry("CUPEL_IMAGES", List.of("*/x:*", "127.0.0.1:5000/a_b/c-d@sha256:*, x")),
                Map.entry("CUPEL_EXECUTOR_IMAGE", List.of("127.0.0.1:5000/a_b/C-d:1.2@sha256:0", "python")),
                Map.entry("CUPEL_RUNTIME_CLASSES", List.of("gvisor , kata.v2", "a-b")),
                Map.entry("CUPEL_RUNTIME_CLASS", List.of("kata.v2")),
                Map.entry("CUPEL_QUEUES", List.of("team-a,team-b")),
                Map.entry("CUPEL_PRIORITY_CLASSES", List.of("urgent,low")),
                Map.entry("CUPEL_NODE_SELECTOR", List.of("a=", prefix + "A_b.c=D-e_f.g", " a=b , c=d ")),
                Map.entry(
                        "CUPEL_TOLERATIONS",
                        List.of("a:NoSchedule", prefix + "A_b.c=D-e_f.g:NoExecute , b:PreferNoSchedule")),
                Map.entry("CUPEL_PULL_SECRETS", List.of("registry, mirror.example")),
                Map.entry("CUPEL_SUPERVISOR", List.of("inline", "image-volume", "init-container")),
                Map.entry("CUPEL_SUPERVISOR_IMAGE", List.of("a/b@sha256:0")));
        assertEquals(FORMS.keySet(), right.keySet());
        right.forEach((setting, texts) -> texts.forEach(text -> {
            Map<String, String> environment = new HashMap<>(BASE);
            environment.put("CUPEL_SUPERVISOR_IMAGE", "a");
            environment.put(setting, text);
            assertDoesNotThrow(() -> installation(environment), setting + "=" + text);
            assertTrue(isTakenByThePolicy(setting, text), setting + "=" + text);
        }));
    }

    /** It makes a regular expression of images, and compares the rest: nothing may mean more than it says. */
    @Test
    void whatThePolicyCannotReadItSaysSo() {
        Map<String, List<String>> wrong = Map.of(
                "CUPEL_IMAGES", List.of("a|b", ".+", "a(b)", "[a]", "a\\b", "^a", "a$", "a b", "a,,b", "a,"),
                "CUPEL_QUEUES", List.of("A", "a b", "a,,b"),
                "CUPEL_NODE_SELECTOR", List.of("a", "=b", "a=b=c", "a=b,", "a/b/c=d"),
                "CUPEL_TOLERATIONS", List.of("a", "a:Never", "a=:NoSchedule", ":NoSchedule", "a=b=c:NoSchedule"),
                "CUPEL_PULL_SECRETS", List.of("A", "a/b"),
                "CUPEL_SUPERVISOR", List.of("Inline", "image-volume2"));
        wrong.forEach((setting, texts) -> texts.forEach(text -> {
            Map<String, String> environment = new HashMap<>(BASE);
            environment.put(setting, text);
            assertThrows(StartFault.class, () -> installation(environment), setting + "=" + text);
            assertTrue(!isTakenByThePolicy(setting, text), setting + "=" + text);
        }));
    }
}
