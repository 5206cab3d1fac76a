package dev.cupel.render;

import static dev.cupel.Rejections.assertRejected;
import static dev.cupel.rejection.RejectionReason.INVALID_FIELD;
import static dev.cupel.rejection.RejectionReason.TOO_LARGE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.Seeded;
import dev.cupel.json.CanonicalJson;
import dev.cupel.kubernetes.CupelMetadata;
import dev.cupel.kubernetes.Expansion;
import dev.cupel.kubernetes.JobName;
import dev.cupel.kubernetes.LabelValue;
import dev.cupel.kubernetes.ManifestYaml;
import dev.cupel.policy.SubmittedManifest;
import dev.cupel.request.JobRendered;
import dev.cupel.request.JobRequest;
import dev.cupel.request.TemplateName;
import dev.cupel.template.Declaration;
import dev.cupel.template.Template;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.TemplateText;
import dev.cupel.template.Templates;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From a request to the tree of its Job: every value in its scalar and nowhere else. */
class RenderingTest {
    private static final String CONTAINER = "/spec/template/spec/containers/0";
    private static final int MIB = 1 << 20;

    private static ObjectNode data(String template) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("eval_id", "demo")
                .put("code", "pass")
                .put("template", template);
    }

    private static ObjectNode render(ObjectNode data) {
        return Requests.render(new Binder(), JobRequest.decode(data)).manifest();
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(
                item -> texts.add(Expansion.expand(item.textValue(), Map.of("EVAL_ID", "wrong", "VAR_A", "wrong"))));
        return texts;
    }

    private static ObjectNode random(Random random, String template) {
        ObjectNode data = data(template).put("eval_id", Seeded.line(random, 40));
        data.put("code", "x" + Seeded.text(random, 60).replace("\0", ""));
        if (template.equals("python")) {
            for (int i = random.nextInt(4); i > 0; i--) {
                data.withArrayProperty("args").add(Seeded.text(random, 20).replace("\0", ""));
                data.withObjectProperty("env")
                        .put("V" + i, Seeded.text(random, 20).replace("\0", ""));
                data.withObjectProperty("files").put("f" + i, Seeded.text(random, 20));
            }
        }
        return data;
    }

    /** The paths of a tree, without what is in them: what a value that left its scalar would change. */
    private static Set<String> paths(JsonNode node, String at, Set<String> found) {
        found.add(at + " " + node.getNodeType());
        node.properties().forEach(member -> paths(member.getValue(), at + "/" + member.getKey(), found));
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                paths(node.get(i), at + "/" + i, found);
            }
        }
        return found;
    }

    @ParameterizedTest
    @ValueSource(strings = {"seed", "python"})
    void noInputLeavesItsScalar(String template) {
        Seeded.check(300, random -> {
            ObjectNode data = random(random, template);
            ObjectNode job = render(data);
            ObjectNode plain = data.deepCopy().put("eval_id", "demo").put("code", "x");
            ((ObjectNode) job.at(CONTAINER)).remove("args");
            ObjectNode expected = render(plain);
            ((ObjectNode) expected.at(CONTAINER)).remove("args");

            assertEquals(paths(expected, "", new TreeSet<>()), paths(job, "", new TreeSet<>()));
            assertEquals(data.get("eval_id"), job.at("/metadata/annotations/eval-id"));
            assertEquals(
                    LabelValue.of(data.get("eval_id").textValue()),
                    job.at("/metadata/labels/eval-id").textValue());
            assertEquals("crucible", job.at("/metadata/namespace").textValue());
        });
    }

    @Test
    void theSeedsProgramReachesItsProcessUnchanged() {
        Seeded.check(300, random -> {
            ObjectNode data = random(random, "seed");

            assertEquals(
                    List.of("python", "-u", "-c", data.get("code").textValue()),
                    texts(render(data).at(CONTAINER + "/command")));
        });
    }

    @Test
    void thePythonProgramReachesItsProcessUnchanged() {
        Seeded.check(300, random -> {
            ObjectNode data = random(random, "python");
            JsonNode container = render(data).at(CONTAINER);
            Told told = Told.of(texts(container.get("args")));

            assertEquals(data.get("code").textValue(), new String(told.records().get("code "), UTF_8));
            assertEquals(
                    texts(data.path("args")),
                    told.args().stream()
                            .map(text -> Expansion.expand(text, Map.of()))
                            .toList());
            data.path("files")
                    .properties()
                    .forEach(file -> assertEquals(
                            file.getValue().textValue(),
                            new String(told.records().get("file " + file.getKey()), UTF_8)));
            Map<String, String> env = new TreeMap<>();
            container
                    .get("env")
                    .forEach(variable -> env.put(
                            variable.get("name").textValue(),
                            Expansion.expand(variable.get("value").textValue(), Map.of("EVAL_ID", "wrong"))));
            assertEquals(data.get("eval_id").textValue(), env.get("EVAL_ID"));
            data.path("env")
                    .properties()
                    .forEach(variable -> assertEquals(variable.getValue().textValue(), env.get(variable.getKey())));
        });
    }

    /** The supervisor's arguments, read as the supervisor reads them. */
    private record Told(Map<String, byte[]> records, List<String> args) {
        static Told of(List<String> arguments) {
            int end = 4 + Integer.parseInt(arguments.get(3));
            String joined = String.join("", arguments.subList(4, end));
            Map<String, byte[]> records = new TreeMap<>();
            if (arguments.get(2).equals("text")) {
                assertEquals(5, end);
                records.put("code ", joined.getBytes(UTF_8));
            } else {
                unpack(Base64.getDecoder().decode(joined), records);
            }
            return new Told(records, arguments.subList(end, arguments.size()));
        }

        private static void unpack(byte[] zlib, Map<String, byte[]> records) {
            byte[] all = inflate(zlib);
            int at = 0;
            while (at < all.length) {
                int newline = at;
                while (all[newline] != '\n') {
                    newline++;
                }
                String[] head = new String(all, at, newline - at, UTF_8).split(" ", -1);
                int name = Integer.parseInt(head[1]);
                int size = Integer.parseInt(head[2]);
                byte[] content = new byte[size];
                System.arraycopy(all, newline + 1 + name, content, 0, size);
                records.put(head[0] + " " + new String(all, newline + 1, name, UTF_8), content);
                at = newline + 1 + name + size;
            }
        }

        private static byte[] inflate(byte[] zlib) {
            try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(zlib))) {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                in.transferTo(out);
                return out.toByteArray();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    @Test
    void theSameRequestRendersTheSameBytesButForCreatedAt() {
        Seeded.check(100, random -> {
            JobRequest request = JobRequest.decode(random(random, random.nextBoolean() ? "seed" : "python"));
            Templates templates = new Templates(new TemplateFiles.BuiltIn(), Optional.empty());
            Renderer renderer = new Renderer(templates, new Binder());
            JobName name = JobNamer.name(request.evalId(), "/s", "1");
            JobRendered first = renderer.render(request, name, "2026-01-01T00:00:00Z");
            JobRendered later = renderer.render(request, name, "2026-01-01T00:00:01Z");

            assertEquals(
                    ManifestYaml.write(first.manifest()),
                    ManifestYaml.write(renderer.render(request, name, "2026-01-01T00:00:00Z")
                            .manifest()));
            assertNotEquals(first.digest(), later.digest());
            ((ObjectNode) later.manifest().at("/metadata/annotations")).put("created-at", "2026-01-01T00:00:00Z");
            assertEquals(first.digest(), JobRendered.digestOf(later.manifest()));
        });
    }

    @Test
    void codeOfOneMebibyteFitsWhateverItHolds() {
        Random random = new Random(Long.getLong("cupel.seed", 1));
        byte[] noise = new byte[MIB - 1];
        random.nextBytes(noise);
        StringBuilder wide = new StringBuilder();
        while (wide.length() < MIB / 2) {
            wide.appendCodePoint(0x10000 + random.nextInt(0xFFFFF));
        }
        String wideCode = wide.substring(0, MIB / 2);
        List<ObjectNode> worst = List.of(
                data("python").put("code", "\0".repeat(MIB)),
                data("python").put("code", "$".repeat(MIB)),
                data("python").put("code", "\"".repeat(MIB)),
                data("python").put("code", "\u2028".repeat(MIB / 3)),
                data("python").put("code", wideCode),
                data("python")
                        .put("code", "x")
                        .set(
                                "stdin",
                                JsonNodeFactory.instance
                                        .objectNode()
                                        .put("base64", Base64.getEncoder().encodeToString(noise))));
        for (ObjectNode data : worst) {
            ObjectNode job = render(data);

            assertTrue(CanonicalJson.encode(job).length < 1_500_000, "under etcd's 1.5 MiB");
            job.at(CONTAINER + "/args")
                    .forEach(argument -> assertTrue(argument.textValue().getBytes(UTF_8).length <= 131_071));
            assertTrue(job.at(CONTAINER + "/args").size() <= 600);
        }
    }

    @Test
    void whatWouldNotFitTheClusterIsRejectedAndNotTriedForEver() {
        byte[] noise = new byte[MIB - 4];
        new Random(1).nextBytes(noise);
        ObjectNode data = data("python");
        data.putObject("stdin").put("base64", Base64.getEncoder().encodeToString(noise));
        data.putArray("args").add("$".repeat(65_000));

        assertRejected(TOO_LARGE, "", () -> render(data));
    }

    @Test
    void plainCodeStaysReadableUpToOneArgument() {
        assertEquals(
                "text",
                render(data("python").put("code", "x".repeat(131_071)))
                        .at(CONTAINER + "/args/2")
                        .textValue());
        assertEquals(
                "zip",
                render(data("python").put("code", "x".repeat(131_072)))
                        .at(CONTAINER + "/args/2")
                        .textValue());
        assertEquals(
                "text",
                render(data("python").put("code", "$".repeat(65_535)))
                        .at(CONTAINER + "/args/2")
                        .textValue());
        assertEquals(
                "zip",
                render(data("python").put("code", "$".repeat(65_536)))
                        .at(CONTAINER + "/args/2")
                        .textValue());
        assertEquals(
                "zip",
                render(data("python").put("code", "a\rb"))
                        .at(CONTAINER + "/args/2")
                        .textValue());
    }

    @Test
    void theSeedTakesCodeUpToOneArgument() {
        render(data("seed").put("code", "x".repeat(131_071)));
        assertRejected(TOO_LARGE, "/code", () -> render(data("seed").put("code", "x".repeat(131_072))));
        assertRejected(TOO_LARGE, "/code", () -> render(data("seed").put("code", "$".repeat(65_536))));
    }

    @Test
    void eachPlaceGetsTheTypeThatItAsksFor(@TempDir Path root) {
        String template = TemplateText.LEAST
                .replace("  namespace: crucible\n", """
                          namespace: crucible
                          labels:
                            long: run-__EVAL_ID__-of-__TIMEOUT__
                            command: __EVAL_ID__
                          annotations:
                            command: __EVAL_ID__
                            value: __TIMEOUT__
                        """)
                .replace("    spec:\n", "    spec:\n      activeDeadlineSeconds: __TIMEOUT__\n")
                .replace(
                        "          command:",
                        "          env: [{name: A, value: \"t=__TIMEOUT__, __EVAL_ID__\"}]\n          command:");
        String evalId = "$(HOME) " + "x".repeat(100);
        JobRequest request = JobRequest.decode(data("t").put("eval_id", evalId));
        ObjectNode job = Requests.render(TemplateText.of(root, template).renderer(), request)
                .manifest();

        assertEquals("30", job.at("/spec/template/spec/activeDeadlineSeconds").toString(), "an integer");
        assertEquals("\"30\"", job.at("/metadata/annotations/value").toString(), "a string");
        assertEquals(evalId, job.at("/metadata/annotations/command").textValue(), "exactly, whatever the key");
        assertEquals(LabelValue.of(evalId), job.at("/metadata/labels/command").textValue());
        assertEquals(
                LabelValue.of("run-" + evalId + "-of-30"),
                job.at("/metadata/labels/long").textValue());
        assertEquals("t=30, $" + evalId, job.at(CONTAINER + "/env/0/value").textValue(), "escaped");
    }

    @ParameterizedTest
    @ValueSource(strings = {"EVAL_ID"})
    void envThatTheTemplateSetsIsRefused(String name) {
        ObjectNode data = data("python");
        data.putObject("env").put(name, "x");

        assertRejected(INVALID_FIELD, "/env/" + name, () -> render(data));
    }

    @Test
    void anInstallationsOwnImageIsTheDefaultAndAllowed() {
        Templates templates = new Templates(new TemplateFiles.BuiltIn(), Optional.of("lab/python:3.11"));
        Template python = templates.get(new TemplateName("python"));

        assertEquals("lab/python:3.11", python.declaration().image());
        assertTrue(python.declaration().allows("lab/python:3.11"));
        assertTrue(python.declaration().allows("docker.io/library/python:3"));
    }

    @Test
    void anAsteriskInAnAllowedImageStandsForAnythingButASlash() {
        Declaration declared = new Templates(new TemplateFiles.BuiltIn(), Optional.empty())
                .get(new TemplateName("python"))
                .declaration();

        assertTrue(declared.allows("docker.io/library/python:3.13-alpine"));
        assertTrue(declared.allows("docker.io/library/python@sha256:00"));
        for (String image : List.of(
                "docker.io/library/python",
                "python:3",
                "docker.io/library/python:3/x",
                "xdocker.io/library/python:3",
                "dockerXio/library/python:3")) {
            assertFalse(declared.allows(image), image);
        }
    }

    @Test
    void aShortTtlOfTheTemplateCountsFromWhenTheResultIsSettled() {
        ObjectNode job = render(data("seed"));

        assertEquals(86_400, job.at("/spec/ttlSecondsAfterFinished").intValue());
        assertEquals(
                "300",
                job.at("/metadata/annotations/cupel.dev~1ttl-after-settled").textValue());
    }

    @Test
    void whatASubmittedJobWasMadeFromComesBackExactly() {
        Seeded.check(50, random -> {
            JobRendered rendered = Requests.render(
                    new Binder(), JobRequest.decode(random(random, "python").put("queue", "q")));
            ObjectNode stored = rendered.manifest().deepCopy();
            ObjectNode annotations = (ObjectNode) stored.at("/metadata/annotations");
            CupelMetadata.BY_SUBMIT_AND_COLLECT.forEach(name -> annotations.put(name, "x"));
            annotations.put(CupelMetadata.DIGEST, rendered.digest().value());
            // As an API server, the Job controller, Kueue and settling leave it.
            ((ObjectNode) stored.get("metadata"))
                    .put("uid", "u")
                    .put("resourceVersion", "7")
                    .putArray("managedFields");
            ((ObjectNode) stored.get("spec"))
                    .put("parallelism", 1)
                    .put("suspend", false)
                    .put("ttlSecondsAfterFinished", 300);
            ((ObjectNode) stored.at("/spec/template/metadata/labels"))
                    .put("batch.kubernetes.io/job-name", "x")
                    .put("job-name", "x");
            ObjectNode pod = (ObjectNode) stored.at("/spec/template/spec");
            pod.put("dnsPolicy", "ClusterFirst").put("schedulerName", "default-scheduler");
            pod.remove(List.of("hostNetwork", "hostPID", "hostIPC"));
            stored.putObject("status").put("active", 1);
            ObjectNode before = stored.deepCopy();
            SubmittedManifest manifest = SubmittedManifest.of(stored);

            assertTrue(manifest.isExact());
            assertEquals(rendered.digest(), manifest.digest());
            assertEquals(before, stored, "left as it was");
        });
    }

    @Test
    void whatWasChangedInTheClusterIsNotExact() {
        ObjectNode stored = render(data("python"));
        ((ObjectNode) stored.at("/metadata/annotations"))
                .put(CupelMetadata.DIGEST, JobRendered.digestOf(stored).value())
                .put("eval-id", "other");

        assertFalse(SubmittedManifest.of(stored).isExact());
        assertFalse(SubmittedManifest.of(render(data("python"))).isExact(), "no digest was noted");
    }

    @Test
    void namesAndBytesOfTheBuiltInTemplatesAreTheFolders() {
        TemplateFiles folder = new TemplateFiles.Folder(Path.of("templates"));
        TemplateFiles builtIn = new TemplateFiles.BuiltIn();

        assertEquals(folder.names(), builtIn.names());
        for (TemplateName name : folder.names()) {
            for (String file : List.of("template.yaml", "parameters.yaml", "supervisor.py")) {
                assertEquals(
                        folder.find(name, file).map(bytes -> new String(bytes, UTF_8)),
                        builtIn.find(name, file).map(bytes -> new String(bytes, UTF_8)),
                        name + "/" + file);
            }
            assertEquals(
                    new Templates(folder, Optional.empty()).get(name).digest(),
                    new Templates(builtIn, Optional.empty()).get(name).digest());
        }
    }

    @Test
    void whatCanBeAskedOfATemplateIsWhatItTakes() {
        Templates templates = new Templates(new TemplateFiles.BuiltIn(), Optional.empty());
        for (String template : List.of("python", "seed")) {
            List<String> parameters = new ArrayList<>();
            templates
                    .get(new TemplateName(template))
                    .describe()
                    .get("parameters")
                    .forEach(name -> parameters.add(name.textValue()));
            Map<String, String> others = Map.of(
                    "args",
                    "[\"x\"]",
                    "stdin",
                    "\"x\"",
                    "files",
                    "{\"a\":\"\"}",
                    "env",
                    "{\"A\":\"\"}",
                    "output_limit",
                    "1");
            others.forEach((field, value) -> {
                ObjectNode data = data(template);
                data.set(field, dev.cupel.json.StrictJson.parse(value.getBytes(UTF_8)));
                boolean taken;
                try {
                    render(data);
                    taken = true;
                } catch (dev.cupel.rejection.Rejected e) {
                    taken = false;
                }
                assertEquals(parameters.contains(field), taken, template + " " + field);
            });
        }
    }
}
