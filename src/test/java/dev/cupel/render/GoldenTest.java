package dev.cupel.render;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.Golden;
import dev.cupel.cloudevents.Event;
import dev.cupel.cloudevents.EventType;
import dev.cupel.json.StrictJson;
import dev.cupel.policy.Installations;
import dev.cupel.policy.Queues;
import dev.cupel.request.JobRendered;
import dev.cupel.request.JobRequest;
import dev.cupel.strategies.DynamicJob;
import dev.cupel.strategies.Fabric8TypedJob;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.Templates;
import dev.cupel.yaml.ManifestYaml;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.yaml.snakeyaml.Yaml;

/** Every sample of every template against its golden manifest, by all three strategies; and what is rejected. */
class GoldenTest {
    private static final Golden REJECTED = new Golden(Path.of("src/test/resources/rejected"), ".rejected.json");
    private static final Pattern PACKED = Pattern.compile(
            "import binascii,zlib;exec\\(zlib\\.decompress\\(binascii\\.a2b_base64\\('([^']+)'\\)\\)\\)");
    private static final Path SUPERVISOR = Path.of("src/main/supervisor/supervisor.py");
    private static final String COMMAND = "/spec/template/spec/containers/0/command";
    private static final Templates TEMPLATES =
            new Templates(new TemplateFiles.Folder(Path.of("templates")), Optional.empty());

    /** A request that a template shows, by the template and its own name. */
    private record Sample(Golden golden, String name) {
        String title() {
            return golden.folder() + "/" + name;
        }

        /** By itself, as of one fixed event, whose id is the sample's name. */
        JobRendered render(JobBuilder builder) throws IOException {
            JobRequest request = JobRequest.decode(StrictJson.parse(golden.input(name)));
            Queues queues = new Queues(Set.of("evaluations"), Set.of("urgent"));
            return new Render(new Renderer(TEMPLATES, builder, Installations.of(queues)))
                    .render(request, Requests.context(name));
        }
    }

    private static Stream<Sample> samples() {
        return TEMPLATES.names().stream()
                .map(name -> new Golden(Path.of("templates", name.value(), "samples"), ".job.yaml"))
                .flatMap(golden -> golden.names().stream().map(name -> new Sample(golden, name)));
    }

    @TestFactory
    Stream<DynamicTest> aSampleMakesExactlyItsManifest() {
        return samples()
                .map(sample -> DynamicTest.dynamicTest(
                        sample.title(),
                        () -> sample.golden()
                                .check(
                                        sample.name(),
                                        (_, _) -> ManifestYaml.write(withSupervisorByName(
                                                sample.render(new Binder()).manifest())))));
    }

    private static String unpacked(String word) throws IOException {
        Matcher packed = PACKED.matcher(word);
        assertTrue(packed.matches(), word);
        byte[] zlib = Base64.getDecoder().decode(packed.group(1));
        try (InputStream text = new InflaterInputStream(new ByteArrayInputStream(zlib))) {
            return new String(text.readAllBytes(), UTF_8);
        }
    }

    /** A golden file shows the supervisor's text, 27 KB in every manifest, by its name. */
    private static ObjectNode withSupervisorByName(ObjectNode manifest) {
        ObjectNode shown = manifest.deepCopy();
        ArrayNode command = (ArrayNode) shown.at(COMMAND);
        for (int i = 0; i < command.size(); i++) {
            if (PACKED.matcher(command.get(i).textValue()).matches()) {
                command.set(i, "the text of supervisor.py");
            }
        }
        return shown;
    }

    /** What the golden files leave out: the real manifest, as YAML too, holds exactly the text of supervisor.py, once, packed. */
    @TestFactory
    Stream<DynamicTest> aManifestHoldsTheSupervisorsVeryText() throws IOException {
        String text = Files.readString(SUPERVISOR);
        return samples()
                .filter(sample -> sample.golden().folder().startsWith("templates/python"))
                .map(sample -> DynamicTest.dynamicTest(sample.title(), () -> {
                    JobRendered rendered = sample.render(new Binder());
                    ObjectNode manifest = rendered.manifest();
                    List<String> command = new ArrayList<>();
                    manifest.at(COMMAND).forEach(word -> command.add(word.textValue()));

                    assertEquals(List.of("python3", "-I", "-S", "-u", "-c"), command.subList(0, command.size() - 1));
                    assertEquals(text, unpacked(command.getLast()));
                    assertEquals(
                            rendered.digest(),
                            JobRendered.digestOf(new ObjectMapper()
                                    .valueToTree(new Yaml().<Object>load(ManifestYaml.write(manifest)))));
                }));
    }

