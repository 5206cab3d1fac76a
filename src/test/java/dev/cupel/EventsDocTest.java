package dev.cupel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.cloudevents.Event;
import dev.cupel.cloudevents.EventContext;
import dev.cupel.cloudevents.EventType;
import dev.cupel.cloudevents.StructuredMode;
import dev.cupel.collect.Collect;
import dev.cupel.http.door.Role;
import dev.cupel.json.CanonicalJson;
import dev.cupel.json.StrictJson;
import dev.cupel.kubernetes.ScriptedCluster;
import dev.cupel.policy.Installation;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.Rejection;
import dev.cupel.rejection.RejectionReason;
import dev.cupel.rejection.Stage;
import dev.cupel.render.Binder;
import dev.cupel.render.Render;
import dev.cupel.render.Renderer;
import dev.cupel.request.JobRequest;
import dev.cupel.result.Usage;
import dev.cupel.submit.Allowed;
import dev.cupel.submit.Submit;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.Templates;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@code docs/events.md}: a section for each type, and each example is taken by the code that takes such an event. */
class EventsDocTest {
    private static final Markdown PAGE = Markdown.read(Path.of("docs/events.md"));
    private static final Templates TEMPLATES = new Templates(new TemplateFiles.BuiltIn(), Optional.empty());

    private final ScriptedCluster jobs = new ScriptedCluster();
    private final Collect collect = new Collect(jobs, "");

    private static Markdown section(EventType type) {
        return PAGE.section("`" + type.wireName() + "`");
    }

    private static JsonNode example(EventType type) {
        List<String> blocks = section(type).blocks("json");
        assertEquals(1, blocks.size(), type.wireName());
        return StrictJson.parse(blocks.getFirst().getBytes(UTF_8));
    }

    private static EventContext context(EventType type) {
        return StructuredMode.context(example(type));
    }

    private static JsonNode data(EventType type) {
        return StructuredMode.data(example(type));
    }

    private static byte[] bytes(EventType type) {
        return CanonicalJson.compact(data(type));
    }

