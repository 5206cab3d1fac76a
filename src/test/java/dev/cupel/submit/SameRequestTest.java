package dev.cupel.submit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.TestTags;
import dev.cupel.cloudevents.Event;
import dev.cupel.cloudevents.EventContext;
import dev.cupel.http.problem.ProblemStatus;
import dev.cupel.json.Digest;
import dev.cupel.kubernetes.ScriptedCluster;
import dev.cupel.local.LocalJobApi;
import dev.cupel.policy.Installation;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import dev.cupel.rejection.Unavailable;
import dev.cupel.render.Binder;
import dev.cupel.render.Render;
import dev.cupel.render.Renderer;
import dev.cupel.request.JobRendered;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.Templates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same request, told more than once. */
class SameRequestTest {
    private static final int SENDERS = 8;

    @TempDir
    private Path folder;

    private final Render render =
            new Render(new Renderer(new Templates(new TemplateFiles.BuiltIn(), Optional.empty()), new Binder()));
    private final ScriptedCluster cluster = new ScriptedCluster();
    private final Submit submit = new Submit(
            cluster,
            new Allowed(new Templates(new TemplateFiles.BuiltIn(), Optional.empty()), Installation.none()),
            Duration.ofMinutes(4),
            cluster,
            true);

    private Event rendered(String id, String code) {
        EventContext context = new EventContext(
                id,
                "/asker",
                "dev.cupel.job.requested.v1",
                Optional.empty(),
                // Each telling of it has another time: created-at is no part of what makes two requests the same.
                Optional.of(cluster.instant().atOffset(ZoneOffset.UTC)),
                new TreeMap<>());
        Event event = render.answer(
                context,
                "{\"eval_id\": \"e\", \"code\": \"%s\"}".formatted(code).getBytes(UTF_8));
        assertEquals("dev.cupel.job.rendered.v1", event.context().type(), event.data()::toString);
        return event;
    }

    private static JsonNode tell(Submit submit, Event rendered) {
        return submit.answer(rendered.context(), rendered.data().toString().getBytes(UTF_8))
                .data();
    }

    @Tag(TestTags.SLOW)
    @Test
    void eightSendersAtOnceMakeOneJobAndAllAreToldOfIt() throws Exception {
        List<String> started = Collections.synchronizedList(new ArrayList<>());
        try (LocalJobApi local = new LocalJobApi(
                        "crucible",
                        1,
                        job -> started.add(job.at("/metadata/uid").asText()));
                var senders = Executors.newFixedThreadPool(SENDERS)) {
            Submit toLocal = new Submit(
                    local,
                    new Allowed(new Templates(new TemplateFiles.BuiltIn(), Optional.empty()), Installation.none()));
            for (int round = 0; round < 10; round++) {
                Event event = rendered("r-" + round, "pass");
                List<Callable<JsonNode>> calls = Collections.nCopies(SENDERS, () -> tell(toLocal, event));
                List<JsonNode> answers = new ArrayList<>();
                for (Future<JsonNode> answer : senders.invokeAll(calls)) {
                    answers.add(answer.get());
                }

                assertEquals(1, count(answers, "created"), answers.toString());
                assertEquals(SENDERS - 1, count(answers, "exists"), answers.toString());
                assertEquals(
                        1,
                        answers.stream()
                                .map(answer -> answer.path("uid").asText())
                                .distinct()
                                .count());
            }
        }
    }

    private static long count(List<JsonNode> answers, String status) {
        return answers.stream()
                .filter(answer -> answer.path("status").asText().equals(status))
                .count();
    }

    @Test
    void aRequestThatIsRenderedAgainLaterIsTheSame() {
        JsonNode first = tell(submit, rendered("1", "pass"));
        cluster.pass(Duration.ofMinutes(3));
        JsonNode second = tell(submit, rendered("1", "pass"));

        assertEquals("created", first.path("status").asText());
        assertEquals("exists", second.path("status").asText());
        assertEquals(first.path("uid"), second.path("uid"));
        assertEquals(first.path("digest"), second.path("digest"), "the digest is of the manifest that was submitted");
    }

