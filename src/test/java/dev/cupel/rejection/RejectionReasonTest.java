package dev.cupel.rejection;

import static dev.cupel.rejection.RejectionReason.CONFLICT;
import static dev.cupel.rejection.RejectionReason.DUPLICATE_KEY;
import static dev.cupel.rejection.RejectionReason.IMAGE_NOT_ALLOWED;
import static dev.cupel.rejection.RejectionReason.INVALID_FIELD;
import static dev.cupel.rejection.RejectionReason.INVALID_TEMPLATE;
import static dev.cupel.rejection.RejectionReason.INVALID_TYPE;
import static dev.cupel.rejection.RejectionReason.MALFORMED_EVENT;
import static dev.cupel.rejection.RejectionReason.MALFORMED_JSON;
import static dev.cupel.rejection.RejectionReason.MISSING_FIELD;
import static dev.cupel.rejection.RejectionReason.NOT_FOUND;
import static dev.cupel.rejection.RejectionReason.NOT_HARDENED;
import static dev.cupel.rejection.RejectionReason.NOT_IN_TIME;
import static dev.cupel.rejection.RejectionReason.REFUSED;
import static dev.cupel.rejection.RejectionReason.TOO_DEEP;
import static dev.cupel.rejection.RejectionReason.TOO_LARGE;
import static dev.cupel.rejection.RejectionReason.UNKNOWN_FIELD;
import static dev.cupel.rejection.RejectionReason.UNKNOWN_TEMPLATE;
import static dev.cupel.rejection.RejectionReason.UNKNOWN_TYPE;
import static dev.cupel.rejection.RejectionReason.UNSUPPORTED_FIELD;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.cloudevents.Event;
import dev.cupel.cloudevents.EventContext;
import dev.cupel.collect.Collect;
import dev.cupel.http.GateServer;
import dev.cupel.http.problem.ProblemStatus;
import dev.cupel.kubernetes.ScriptedCluster;
import dev.cupel.policy.Installation;
import dev.cupel.render.Binder;
import dev.cupel.render.Render;
import dev.cupel.render.Renderer;
import dev.cupel.render.Requests;
import dev.cupel.request.JobRendered;
import dev.cupel.submit.Allowed;
import dev.cupel.submit.Submit;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.Templates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** A row for every reason: what makes Cupel give it, and that it does. */
class RejectionReasonTest {
    private static final String REQUEST = "{\"eval_id\":\"demo\",\"code\":\"pass\"}";

    @TempDir
    private static Path folder = Path.of("");

    /** Each gives the data of a {@code rejected} event, or a problem document. */
    private static Map<RejectionReason, Callable<JsonNode>> rows() {
        Map<RejectionReason, Callable<JsonNode>> rows = new EnumMap<>(RejectionReason.class);
        rows.put(
                MALFORMED_EVENT,
                () -> GateServer.problem(request -> request.header("ce-type", "dev.cupel.job.requested.v1")));
        rows.put(
                UNKNOWN_TYPE,
                () -> GateServer.problem(
                        request -> GateServer.event(request).setHeader("ce-type", "org.example.other")));
        rows.put(MALFORMED_JSON, () -> render("{"));
        rows.put(DUPLICATE_KEY, () -> render("{\"code\":1,\"code\":1}"));
        rows.put(TOO_DEEP, () -> render("[".repeat(65)));
        rows.put(TOO_LARGE, () -> render(REQUEST.replace("pass", "x".repeat((1 << 20) + 1))));
        rows.put(MISSING_FIELD, () -> render("{\"eval_id\":\"demo\"}"));
        rows.put(UNKNOWN_FIELD, () -> render(with("extra", "1")));
        rows.put(INVALID_TYPE, () -> render(with("timeout", "\"30\"")));
        rows.put(INVALID_FIELD, () -> render(with("timeout", "0")));
        rows.put(UNSUPPORTED_FIELD, () -> render(with("template", "\"seed\",\"stdin\":\"x\"")));
        rows.put(UNKNOWN_TEMPLATE, () -> render(with("template", "\"cobol\"")));
        rows.put(INVALID_TEMPLATE, () -> renderFaulty());
        rows.put(IMAGE_NOT_ALLOWED, () -> render(with("image", "\"evil/python:3\"")));
        rows.put(NOT_HARDENED, () -> submit(new ScriptedCluster(), true));
        rows.put(CONFLICT, () -> submit(withAnother(), false));
        rows.put(REFUSED, () -> submit(withRefusal(), false));
        rows.put(NOT_IN_TIME, () -> submitLate());
        rows.put(NOT_FOUND, () -> cancel());
        return rows;
    }

