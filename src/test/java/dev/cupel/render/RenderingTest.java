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
import dev.cupel.policy.PodSettings;
import dev.cupel.policy.SubmittedManifest;
import dev.cupel.request.JobRendered;
import dev.cupel.request.JobRequest;
import dev.cupel.request.TemplateName;
import dev.cupel.template.Declaration;
import dev.cupel.template.Template;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.TemplateText;
import dev.cupel.template.Templates;
import dev.cupel.yaml.ManifestYaml;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
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
import java.util.stream.Collectors;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From a request to the tree of its Job: every value in its scalar and nowhere else. */
class RenderingTest {
    private static final String CONTAINER = "/spec/template/spec/containers/0";
    private static final String CASES = "/metadata/annotations/cupel.dev~1cases";
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
        static Told of(List<String> words) {
            Map<String, byte[]> records = new TreeMap<>();
            words.stream()
                    .filter(word -> word.startsWith("code="))
                    .forEach(word -> records.put("code ", word.substring(5).getBytes(UTF_8)));
            String zip = words.stream()
                    .filter(word -> word.startsWith("zip="))
                    .map(word -> word.substring(4))
                    .collect(Collectors.joining());
            assertEquals(zip.isEmpty(), records.containsKey("code "), "one of the two");
            if (!zip.isEmpty()) {
                unpack(Base64.getDecoder().decode(zip), records);
            }
            List<String> args = words.stream()
                    .filter(word -> word.startsWith("arg="))
                    .map(word -> word.substring(4))
                    .toList();
            assertEquals(
                    List.of("timeout=30", "output_limit=1048576", "main=main.py", "run=python3", "run=main.py"),
                    words.subList(0, 5));
            return new Told(records, args);
        }

        /** The records in their order. */
        static List<String> unpack(byte[] zlib, Map<String, byte[]> records) {
            List<String> order = new ArrayList<>();
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
                String key = head[0] + " " + new String(all, newline + 1, name, UTF_8);
                order.add(key + (head[0].equals("file") ? "" : "=" + new String(content, UTF_8)));
                records.put(key, content);
                at = newline + 1 + name + size;
            }
            return order;
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

    private static String codeOf(ObjectNode data) {
        return render(data)
                .at(CONTAINER + "/args")
                .valueStream()
                .map(word -> word.textValue().replaceAll("(?s)=.*", ""))
                .filter(List.of("code", "zip")::contains)
                .distinct()
                .collect(Collectors.joining(","));
    }

    @Test
    void plainCodeStaysReadableUpToOneArgument() {
        assertEquals("code", codeOf(data("python").put("code", "x".repeat(131_066))));
        assertEquals("zip", codeOf(data("python").put("code", "x".repeat(131_067))));
        assertEquals("code", codeOf(data("python").put("code", "$".repeat(65_533))));
        assertEquals("zip", codeOf(data("python").put("code", "$".repeat(65_534))));
        assertEquals("zip", codeOf(data("python").put("code", "a\rb")));
    }

    @Test
    void whatIsSaidOfHowItIsRunStandsInOneOrder() {
        ObjectNode data =
                data("python").put("timeout", 2.5).put("cpu_timeout", 1).put("output_limit", 7);
        data.put("cpu_limit", "1.5").put("parallel", 2).put("stop_at_first_failure", true);
        data.putArray("collect_files").add("b=*").add("a");
        data.putArray("args").add("$x").add("");
        data.putArray("cases").addObject();
        List<String> words = render(data)
                .at(CONTAINER + "/args")
                .valueStream()
                .map(JsonNode::textValue)
                .map(word -> word.startsWith("zip=") ? "zip" : word)
                .toList();

        assertEquals(
                List.of(
                        "timeout=2.5",
                        "cpu_timeout=1",
                        "output_limit=7",
                        "parallel=2",
                        "stop=1",
                        "collect=b=*",
                        "collect=a",
                        "main=main.py",
                        "run=python3",
                        "run=main.py",
                        "zip",
                        "arg=$$x",
                        "arg="),
                words);
    }

    @Test
    void aCaseIsPackedWithAllThatIsItsOwn() {
        ObjectNode data = data("python");
        data.put("stdin", "all");
        data.putArray("args").add("a");
        data.putObject("files").put("f", "1");
        data.putObject("env").put("E", "not packed: Kubernetes sets it");
        var cases = data.putArray("cases");
        ObjectNode full = cases.addObject().put("name", "ä =").put("stdin", "$").put("timeout", 0.25);
        full.putArray("args").add("x y").add("");
        full.putObject("files").put("d/f", "2");
        full.putObject("env").put("E", "3");
        cases.addObject();
        cases.addObject().put("stdin", "").putArray("args");
        ObjectNode job = render(data);
        String zip = job.at(CONTAINER + "/args")
                .valueStream()
                .map(JsonNode::textValue)
                .filter(word -> word.startsWith("zip="))
                .map(word -> word.substring(4))
                .collect(Collectors.joining());

        assertEquals(
                List.of(
                        "code =pass",
                        "stdin =all",
                        "file f",
                        "case ä ==",
                        "arg =x y",
                        "arg =",
                        "stdin =$",
                        "file d/f",
                        "env E=3",
                        "timeout =0.25",
                        "case 1=",
                        "case 2=",
                        "noargs =",
                        "stdin ="),
                Told.unpack(Base64.getDecoder().decode(zip), new TreeMap<>()));
        assertEquals("[\"ä =\",\"1\",\"2\"]", job.at(CASES).textValue());
    }

    @Test
    void casesThatAreTheirIndexesAreToldByHowManyThereAre() {
        ObjectNode data = data("python");
        data.putArray("cases").add(object()).add(object().put("name", "1"));
        assertEquals("2", render(data).at(CASES).textValue());
        assertTrue(render(data("python")).at(CASES).isMissingNode());
    }