    /** Two versions of one template, as before and after somebody changed it and started the functions anew. */
    private Templates templates(String image, int memory) throws IOException {
        Path template = Files.createDirectories(folder.resolve(image + memory).resolve("seed"));
        for (String file : List.of("template.yaml", "parameters.yaml")) {
            String text = Files.readString(Path.of("templates", "seed", file));
            Files.writeString(
                    template.resolve(file),
                    text.replace("256Mi", memory + "Mi").replace("library/python", "library/" + image));
        }
        return new Templates(new TemplateFiles.Folder(folder.resolve(image + memory)), Optional.empty());
    }

    private Event renderedBy(Templates templates, String code) {
        EventContext context = new EventContext(
                "1",
                "/asker",
                "dev.cupel.job.requested.v1",
                Optional.empty(),
                Optional.of(cluster.instant().atOffset(ZoneOffset.UTC)),
                new TreeMap<>());
        String request = "{\"eval_id\": \"e\", \"template\": \"seed\", \"code\": \"%s\"}".formatted(code);
        return new Render(new Renderer(templates, new Binder())).answer(context, request.getBytes(UTF_8));
    }

    private Submit submitOf(Templates templates) {
        return new Submit(cluster, new Allowed(templates, Installation.none()), Duration.ofMinutes(4), cluster, true);
    }

    @Test
    void aRequestWhoseTemplateHasChangedSinceIsStillTheSame() throws IOException {
        Templates before = templates("python", 256);
        Templates after = templates("python", 512);
        JsonNode first = tell(submitOf(before), renderedBy(before, "pass"));
        Event again = renderedBy(after, "pass");

        JsonNode second = tell(submitOf(after), again);

        assertEquals("created", first.path("status").asText());
        assertNotEquals(first.path("digest"), again.data().path("digest"), "the templates differ");
        assertEquals("exists", second.path("status").asText(), second::toString);
        assertEquals(first.path("uid"), second.path("uid"));
        assertEquals(first.path("digest"), second.path("digest"), "of the Job that is there");
        assertEquals(0, cluster.count("patch") + cluster.count("delete"));
    }

    @Test
    void anotherRequestIsAConflictThoughTheTemplateHasChangedToo() throws IOException {
        Templates before = templates("python", 256);
        Templates after = templates("python", 512);
        tell(submitOf(before), renderedBy(before, "pass"));

        JsonNode second = tell(submitOf(after), renderedBy(after, "exit(1)"));

        assertEquals("Conflict", second.path("reason").asText());
    }

    @Test
    void whoSubmitsAManifestOfHisOwnIsToldThatAnotherIsThere() throws IOException {
        Templates before = templates("python", 256);
        Event first = renderedBy(before, "pass");
        tell(submitOf(before), first);
        Templates after = templates("python", 512);
        JobRendered other = JobRendered.decode(renderedBy(after, "pass").data());

        Rejected rejected = assertThrows(Rejected.class, () -> submitOf(after).submitExactly(other, first.context()));

        assertEquals(RejectionReason.CONFLICT, rejected.reason());
    }

    @Test
    void whatWouldBeRefusedTodayIsNotRejectedWhileItsJobIsThere() throws IOException {
        Templates before = templates("python", 256);
        Event event = renderedBy(before, "pass");
        JsonNode first = tell(submitOf(before), event);

        JsonNode second = tell(submitOf(templates("pypy", 256)), event);
        cluster.refusal = Optional.of("a policy that is newer than the Job");
        JsonNode third = tell(submitOf(before), event);

        assertEquals("exists", second.path("status").asText(), second::toString);
        assertEquals("exists", third.path("status").asText(), third::toString);
        assertEquals(first.path("uid"), third.path("uid"));
        cluster.jobs.clear();
        assertEquals("Refused", tell(submitOf(before), event).path("reason").asText());
    }