    private static String with(String field, String value) {
        return REQUEST.replace("}", ",\"" + field + "\":" + value + "}");
    }

    private static JsonNode render(String data) {
        return render(new TemplateFiles.BuiltIn(), data);
    }

    private static JsonNode render(TemplateFiles files, String data) {
        Render render = new Render(new Renderer(new Templates(files, Optional.empty()), new Binder()));
        return render.answer(Requests.context("1"), data.getBytes(UTF_8)).data();
    }

    private static JsonNode renderFaulty() throws IOException {
        Path faulty = Files.createDirectories(folder.resolve("faulty"));
        Files.writeString(faulty.resolve("template.yaml"), "a: &x 1\n");
        Files.writeString(faulty.resolve("parameters.yaml"), "");
        return render(new TemplateFiles.Folder(folder), with("template", "\"faulty\""));
    }

    /** Where a Job of that name is there, which another made of other content. */
    private static ScriptedCluster withAnother() {
        ScriptedCluster cluster = new ScriptedCluster();
        ObjectNode another = (ObjectNode) render(REQUEST).get("manifest");
        ((ObjectNode) another.at("/metadata/annotations")).remove("cupel.dev/request-digest");
        cluster.add(another);
        return cluster;
    }

    private static ScriptedCluster withRefusal() {
        ScriptedCluster cluster = new ScriptedCluster();
        cluster.refusal = Optional.of("denied the request");
        return cluster;
    }

    private static JsonNode submit(ScriptedCluster cluster, boolean loosened) {
        ObjectNode data = (ObjectNode) render(REQUEST);
        ObjectNode manifest = (ObjectNode) data.get("manifest");
        if (loosened) {
            ((ObjectNode) manifest.at("/spec/template/spec")).put("hostNetwork", true);
            data.put("digest", JobRendered.digestOf(manifest).value());
        }
        Event event = new Submit(
                        cluster,
                        new Allowed(new Templates(new TemplateFiles.BuiltIn(), Optional.empty()), Installation.none()))
                .answer(Requests.context("1"), data.toString().getBytes(UTF_8));
        return event.data();
    }

    private static JsonNode submitLate() {
        ScriptedCluster full = new ScriptedCluster();
        full.failing.add("create");
        EventContext asked = Requests.context("1");
        EventContext longAgo = new EventContext(
                asked.id(),
                asked.source(),
                asked.type(),
                asked.subject(),
                Optional.of(OffsetDateTime.parse("2026-01-01T00:00:00Z")),
                asked.extensions());
        return new Submit(
                        full,
                        new Allowed(new Templates(new TemplateFiles.BuiltIn(), Optional.empty()), Installation.none()),
                        Duration.ofMinutes(4),
                        InstantSource.system(),
                        true)
                .answer(longAgo, render(REQUEST).toString().getBytes(UTF_8))
                .data();
    }

    private static JsonNode cancel() {
        return new Collect(new ScriptedCluster(), "")
                .answerCancel(Requests.context("1"), "{\"job_name\":\"eval-gone\"}".getBytes(UTF_8))
                .orElseThrow()
                .data();
    }

    @TestFactory
    Stream<DynamicTest> everyReasonIsGivenForWhatTheTableSays() {
        return rows().entrySet().stream()
                .map(row -> DynamicTest.dynamicTest(row.getKey().wireName(), () -> {
                    JsonNode told = row.getValue().call();

                    assertEquals(row.getKey().wireName(), told.path("reason").asText(), told.toString());
                    assertTrue(told.path("message").asText().length() > 5, told.toString());
                }));
    }

    @Test
    void noReasonIsWithoutARow() {
        assertEquals(EnumSet.allOf(RejectionReason.class), rows().keySet());
    }

    @Test
    void everyStatusIsOneThatNoBrokerRepeatsForAnEvent() {
        // 404, 408, 409, 425 and 429 would be repeated (Knative); these are given to direct calls alone.
        EnumSet<RejectionReason> ofEvents = EnumSet.of(MALFORMED_EVENT, UNKNOWN_TYPE);
        ofEvents.forEach(reason -> assertTrue(List.of(400, 422).contains(ProblemStatus.of(reason)), reason.wireName()));
        // Whoever calls directly may ask again for what was only not in time; an event is told, and not repeated.
        for (RejectionReason reason : EnumSet.complementOf(EnumSet.of(NOT_IN_TIME))) {
            assertTrue(ProblemStatus.of(reason) >= 400 && ProblemStatus.of(reason) < 500, reason.wireName());
        }
    }
}