    /** A thousand, each with the longest name that there is room for: the annotation passes the policy. */
    @Test
    void theLongestNamesPass() {
        ObjectNode data = data("python");
        var cases = data.putArray("cases");
        for (int i = 0; i < 1000; i++) {
            cases.addObject().put("name", "\\\"".repeat(30) + i);
        }
        assertTrue(render(data).at(CASES).textValue().length() > 120_000);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    @ParameterizedTest
    @CsvSource({
        "python, 0.001, 121",
        "python, 1, 121",
        "python, 1.001, 122",
        "seed, 0.001, 1",
        "seed, 2.5, 3",
        "seed, 30.000, 30"
    })
    void aFractionOfASecondIsRoundedUpForKubernetes(String template, BigDecimal timeout, int deadline) {
        assertEquals(
                deadline,
                render(data(template).put("timeout", timeout))
                        .at("/spec/template/spec/activeDeadlineSeconds")
                        .intValue());
    }

    @Test
    void aCaseHasNoLongerTimeThanAll() {
        ObjectNode data = data("python").put("timeout", 2);
        var cases = data.putArray("cases");
        cases.addObject().put("timeout", 2);
        render(data);
        cases.addObject().put("timeout", 2.001);
        assertRejected(INVALID_FIELD, "/cases/1/timeout", () -> render(data));
        data.remove("timeout");
        render(data);
    }

    @ParameterizedTest
    @CsvSource({"500m, 1, 2", "1, 1, 2", "1001m, 2, 3", "2, 2, 3", "4, 4, 5"})
    void noMoreCasesRunAtATimeThanThereAreProcessors(String cpu, int fits, int fails) {
        ObjectNode data = data("python").put("cpu_limit", cpu);
        data.putArray("cases").addObject();
        render(data.put("parallel", fits));
        assertRejected(INVALID_FIELD, "/parallel", () -> render(data.put("parallel", fails)));
    }

    @Test
    void whatACaseBringsMustFitTheTemplate() {
        ObjectNode data = data("python");
        ObjectNode second = data.putArray("cases").add(object()).addObject();
        second.putObject("files").put("main.py", "");
        assertRejected(INVALID_FIELD, "/cases/1/files/main.py", () -> render(data));
        second.remove("files");
        second.putObject("env").put("EVAL_ID", "");
        assertRejected(INVALID_FIELD, "/cases/1/env/EVAL_ID", () -> render(data));
    }

    @Test
    void whereTheTemplateHasNoCommandArgsMustBeOne(@TempDir Path root) {
        TemplateText text = TemplateText.of(root, TemplateText.LEAST_EXACT)
                .write("parameters.yaml", TemplateText.EXACT.replace("[\"./main\"]", "[]"));
        assertEquals(List.of(), text.lint());
        ObjectNode data = data("t");
        assertRejected(INVALID_FIELD, "/args", () -> Requests.render(text.renderer(), JobRequest.decode(data)));
        data.putArray("args").add("./x");
        Requests.render(text.renderer(), JobRequest.decode(data));
        data.putArray("cases").add(object()).addObject().putArray("args");
        assertRejected(INVALID_FIELD, "/cases/1/args", () -> Requests.render(text.renderer(), JobRequest.decode(data)));
    }

    /** A name of a folder in which the code is to lie is taken, too. */
    @Test
    void noFileLiesInTheCodesWay(@TempDir Path root) {
        TemplateText text = TemplateText.of(root, TemplateText.LEAST_EXACT)
                .write("parameters.yaml", TemplateText.EXACT.replace("main.c", "src/a/main.c"));
        for (String path : List.of("src", "src/a", "src/a/main.c", "src/a/main.c/x")) {
            ObjectNode data = data("t");
            data.putObject("files").put(path, "");
            assertRejected(
                    INVALID_FIELD,
                    "/files/" + path.replace("/", "~1"),
                    () -> Requests.render(text.renderer(), JobRequest.decode(data)));
        }
        ObjectNode data = data("t");
        data.putObject("files").put("src/a/main.ch", "").put("src/main.c", "");
        Requests.render(text.renderer(), JobRequest.decode(data));
    }

    @Test
    void theTemplatesFilesComeBackWhereTheRequestNamesNone(@TempDir Path root) {
        TemplateText text = TemplateText.of(root, TemplateText.LEAST_EXACT)
                .write("parameters.yaml", TemplateText.EXACT + "collect_files: [\"report.xml\"]\n");
        ObjectNode data = data("t");
        String args = CONTAINER + "/args";
        assertTrue(Requests.render(text.renderer(), JobRequest.decode(data))
                .manifest()
                .at(args)
                .toString()
                .contains("\"collect=report.xml\""));
        data.putArray("collect_files").add("x");
        String asked = Requests.render(text.renderer(), JobRequest.decode(data))
                .manifest()
                .at(args)
                .toString();
        assertTrue(asked.contains("\"collect=x\"") && !asked.contains("report"), asked);
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
            SubmittedManifest manifest = SubmittedManifest.of(stored, PodSettings.none());

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

        assertFalse(SubmittedManifest.of(stored, PodSettings.none()).isExact());
        assertFalse(
                SubmittedManifest.of(render(data("python")), PodSettings.none()).isExact(), "no digest was noted");
    }

    @Test
    void namesAndBytesOfTheBuiltInTemplatesAreTheFolders() {
        TemplateFiles folder = new TemplateFiles.Folder(Path.of("templates"));
        TemplateFiles builtIn = new TemplateFiles.BuiltIn();

        assertEquals(folder.names(), builtIn.names());
        for (TemplateName name : folder.names()) {
            for (String file : List.of("template.yaml", "parameters.yaml")) {
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