    @Test
    void whereNothingSettlesResultsADeletedJobIsNotHeld() {
        Submit alone = new Submit(
                cluster,
                new Allowed(new Templates(new TemplateFiles.BuiltIn(), Optional.empty()), Installation.none()),
                Duration.ofMinutes(4),
                cluster,
                false);

        tell(alone, rendered("1", "pass"));
        tell(submit, rendered("2", "pass"));

        assertEquals(
                List.of("", "[\"cupel.dev/result\"]"),
                cluster.jobs.values().stream()
                        .sorted(Comparator.comparing(
                                job -> job.at("/metadata/uid").asText()))
                        .map(job -> job.at("/metadata/finalizers"))
                        .map(finalizers -> finalizers.isMissingNode() ? "" : finalizers.toString())
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"cancelled", "cause", "not-started", "preempted", "swept-at", "settled"})
    void aJobThatCollectHasMarkedMeanwhileIsStillTheSame(String mark) {
        Event event = rendered("1", "pass");
        tell(submit, event);
        ObjectNode job = onlyJob();
        ((ObjectNode) job.at("/metadata/annotations")).put("cupel.dev/" + mark, "2026-11-24T10:00:11Z");
        ((ObjectNode) job.at("/metadata/labels")).put("cupel.dev/settled", "true");
        ((ObjectNode) job.path("spec")).put("activeDeadlineSeconds", 1).put("parallelism", 0);

        assertEquals("exists", tell(submit, event).path("status").asText());
        assertEquals(1, cluster.jobs.size());
    }

    @Test
    void theSameKeyWithOtherContentIsAConflictAndChangesNothing() {
        tell(submit, rendered("1", "pass"));
        JsonNode before = onlyJob().deepCopy();

        JsonNode answer = tell(submit, rendered("1", "exit(1)"));

        assertEquals("Conflict", answer.path("reason").asText());
        assertEquals(before, onlyJob());
        assertEquals(0, cluster.count("patch") + cluster.count("delete"));
    }

    @Test
    void aJobHalfWayThroughItsDeletionIsWaitedOut() {
        Event event = rendered("1", "pass");
        tell(submit, event);
        ((ObjectNode) onlyJob().path("metadata")).put("deletionTimestamp", "2026-11-24T10:00:11Z");

        Unavailable thrown = assertThrows(Unavailable.class, () -> tell(submit, event));
        assertEquals(503, ProblemStatus.of(thrown));

        cluster.jobs.clear();
        assertEquals("created", tell(submit, event).path("status").asText());
    }

    @Test
    void aJobThatGoesBetweenTwoQuestionsIsAskedForAgain() {
        Event event = rendered("1", "pass");
        tell(submit, event);
        cluster.vanishing = true;

        assertEquals(503, ProblemStatus.of(assertThrows(Unavailable.class, () -> tell(submit, event))));
    }

    @Test
    void aRequestWaitsFourMinutesForAClusterThatCannotTakeItAndIsThenAnswered() {
        Event event = rendered("1", "pass");
        cluster.failing.add("create");
        long sent = event.context().time().orElseThrow().toInstant().getEpochSecond();

        cluster.pass(
                Duration.ofSeconds(sent - cluster.instant().getEpochSecond()).plusMinutes(4));
        assertThrows(Unavailable.class, () -> tell(submit, event));

        cluster.pass(Duration.ofSeconds(2));
        JsonNode answer = tell(submit, event);
        assertEquals("NotInTime", answer.path("reason").asText());
        assertEquals("submit", answer.path("stage").asText());
    }

    @Test
    void aManifestCannotBringMarksThatOnlyCupelPutsThere() {
        for (String where : List.of("labels", "annotations")) {
            JsonNode answer = tellChanged(
                    job -> ((ObjectNode) job.path("metadata").path(where)).put("cupel.dev/settled", "true"));

            assertEquals("NotHardened", answer.path("reason").asText());
            assertEquals(
                    "/manifest/metadata/" + where + "/cupel.dev~1settled",
                    answer.path("field").asText());
        }
        assertTrue(cluster.jobs.isEmpty());
    }

    @Test
    void aManifestOfWhichNoResultWouldBeToldIsRefused() {
        JsonNode answer =
                tellChanged(job -> ((ObjectNode) job.at("/metadata/labels")).remove("app.kubernetes.io/managed-by"));

        assertEquals(
                "/manifest/metadata/labels/app.kubernetes.io~1managed-by",
                answer.path("field").asText());
        assertTrue(cluster.jobs.isEmpty());
    }

    private JsonNode tellChanged(Consumer<ObjectNode> change) {
        Event event = rendered("1", "pass");
        ObjectNode data = event.data().deepCopy();
        ObjectNode manifest = (ObjectNode) data.path("manifest");
        change.accept(manifest);
        Digest digest = JobRendered.digestOf(manifest);
        return tell(submit, new Event(event.context(), data.put("digest", digest.value())));
    }

    private ObjectNode onlyJob() {
        assertEquals(1, cluster.jobs.size());
        return cluster.jobs.values().iterator().next();
    }
}
