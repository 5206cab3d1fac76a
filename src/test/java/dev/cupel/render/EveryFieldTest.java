package dev.cupel.render;

import static dev.cupel.Rejections.assertRejected;
import static dev.cupel.rejection.RejectionReason.UNSUPPORTED_FIELD;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.json.CanonicalJson;
import dev.cupel.json.StrictJson;
import dev.cupel.kubernetes.ContainerResource;
import dev.cupel.kubernetes.CupelMetadata;
import dev.cupel.kubernetes.JobName;
import dev.cupel.policy.Installations;
import dev.cupel.policy.Queues;
import dev.cupel.policy.RuntimeClasses;
import dev.cupel.rejection.RejectionReason;
import dev.cupel.request.FieldSamples;
import dev.cupel.request.JobRequest;
import dev.cupel.request.RequestField;
import dev.cupel.strategies.DynamicJob;
import dev.cupel.strategies.Fabric8TypedJob;
import dev.cupel.template.Declaration;
import dev.cupel.template.Template;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.TemplateText;
import dev.cupel.template.Templates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every field away from its default: a template either refuses it or makes another Job of it, and then all three
 * strategies make the same. A strategy that ignores a field would pass where the field has its default.
 */
class EveryFieldTest {
    private static final Templates TEMPLATES = new Templates(new TemplateFiles.BuiltIn(), Optional.empty());

    private static ObjectNode plain(Template template) {
        ObjectNode request = JsonNodeFactory.instance
                .objectNode()
                .put("eval_id", "demo")
                .put("code", "pass")
                .put("template", template.name().value());
        boolean runsItsArguments = template.declaration()
                .execution()
                .filter(execution -> execution.run().isEmpty())
                .isPresent();
        if (runsItsArguments) {
            request.putArray(RequestField.ARGS.wireName()).add("true");
        }
        return request;
    }

    private static ObjectNode with(Template template, ObjectNode request, RequestField field) {
        ObjectNode changed = FieldSamples.with(request, field);
        if (field == RequestField.IMAGE && template.takes(field)) {
            changed.put(
                    field.wireName(),
                    template.declaration().allowedImages().getFirst().replace("*", "other"));
        }
        return changed;
    }

    /** In its canonical form, without the request's digest, which is another for every request. */
    private static String manifest(JobBuilder builder, ObjectNode request) {
        RuntimeClasses classes = new RuntimeClasses(Set.of("gvisor"), Optional.empty());
        Queues queues = new Queues(Set.of("evaluations"), Set.of("urgent"));
        ObjectNode manifest = new Render(new Renderer(TEMPLATES, builder, Installations.of(classes, queues)))
                .render(JobRequest.decode(request), Requests.context("1"))
                .manifest();
        ((ObjectNode) manifest.at("/metadata/annotations")).remove(CupelMetadata.REQUEST_DIGEST);
        return new String(CanonicalJson.encode(manifest), UTF_8);
    }

    private static void assertSame(ObjectNode request) {
        String expected = manifest(new Binder(), request);

        assertEquals(expected, manifest(new DynamicJob(), request), "dynamic");
        assertEquals(expected, manifest(new Fabric8TypedJob(), request), "typed");
    }

    private static Stream<Template> templates() {
        return TEMPLATES.names().stream().map(TEMPLATES::get);
    }

    private static Stream<RequestField> fields(Template template) {
        return Arrays.stream(RequestField.values())
                .filter(field -> field != RequestField.TEMPLATE && template.takes(field));
    }

    private static Stream<DynamicTest> each(
            Function<Template, Stream<RequestField>> fields,
            java.util.function.BiConsumer<Template, RequestField> test) {
        return templates()
                .flatMap(template -> fields.apply(template)
                        .map(field -> DynamicTest.dynamicTest(
                                template.name().value() + " " + field.wireName(), () -> test.accept(template, field))));
    }

    @TestFactory
    Stream<DynamicTest> whatATemplateTakesChangesTheJobTheSameWayByEveryStrategy() {
        return each(EveryFieldTest::fields, (template, field) -> {
            ObjectNode request = with(template, plain(template), field);

            assertNotEquals(
                    manifest(new Binder(), FieldSamples.beside(plain(template), field)),
                    manifest(new Binder(), request));
            assertSame(request);
        });
    }

    @Test
    void allFieldsAtOnceMakeTheSameJobByEveryStrategy() {
        templates().forEach(template -> {
            ObjectNode request = plain(template);
            fields(template).forEach(field -> request.setAll(with(template, request, field)));
            fields(template)
                    .forEach(
                            field -> request.setAll(FieldSamples.beside(JsonNodeFactory.instance.objectNode(), field)));
            assertSame(request);
        });
    }