    @TestFactory
    Stream<DynamicTest> allThreeStrategiesMakeTheSameManifest() {
        return samples()
                .map(sample -> DynamicTest.dynamicTest(sample.title(), () -> {
                    JobRendered template = sample.render(new Binder());

                    assertEquals(
                            template.digest(), sample.render(new DynamicJob()).digest(), "dynamic");
                    assertEquals(
                            template.digest(),
                            sample.render(new Fabric8TypedJob()).digest(),
                            "typed");
                }));
    }

    @TestFactory
    Stream<DynamicTest> aSampleIsOfTheTemplateThatItLiesBeside() {
        return samples()
                .map(sample -> DynamicTest.dynamicTest(
                        sample.title(),
                        () -> assertEquals(
                                sample.golden().folder().getName(1).toString(),
                                sample.render(new Binder()).template().value())));
    }

    @TestFactory
    Stream<DynamicTest> whatIsRejectedIsRejectedExactlySo() {
        return REJECTED.names().stream()
                .map(name -> DynamicTest.dynamicTest(
                        name, () -> REJECTED.check(name, (_, input) -> rejection(name, input))));
    }

    private static String rejection(String name, byte[] input) throws IOException {
        Event event = new Render(new Renderer(TEMPLATES, new Binder())).answer(Requests.context(name), input);
        assertEquals(EventType.REJECTED.wireName(), event.context().type());
        return new ObjectMapper()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .writeValueAsString(event.data())
                        .replace("\r\n", "\n")
                + "\n";
    }

    @Test
    void aRequestToldTwiceIsOneJobOfOneContent() throws IOException {
        Sample hello = samples()
                .filter(sample -> sample.name().equals("hello"))
                .findFirst()
                .orElseThrow();
        JobRequest request = JobRequest.decode(StrictJson.parse(hello.golden().input("hello")));
        Render render = new Render(new Renderer(TEMPLATES, new Binder()));

        assertEquals(
                render.render(request, Requests.context("1")).digest(),
                render.render(request, Requests.context("1")).digest());
        assertNotEquals(
                render.render(request, Requests.context("1")).jobName(),
                render.render(request, Requests.context("2")).jobName());
    }

    @Test
    void anAnswerNamesTheJobAndHandsTheRequestsIdOn() {
        Render render = new Render(new Renderer(TEMPLATES, new Binder()));
        byte[] request = "{\"eval_id\":\"demo\",\"code\":\"pass\"}".getBytes(UTF_8);
        Event first = render.answer(Requests.context("1"), request);
        Event again = render.answer(Requests.context("1"), request);

        assertEquals(EventType.RENDERED.wireName(), first.context().type());
        assertEquals(first.data(), again.data());
        assertEquals(first.context().id(), again.context().id());
        assertEquals("1", first.context().correlationId());
        assertEquals(
                Optional.of(first.data().get("job_name").textValue()),
                first.context().subject());
        assertEquals(
                List.of("eval_id", "job_name", "namespace", "template", "manifest", "digest"),
                first.data().properties().stream()
                        .map(java.util.Map.Entry::getKey)
                        .toList());
    }

    @Test
    void aRejectionIsAboutTheEvalIdWhereThatIsKnown() {
        Render render = new Render(new Renderer(TEMPLATES, new Binder()));

        assertEquals(
                Optional.of("😀".repeat(253)),
                render.answer(
                                Requests.context("1"),
                                ("{\"eval_id\":\"" + "😀".repeat(253) + "\",\"code\":1}").getBytes(UTF_8))
                        .context()
                        .subject());
        assertEquals(
                Optional.of("unknown"),
                render.answer(Requests.context("1"), "[]".getBytes(UTF_8))
                        .context()
                        .subject());
    }
}