    /** The first cells of the table; a cell may name several. */
    private static Set<String> fields(EventType type) {
        return section(type).rows().stream()
                .flatMap(cells -> Arrays.stream(cells.getFirst().split(", ")))
                .map(field -> field.replace("`", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static void assertIsDescribed(EventType type, JsonNode data) {
        Set<String> fields = fields(type);
        data.properties().forEach(member -> assertIsDescribed(type, fields, member.getKey(), member.getValue()));
    }

    /** An object without rows of its own is described as a whole; {@code stderr} is as {@code stdout}. */
    private static void assertIsDescribed(EventType type, Set<String> fields, String path, JsonNode value) {
        Set<String> parts = fields.stream()
                .filter(field -> field.startsWith(path + "."))
                .collect(Collectors.toCollection(TreeSet::new));
        assertTrue(fields.contains(path) || !parts.isEmpty(), () -> type.wireName() + ": no row for " + path);
        if (!parts.isEmpty()) {
            value.properties()
                    .forEach(
                            member -> assertIsDescribed(type, fields, path + "." + member.getKey(), member.getValue()));
        }
    }

    @Test
    void everyTypeHasASectionAndNoOther() {
        Set<String> types = new TreeSet<>();
        EnumSet.allOf(EventType.class).forEach(type -> types.add("`" + type.wireName() + "`"));
        Set<String> described = new TreeSet<>(PAGE.sections().keySet());
        described.removeIf(title -> !title.startsWith("`"));

        assertEquals(types, described);
    }

    @Test
    void everyExampleIsAnEventOfItsTypeWhoseFieldsAreDescribed() {
        for (EventType type : EventType.values()) {
            assertEquals(type.wireName(), context(type).type());
            assertIsDescribed(type, data(type));
        }
    }

    @Test
    void everySectionSaysWhichRolesTakeTheEvent() {
        for (EventType type : EventType.values()) {
            String roles = EnumSet.complementOf(EnumSet.of(Role.API)).stream()
                    .filter(role -> role.takes().contains(type))
                    .map(role -> role.name().toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining(", "));
            String said = "- Taken by: " + (roles.isEmpty() ? "nobody here" : roles);
            assertTrue(section(type).lines().contains(said), type.wireName() + ": " + said);
        }
    }

    @Test
    void theRequestIsRendered() {
        Event answer = new Render(new Renderer(TEMPLATES, new Binder()))
                .answer(context(EventType.REQUESTED), bytes(EventType.REQUESTED));

        assertEquals(EventType.RENDERED.wireName(), answer.context().type(), answer::toString);
        assertEquals(data(EventType.RENDERED).path("job_name"), answer.data().path("job_name"));
        assertIsDescribed(EventType.RENDERED, answer.data());
    }

    @Test
    void theRequestsTableHasEveryFieldOfARequest() {
        ObjectNode request = data(EventType.REQUESTED).deepCopy();
        request.put("no_such_field", 1);
        Rejected rejected = assertThrows(Rejected.class, () -> JobRequest.decode(request));
        assertEquals(RejectionReason.UNKNOWN_FIELD, rejected.reason());
        String known = rejected.text().replaceAll(".*known are ", "");

        assertEquals(new TreeSet<>(List.of(known.split(", "))), fields(EventType.REQUESTED));
    }

    private Event submitted() {
        return new Submit(jobs, new Allowed(TEMPLATES, Installation.none()))
                .answer(context(EventType.RENDERED), bytes(EventType.RENDERED));
    }

    @Test
    void theRenderedManifestIsSubmitted() {
        Event answer = submitted();

        assertEquals(EventType.SUBMITTED.wireName(), answer.context().type(), answer::toString);
        assertEquals(fieldNames(answer.data()), fieldNames(data(EventType.SUBMITTED)));
        assertEquals(fieldNames(answer.data()), fields(EventType.SUBMITTED));
    }

    private static Set<String> fieldNames(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void aResultHasTheFieldsThatAreDescribed() {
        submitted();
        JsonNode reference = data(EventType.CANCEL);
        jobs.job(reference.path("job_name").asText()).set("status", StrictJson.parse("""
                {"failed": 1, "conditions": [{"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded"}]}""".getBytes(UTF_8)));
        Event finished = collect.answerUpdate(context(EventType.RESOURCE_UPDATE), bytes(EventType.RESOURCE_UPDATE))
                .orElseThrow();

        assertEquals(EventType.FINISHED.wireName(), finished.context().type());
        assertIsDescribed(EventType.FINISHED, finished.data());
        for (var component : Usage.class.getRecordComponents()) {
            String name = component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
            assertTrue(fields(EventType.FINISHED).contains("usage." + name), name);
        }
    }

    @Test
    void theResultIsTakenBack() {
        assertEquals(Optional.empty(), collect.answerFinished(context(EventType.FINISHED), bytes(EventType.FINISHED)));
        assertEquals(
                data(EventType.FINISHED).path("outcome").asText(),
                context(EventType.FINISHED).extension("outcome").orElseThrow());
        assertEquals(
                data(EventType.FINISHED).path("reason").asText(),
                context(EventType.FINISHED).extension("reason").orElseThrow());
    }

    @Test
    void aRejectionHasTheFieldsThatAreDescribed() {
        Rejected fault = Rejected.template(new Rejected.Position("python", 14, 22), "is wrong");
        JsonNode rejection = new Rejection(Stage.RENDER, fault, Optional.of("demo-1")).toJson();

        assertEquals(fieldNames(rejection), fields(EventType.REJECTED));
    }

    @Test
    void theCancelledJobIsCancelled() {
        submitted();
        assertEquals(Optional.empty(), collect.answerCancel(context(EventType.CANCEL), bytes(EventType.CANCEL)));
        assertEquals(List.of("job_name"), List.copyOf(fields(EventType.CANCEL)));
    }

    @Test
    void whatKnativeTellsIsTaken() {
        assertEquals(
                Optional.empty(),
                collect.answerUpdate(context(EventType.RESOURCE_UPDATE), bytes(EventType.RESOURCE_UPDATE)),
                "there is no such Job");
        assertEquals(
                Optional.of(EventType.FINISHED.wireName()),
                collect.answerDelete(context(EventType.RESOURCE_DELETE), bytes(EventType.RESOURCE_DELETE))
                        .map(event -> event.context().type()));
        assertEquals(JsonNodeFactory.instance.objectNode(), data(EventType.PING));
        assertEquals(0, collect.sweep());
    }
}