    @TestFactory
    Stream<DynamicTest> whatATemplateDoesNotTakeIsRefused() {
        return each(
                template -> Arrays.stream(RequestField.values()).filter(field -> !template.takes(field)),
                (template, field) -> assertRejected(
                        UNSUPPORTED_FIELD,
                        // Of a field that is nothing without another, the other is told.
                        FieldSamples.beside(plain(template), field).has("cases") ? "/cases" : field.pointer(),
                        () -> manifest(new Binder(), with(template, plain(template), field))));
    }

    @ParameterizedTest
    @CsvSource({
        "__MEMORY_LIMIT__, 64Mi, MEMORY_LIMIT",
        "__CPU_LIMIT__, 100m, CPU_LIMIT",
        "__EXECUTOR_IMAGE__, x/python:3, IMAGE"
    })
    void aTemplateThatWritesAValueItselfRefusesTheField(
            String placeholder, String value, RequestField field, @TempDir Path root) {
        TemplateText text = TemplateText.of(root, TemplateText.LEAST.replace(placeholder, value));
        Requests.render(text.renderer(), Requests.request(TemplateText.NAME, ""));

        assertRejected(
                UNSUPPORTED_FIELD,
                field.pointer(),
                () -> Requests.render(
                        text.renderer(),
                        Requests.request(
                                TemplateText.NAME, ",\"" + field.wireName() + "\":" + FieldSamples.value(field))));
    }

    @Test
    void everyFieldIsTakenByATemplateThatComesWithCupel() {
        boolean compiles = templates()
                .anyMatch(template -> template.declaration()
                        .execution()
                        .flatMap(Declaration.Execution::compileTimeout)
                        .isPresent());
        for (RequestField field : RequestField.values()) {
            boolean taken = templates().anyMatch(template -> template.takes(field));
            assertEquals(compiles || field != RequestField.COMPILE_TIMEOUT, taken, field.wireName());
        }
    }

    /** One that compiles, and sets variables of its own, as those for a compiled language do. */
    @Test
    void aTemplateThatCompilesTakesATimeForItAndIsTheSameByEveryStrategy(@TempDir Path root) throws IOException {
        String yaml = Files.readString(Path.of("templates/python/template.yaml"))
                .replace(
                        "            - __ENV__",
                        "            - {name: CACHE, value: \"/tmp/$(EVAL_ID)-__EVAL_ID__\"}\n"
                                + "            - __ENV__");
        TemplateText text = TemplateText.of(root, yaml)
                .write(
                        "parameters.yaml",
                        TemplateText.EXACT + "compile: [\"cc\", \"$main.c\"]\ncompile_timeout: {max: 40}\n");
        ObjectNode request =
                JsonNodeFactory.instance.objectNode().put("eval_id", "a$b").put("code", "x");
        request.put("template", TemplateText.NAME.value()).put("timeout", 1.5).put("compile_timeout", 0.501);
        request.putObject("env").put("A", "$");
        Templates templates = new Templates(text.files(), Optional.empty());
        List<String> manifests = Stream.of(new Binder(), new DynamicJob(), new Fabric8TypedJob())
                .map(builder -> new Renderer(templates, builder)
                        .render(JobRequest.decode(request), new JobName("eval-1"), Requests.CREATED_AT)
                        .manifest())
                .map(manifest -> new String(CanonicalJson.encode(manifest), UTF_8))
                .distinct()
                .toList();

        assertEquals(1, manifests.size());
        ObjectNode manifest = (ObjectNode) StrictJson.parse(manifests.getFirst().getBytes(UTF_8));
        JsonNode container = manifest.at("/spec/template/spec/containers/0");
        assertEquals(
                123, manifest.at("/spec/template/spec/activeDeadlineSeconds").intValue(), "rounded up as a sum");
        assertEquals(
                List.of(
                        "timeout=1.5",
                        "compile_timeout=0.501",
                        "output_limit=1048576",
                        "main=main.c",
                        "compile=cc",
                        "compile=$$main.c",
                        "run=./main",
                        "code=x"),
                container.path("args").valueStream().map(JsonNode::textValue).toList());
        assertEquals("/tmp/$(EVAL_ID)-a$$b", container.at("/env/1/value").textValue());
        request.put("compile_timeout", 40.001);
        assertRejected(
                RejectionReason.INVALID_FIELD,
                "/compile_timeout",
                () -> Requests.render(text.renderer(), JobRequest.decode(request)));
    }

    @Test
    void aTemplateTellsWhatItTakesAndTheLimitsOfThat() {
        templates().forEach(template -> {
            ObjectNode told = template.describe();
            List<String> taken = Arrays.stream(RequestField.values())
                    .filter(template::takes)
                    .map(RequestField::wireName)
                    .toList();

            assertEquals(
                    taken,
                    told.path("parameters")
                            .valueStream()
                            .map(name -> name.textValue())
                            .toList());
            for (ContainerResource resource : ContainerResource.values()) {
                String field = RequestField.of(resource).wireName();
                assertEquals(taken.contains(field), told.has(field), field);
            }
        });
    }
}
