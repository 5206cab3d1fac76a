package dev.cupel.policy;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.json.StrictJson;
import dev.cupel.lint.Linter;
import dev.cupel.lint.Place;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import dev.cupel.render.Binder;
import dev.cupel.render.JobBuilder;
import dev.cupel.render.Renderer;
import dev.cupel.render.Requests;
import dev.cupel.request.JobRendered;
import dev.cupel.strategies.DynamicJob;
import dev.cupel.strategies.Fabric8TypedJob;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.TemplateText;
import dev.cupel.template.Templates;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Where a Pod may run, and by what its images are pulled: every Job has what the installation says, and nothing else. */
class PodSettingsTest {
    private static final String POD = "/spec/template/spec";
    private static final Installation PLACED = Installations.of(Alteration.POD_SETTINGS);
    private static final Templates TEMPLATES = new Templates(new TemplateFiles.BuiltIn(), Optional.empty());

    @TempDir
    private Path root;

    static Stream<JobBuilder> everyStrategy() {
        return Stream.of(new Binder(), new DynamicJob(), new Fabric8TypedJob());
    }

    private static JsonNode json(String text) {
        return StrictJson.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    private static ObjectNode rendered(JobBuilder strategy, Installation installation) {
        return Requests.render(
                        new Renderer(TEMPLATES, strategy, installation),
                        Requests.decode("{\"eval_id\": \"a\", \"code\": \"1\"}"))
                .manifest();
    }

    @ParameterizedTest
    @MethodSource
    void everyStrategy(JobBuilder strategy) {
        ObjectNode job = rendered(strategy, PLACED);

        assertEquals(
                json("{\"node-role.kubernetes.io/jobs\": \"\", \"pool\": \"jobs\"}"), job.at(POD + "/nodeSelector"));
        assertEquals(json("""
                [{"key": "dedicated", "operator": "Equal", "value": "jobs", "effect": "NoSchedule"},
                 {"key": "spot", "operator": "Exists", "effect": "NoExecute"}]"""), job.at(POD + "/tolerations"));
        assertEquals(json("[{\"name\": \"registry\"}, {\"name\": \"mirror\"}]"), job.at(POD + "/imagePullSecrets"));
        assertDoesNotThrow(() -> Hardener.check(job));
        assertDoesNotThrow(() -> PLACED.check(job));
    }

    @ParameterizedTest
    @MethodSource("everyStrategy")
    void nothingIsSaidWhereTheInstallationSaysNothing(JobBuilder strategy) {
        ObjectNode job = rendered(strategy, Installation.none());

        assertTrue(job.at(POD + "/nodeSelector").isMissingNode());
        assertTrue(job.at(POD + "/tolerations").isMissingNode());
        assertTrue(job.at(POD + "/imagePullSecrets").isMissingNode());
    }

    static Stream<Alteration> altered() {
        return Alteration.placed().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void altered(Alteration alteration) {
        ObjectNode job = alteration.altered(Alteration.original(Alteration.POD_SETTINGS));

        Rejected rejected = assertThrows(Rejected.class, () -> {
            Hardener.check(job);
            PLACED.check(job);
        });

        assertEquals(RejectionReason.NOT_HARDENED, rejected.reason());
        assertTrue(rejected.field().startsWith("/manifest" + POD + "/"), rejected.field());
        if (alteration.installation()) {
            assertDoesNotThrow(() -> Hardener.check(job));
            assertTrue(rejected.text().contains("(CUPEL_"), rejected.text());
        }
    }

    @Test
    void aJobOfAnotherInstallationIsRefusedAndToldWhy() {
        Rejected rejected =
                assertThrows(Rejected.class, () -> Installation.none().check(rendered(new Binder(), PLACED)));

        assertEquals("/manifest" + POD + "/nodeSelector", rejected.field());
        assertEquals(
                "is not allowed here: it is for the installation to say (CUPEL_NODE_SELECTOR), which says none",
                rejected.text());
        assertEquals(
                "must be {\"pool\":\"jobs\"}, as the installation says (CUPEL_NODE_SELECTOR)",
                assertThrows(
                                Rejected.class,
                                () -> Installations.of(
                                                new PodSettings(java.util.Map.of("pool", "jobs"), List.of(), List.of()))
                                        .check(Alteration.original()))
                        .text());
    }

    private TemplateFiles template(String line) {
        return TemplateText.of(
                        root, TemplateText.LEAST.replace("      containers:", "      " + line + "\n      containers:"))
                .files();
    }

    @Test
    void aTemplateMayWriteOutTheVerySame() {
        Templates templates =
                new Templates(template("imagePullSecrets: [{name: registry}, {name: mirror}]"), Optional.empty());
        JobRendered job =
                Requests.render(new Renderer(templates, new Binder(), PLACED), Requests.request(TemplateText.NAME, ""));

        assertDoesNotThrow(() -> PLACED.check(job.manifest()));
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.ValueSource(
            strings = {
                "nodeSelector: {pool: system}",
                "tolerations: [{key: a, operator: Exists, effect: NoSchedule}]",
                "imagePullSecrets: [{name: registry}]"
            })
    void aTemplateThatSaysOtherwiseIsFaulty(String line) {
        TemplateFiles files = template(line);
        String field = line.substring(0, line.indexOf(':'));

        for (Installation installation : List.of(PLACED, Installation.none())) {
            Rejected rejected = assertThrows(
                    Rejected.class,
                    () -> Requests.render(
                            new Renderer(new Templates(files, Optional.empty()), new Binder(), installation),
                            Requests.request(TemplateText.NAME, "")));
            assertEquals(RejectionReason.INVALID_TEMPLATE, rejected.reason());
            assertTrue(rejected.text().startsWith(POD + "/" + field + " "), rejected.text());
            List<String> told = new Linter(files, new Place(Optional.empty(), Optional.of(installation)))
                    .lintAll().stream().map(Object::toString).toList();
            assertEquals(1, told.size(), told::toString);
            assertTrue(told.getFirst().startsWith("t/template.yaml:7:"), told::toString);
            assertTrue(told.getFirst().endsWith(rejected.text()), told::toString);
        }
    }

    /** As Kueue does: it adds a flavor's labels and tolerations to what the Job has. */
    @Test
    void whatAQueueAddsIsTakenAwayFromTheManifest() {
        Installation installation = new Installation(
                Images.any(),
                RuntimeClasses.none(),
                new Queues(java.util.Set.of("q"), java.util.Set.of()),
                Alteration.POD_SETTINGS,
                Optional.empty());
        JobRendered rendered = Requests.render(
                new Renderer(TEMPLATES, new Binder(), installation),
                Requests.decode("{\"eval_id\": \"a\", \"code\": \"1\", \"queue\": \"q\"}"));
        ObjectNode stored = rendered.manifest().deepCopy();
        stored.withObject("/metadata/annotations")
                .put("cupel.dev/digest", rendered.digest().value());
        ObjectNode asSent = stored.deepCopy();
        stored.withObject(POD + "/nodeSelector").put("flavor", "spot");
        stored.withArray(POD + "/tolerations").addObject().put("key", "flavor").put("operator", "Exists");

        assertEquals(Optional.empty(), StoredJob.findLaterChange(asSent, stored));
        SubmittedManifest manifest = SubmittedManifest.of(stored, installation.pod());
        assertEquals(rendered.digest(), manifest.digest());
        assertTrue(manifest.isExact());
        assertFalse(SubmittedManifest.of(stored, PodSettings.none()).isExact());
        assertTrue(
                SubmittedManifest.of(asSent, PodSettings.none()).isExact(),
                "as it was stored, whatever the installation says today");
    }

    @Test
    void tolerationsAreWrittenAsTaintsAre() {
        assertEquals(
                Optional.of(new Toleration("a.b/c", Optional.of("d"), "NoExecute")),
                Toleration.find("a.b/c=d:NoExecute"));
        assertEquals(
                Optional.of(new Toleration("spot", Optional.empty(), "PreferNoSchedule")),
                Toleration.find("spot:PreferNoSchedule"));
        for (String text :
                List.of("", "a", "a:", "a=:NoSchedule", "a:Never", ":NoSchedule", "a=b=c:NoSchedule", "*:NoSchedule")) {
            assertEquals(Optional.empty(), Toleration.find(text), text);
        }
    }
}
