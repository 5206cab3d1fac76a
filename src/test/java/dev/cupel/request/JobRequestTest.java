package dev.cupel.request;

import static dev.cupel.Rejections.assertRejected;
import static dev.cupel.rejection.RejectionReason.INVALID_FIELD;
import static dev.cupel.rejection.RejectionReason.INVALID_TYPE;
import static dev.cupel.rejection.RejectionReason.MISSING_FIELD;
import static dev.cupel.rejection.RejectionReason.TOO_LARGE;
import static dev.cupel.rejection.RejectionReason.UNKNOWN_FIELD;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.json.Bytes;
import dev.cupel.json.Digest;
import dev.cupel.json.StrictJson;
import dev.cupel.kubernetes.ContainerResource;
import dev.cupel.kubernetes.PerResource;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.RejectionReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobRequestTest {
    private static final int MIB = 1 << 20;

    /** A field, a value at its limit and one past it, or of a wrong kind; the reason and where it is told. */
    record Limit(String field, String fits, String fails, RejectionReason reason, String pointer) {
        static Limit of(String field, String fits, String fails, RejectionReason reason) {
            return new Limit(field, fits, fails, reason, "/" + field);
        }

        Limit at(String where) {
            return new Limit(field, fits, fails, reason, where);
        }

        @Override
        public String toString() {
            return field + ": " + (fails.length() > 40 ? fails.substring(0, 40) + "…" : fails);
        }
    }

    private static String quoted(String text) {
        return JsonNodeFactory.instance.textNode(text).toString();
    }

    private static String map(int count, String value) {
        return java.util.stream.IntStream.range(0, count)
                .mapToObj(i -> "\"k" + i + "\":" + value)
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String base64(int bytes) {
        return "{\"base64\":\"" + Base64.getEncoder().encodeToString(new byte[bytes]) + "\"}";
    }

    /** The contract's table: every field at and past each of its limits. */
    static Stream<Limit> limits() {
        return Stream.of(
                        special(),
                        Arrays.stream(ContainerResource.values()).flatMap(JobRequestTest::amounts),
                        Stream.of("timeout", "cpu_timeout", "compile_timeout").flatMap(JobRequestTest::seconds),
                        cases(),
                        collectFiles())
                .flatMap(Function.identity());
    }

    private static Stream<Limit> seconds(String field) {
        return Stream.of(
                Limit.of(field, "0.001", "0.0009999", INVALID_FIELD),
                Limit.of(field, "1", "0", INVALID_FIELD),
                Limit.of(field, "1", "-1", INVALID_FIELD),
                Limit.of(field, "1", "-0.0", INVALID_FIELD),
                Limit.of(field, "3000.000", "86400.001", INVALID_FIELD),
                Limit.of(field, "0.125", "0.1255", INVALID_FIELD),
                // Near to what fits, but not that: no binary fraction comes between.
                Limit.of(field, "30.0", "30.00000000000000000001", INVALID_FIELD),
                Limit.of(field, "3e1", "1e-4", INVALID_FIELD),
                Limit.of(field, "3E+1", "1e999999999", INVALID_FIELD),
                Limit.of(field, "1000e-6", "1e-999999999", INVALID_FIELD),
                Limit.of(field, "30", "99999999999999999999", INVALID_FIELD),
                Limit.of(field, "30", "\"30\"", INVALID_TYPE),
                Limit.of(field, "30", "\"NaN\"", INVALID_TYPE),
                Limit.of(field, "30", "false", INVALID_TYPE),
                Limit.of(field, "30", "{}", INVALID_TYPE));
    }

    private static Limit ofCase(String fits, String fails, RejectionReason reason, String pointer) {
        return new Limit("cases", "[{}," + fits + "]", "[{}," + fails + "]", reason, "/cases/1" + pointer);
    }

    private static Stream<Limit> cases() {
        String big = "{\"stdin\":" + base64(MIB / 2) + "}";
        return Stream.of(
                Limit.of("cases", "[{}]", "[]", INVALID_FIELD),
                Limit.of("cases", repeated("{}", 1000), repeated("{}", 1001), TOO_LARGE),
                Limit.of("cases", "[{}]", "{}", INVALID_TYPE),
                Limit.of("cases", "[{}]", "null", INVALID_TYPE),
                Limit.of("cases", "[{}]", "2", INVALID_TYPE),
                ofCase("{}", "null", INVALID_TYPE, ""),
                ofCase("{}", "[]", INVALID_TYPE, ""),
                ofCase("{}", "\"\"", INVALID_TYPE, ""),
                ofCase("{}", "{\"expected\":\"\"}", UNKNOWN_FIELD, "/expected"),
                ofCase("{}", "{\"code\":\"\"}", UNKNOWN_FIELD, "/code"),
                ofCase(name("😀".repeat(100)), name("x".repeat(101)), INVALID_FIELD, "/name"),
                ofCase(name(" "), name(""), INVALID_FIELD, "/name"),
                ofCase(name("\u2028"), name("a\nb"), INVALID_FIELD, "/name"),
                ofCase(name("1"), name("0"), INVALID_FIELD, "/name"),
                ofCase(name("1"), "{\"name\":1}", INVALID_TYPE, "/name"),
                ofCase(name("1"), "{\"name\":null}", INVALID_TYPE, "/name"),
                new Limit("cases", "[{\"name\":\"a\"},{}]", "[{\"name\":\"1\"},{}]", INVALID_FIELD, "/cases/1/name"),
                new Limit("cases", names(65, 1000), names(66, 1000), TOO_LARGE, "/cases"),
                ofCase("{\"args\":[]}", "{\"args\":[\"a\",1]}", INVALID_TYPE, "/args/1"),
                ofCase("{\"args\":[\"\"]}", "{\"args\":[\"\\u0000\"]}", INVALID_FIELD, "/args/0"),
                ofCase("{\"args\":" + list(256) + "}", "{\"args\":" + list(257) + "}", TOO_LARGE, "/args"),
                ofCase(
                        "{\"args\":[" + quoted("x".repeat(65_535)) + "]}",
                        "{\"args\":[" + quoted("x".repeat(65_536)) + "]}",
                        TOO_LARGE,
                        "/args"),
                ofCase("{\"args\":[]}", "{\"args\":\"a\"}", INVALID_TYPE, "/args"),
                ofCase("{\"stdin\":\"\"}", "{\"stdin\":1}", INVALID_TYPE, "/stdin"),
                ofCase(
                        "{\"stdin\":{\"base64\":\"\"}}",
                        "{\"stdin\":{\"base64\":\"=\"}}",
                        INVALID_FIELD,
                        "/stdin/base64"),
                ofCase("{\"files\":{\"a/b\":\"\"}}", "{\"files\":{\"a/b\":1}}", INVALID_TYPE, "/files/a~1b"),
                ofCase("{\"files\":{\"a\":\"\"}}", "{\"files\":{\"../a\":\"\"}}", INVALID_FIELD, "/files/..~1a"),
                ofCase(
                        "{\"files\":{\"a\":\"\"}}",
                        "{\"files\":{\"a\":\"\",\"a/b\":\"\"}}",
                        INVALID_FIELD,
                        "/files/a~1b"),
                ofCase(
                        "{\"files\":" + map(256, "\"\"") + "}",
                        "{\"files\":" + map(257, "\"\"") + "}",
                        TOO_LARGE,
                        "/files"),
                ofCase("{\"env\":{\"A\":\"\"}}", "{\"env\":{\"A\":1}}", INVALID_TYPE, "/env/A"),
                ofCase("{\"env\":{\"A\":\"\"}}", "{\"env\":{\"1\":\"\"}}", INVALID_FIELD, "/env/1"),
                ofCase("{\"env\":{\"A\":\"\"}}", "{\"env\":{\"LD_PRELOAD\":\"\"}}", INVALID_FIELD, "/env/LD_PRELOAD"),
                ofCase("{\"env\":{\"A\":\"\"}}", "{\"env\":{\"A\":\"\\u0000\"}}", INVALID_FIELD, "/env/A"),
                ofCase("{\"timeout\":0.001}", "{\"timeout\":0}", INVALID_FIELD, "/timeout"),
                ofCase("{\"timeout\":1e0}", "{\"timeout\":\"1\"}", INVALID_TYPE, "/timeout"),
                ofCase("{\"timeout\":1.001}", "{\"timeout\":1.0001}", INVALID_FIELD, "/timeout"),
                new Limit("cases", "[" + big + "]", "[" + big + "," + big + "]", TOO_LARGE, "/cases"),
                Limit.of("parallel", "64", "65", INVALID_FIELD),
                Limit.of("parallel", "1", "0", INVALID_FIELD),
                Limit.of("parallel", "2", "2.0", INVALID_TYPE),
                Limit.of("parallel", "2", "\"2\"", INVALID_TYPE),
                Limit.of("stop_at_first_failure", "true", "\"true\"", INVALID_TYPE),
                Limit.of("stop_at_first_failure", "false", "0", INVALID_TYPE));
    }

    private static String name(String name) {
        return "{\"name\":" + quoted(name) + "}";
    }

    private static String names(int length, int count) {
        return java.util.stream.IntStream.range(0, count)
                .mapToObj(i -> name("x".repeat(length - 3) + (char) ('a' + i / 100) + i % 100 / 10 + i % 10))
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static String repeated(String item, int count) {
        return Stream.generate(() -> item).limit(count).collect(Collectors.joining(",", "[", "]"));
    }

    private static Stream<Limit> collectFiles() {
        return Stream.of(
                Limit.of("collect_files", "[\"a\"]", "[]", INVALID_FIELD),
                Limit.of("collect_files", repeated("\"a\"", 64), repeated("\"a\"", 65), TOO_LARGE),
                Limit.of("collect_files", "[\"a\"]", "\"a\"", INVALID_TYPE),
                Limit.of("collect_files", "[\"a\"]", "[\"a\",null]", INVALID_TYPE)
                        .at("/collect_files/1"),
                Limit.of("collect_files", "[\"**/*.[ch]\"]", "[\"/a\"]", INVALID_FIELD)
                        .at("/collect_files/0"),
                Limit.of("collect_files", "[\"..a\"]", "[\"a/../b\"]", INVALID_FIELD)
                        .at("/collect_files/0"),
                Limit.of("collect_files", "[\".a\"]", "[\"./a\"]", INVALID_FIELD)
                        .at("/collect_files/0"),
                Limit.of("collect_files", "[\"a/b\"]", "[\"a//b\"]", INVALID_FIELD)
                        .at("/collect_files/0"),
                Limit.of("collect_files", "[\" \"]", "[\"\"]", INVALID_FIELD).at("/collect_files/0"),
                Limit.of("collect_files", "[\"ä\"]", "[\"a\\u0007\"]", INVALID_FIELD)
                        .at("/collect_files/0"),
                Limit.of(
                                "collect_files",
                                "[" + quoted("😀".repeat(255)) + "]",
                                "[" + quoted("x".repeat(256)) + "]",
                                INVALID_FIELD)
                        .at("/collect_files/0"));
    }

    private static Stream<Limit> amounts(ContainerResource resource) {
        String field = RequestField.of(resource).wireName();
        return Stream.of(
                Limit.of(field, quoted(resource.least().text()), quoted("999u"), INVALID_FIELD),
                Limit.of(field, quoted("1e7"), "10000000", INVALID_TYPE));
    }

    private static Stream<Limit> special() {
        String path255 = "\"" + "p".repeat(255) + "\"";
        return Stream.of(
                Limit.of("eval_id", quoted("😀".repeat(253)), quoted("x".repeat(254)), INVALID_FIELD),
                Limit.of("eval_id", quoted("x"), quoted(""), INVALID_FIELD),
                Limit.of("eval_id", quoted("\u2028"), quoted("a\nb"), INVALID_FIELD),
                Limit.of("eval_id", quoted("1"), "1", INVALID_TYPE),
                Limit.of("eval_id", quoted("null"), "null", INVALID_TYPE),
                Limit.of("code", quoted("x"), quoted(""), INVALID_FIELD),
                Limit.of("code", quoted("x".repeat(MIB)), quoted("x".repeat(MIB + 1)), TOO_LARGE),
                Limit.of("code", quoted("é".repeat(MIB / 2)), quoted("é".repeat(MIB / 2) + "x"), TOO_LARGE),
                Limit.of("code", quoted("\0"), "[]", INVALID_TYPE),
                Limit.of("template", quoted("seed"), quoted("../seed"), INVALID_FIELD),
                Limit.of("template", quoted("a".repeat(63)), quoted("a".repeat(64)), INVALID_FIELD),
                Limit.of("template", quoted("a"), "{}", INVALID_TYPE),
                Limit.of("timeout", "30", "true", INVALID_TYPE),
                Limit.of("timeout", "30", "null", INVALID_TYPE),
                Limit.of("timeout", "30", "[30]", INVALID_TYPE),
                Limit.of("compile_timeout", "3000", "3000.001", INVALID_FIELD),
                Limit.of("memory_limit", quoted("4Mi"), quoted("4194303"), INVALID_FIELD),
                Limit.of("memory_limit", quoted("256Mi"), quoted("256MB"), INVALID_FIELD),
                Limit.of("memory_limit", quoted("1e7"), "1000", INVALID_TYPE),
                Limit.of("cpu_limit", quoted("1m"), quoted("999u"), INVALID_FIELD),
                Limit.of("cpu_limit", quoted("0.5"), "0.5", INVALID_TYPE),
                Limit.of("image", quoted("a".repeat(512)), quoted("a".repeat(513)), INVALID_FIELD),
                Limit.of("image", quoted("x/y@sha256:00"), quoted("docker.io/library/python:3\n"), INVALID_FIELD),
                Limit.of("image", quoted("x"), quoted(""), INVALID_FIELD),
                Limit.of("image", quoted("x"), "3", INVALID_TYPE),
                Limit.of("args", "[\"\",\"-v\"]", "[\"a\",\"b\\u0000\"]", INVALID_FIELD)
                        .at("/args/1"),
                Limit.of("args", "[]", "[\"a\",1]", INVALID_TYPE).at("/args/1"),
                Limit.of("args", "[]", "\"a b\"", INVALID_TYPE),
                Limit.of(
                        "args",
                        "[" + quoted("x".repeat(65_535)) + "]",
                        "[" + quoted("x".repeat(65_536)) + "]",
                        TOO_LARGE),
                Limit.of("args", list(256), list(257), TOO_LARGE),
                Limit.of("stdin", base64(MIB - 1), base64(MIB), TOO_LARGE),
                Limit.of("stdin", quoted("x".repeat(MIB - 1)), quoted("x".repeat(MIB)), TOO_LARGE),
                Limit.of("stdin", "{\"base64\":\"AA==\"}", "{\"base64\":\"AA=\"}", INVALID_FIELD)
                        .at("/stdin/base64"),
                Limit.of("stdin", "{\"base64\":\"\"}", "{\"base64\":\"A A=\"}", INVALID_FIELD)
                        .at("/stdin/base64"),
                Limit.of("stdin", "{\"base64\":\"+/==\"}", "{\"base64\":\"-_==\"}", INVALID_FIELD)
                        .at("/stdin/base64"),
                Limit.of("stdin", "\"\"", "{}", MISSING_FIELD).at("/stdin/base64"),
                Limit.of("stdin", "\"\"", "{\"base64\":\"\",\"x\":1}", UNKNOWN_FIELD)
                        .at("/stdin/x"),
                Limit.of("stdin", "\"\"", "[0]", INVALID_TYPE),
                Limit.of("files", "{\"a\":" + base64(MIB - 1) + "}", "{\"a\":" + base64(MIB) + "}", TOO_LARGE),
                Limit.of("files", map(256, "\"\""), map(257, "\"\""), TOO_LARGE),
                Limit.of("files", "{" + path255 + ":\"\"}", "{\"" + "p".repeat(256) + "\":\"\"}", INVALID_FIELD)
                        .at("/files/" + "p".repeat(80) + "…"),
                Limit.of("files", "{\"a/b\":\"\"}", "{\"/a\":\"\"}", INVALID_FIELD)
                        .at("/files/~1a"),
                Limit.of("files", "{\"..a\":\"\"}", "{\"a/../b\":\"\"}", INVALID_FIELD)
                        .at("/files/a~1..~1b"),
                Limit.of("files", "{\".a\":\"\"}", "{\".\":\"\"}", INVALID_FIELD)
                        .at("/files/."),
                Limit.of("files", "{\"a\":\"\"}", "{\"a/\":\"\"}", INVALID_FIELD)
                        .at("/files/a~1"),
                Limit.of("files", "{\"a\":\"\"}", "{\"a//b\":\"\"}", INVALID_FIELD)
                        .at("/files/a~1~1b"),
                Limit.of("files", "{\"a\":\"\"}", "{\"\":\"\"}", INVALID_FIELD).at("/files/"),
                Limit.of("files", "{\" \":\"\"}", "{\"a\\nb\":\"\"}", INVALID_FIELD)
                        .at("/files/a\\u{a}b"),
                Limit.of("files", "{\"a\":\"\",\"ab/c\":\"\"}", "{\"a\":\"\",\"a/c/d\":\"\"}", INVALID_FIELD)
                        .at("/files/a~1c~1d"),
                Limit.of("files", "{}", "{\"a\":1}", INVALID_TYPE).at("/files/a"),
                Limit.of("files", "{}", "[]", INVALID_TYPE),
                Limit.of("env", map(256, "\"\""), map(257, "\"\""), TOO_LARGE),
                Limit.of(
                        "env",
                        "{\"A\":" + quoted("x".repeat(65_533)) + "}",
                        "{\"A\":" + quoted("x".repeat(65_534)) + "}",
                        TOO_LARGE),
                Limit.of("env", "{\"_A1\":\"\"}", "{\"1A\":\"\"}", INVALID_FIELD)
                        .at("/env/1A"),
                Limit.of("env", "{\"A_B\":\"\"}", "{\"A-B\":\"\"}", INVALID_FIELD)
                        .at("/env/A-B"),
                Limit.of("env", "{\"A\":\"\"}", "{\"A=B\":\"\"}", INVALID_FIELD).at("/env/A=B"),
                Limit.of(
                                "env",
                                "{\"" + "A".repeat(128) + "\":\"\"}",
                                "{\"" + "A".repeat(129) + "\":\"\"}",
                                INVALID_FIELD)
                        .at("/env/" + "A".repeat(80) + "…"),
                Limit.of("env", "{\"A\":\"\\n\"}", "{\"A\":\"\\u0000\"}", INVALID_FIELD)
                        .at("/env/A"),
                Limit.of("env", "{\"LDX\":\"\"}", "{\"LD_PRELOAD\":\"\"}", INVALID_FIELD)
                        .at("/env/LD_PRELOAD"),
                Limit.of("env", "{\"PATH\":\"\"}", "{\"CUPEL_X\":\"\"}", INVALID_FIELD)
                        .at("/env/CUPEL_X"),
                Limit.of("env", "{\"KUBERNETES\":\"\"}", "{\"KUBERNETES_PORT\":\"\"}", INVALID_FIELD)
                        .at("/env/KUBERNETES_PORT"),
                Limit.of("env", "{}", "{\"A\":1}", INVALID_TYPE).at("/env/A"),
                Limit.of("output_limit", "0", "-1", INVALID_FIELD),
                Limit.of("output_limit", "4194304", "4194305", INVALID_FIELD),
                Limit.of("output_limit", "1", "\"1\"", INVALID_TYPE),
                Limit.of("queue", quoted("a.b-c"), quoted("A"), INVALID_FIELD),
                Limit.of("queue", quoted("a".repeat(63)), quoted("a".repeat(64)), INVALID_FIELD),
                Limit.of("queue", quoted("a"), quoted(""), INVALID_FIELD),
                Limit.of("queue", quoted("a"), "[\"a\"]", INVALID_TYPE),
                Limit.of("priority_class", quoted("a.b-c"), quoted("A"), INVALID_FIELD),
                Limit.of("priority_class", quoted("a".repeat(63)), quoted("a".repeat(64)), INVALID_FIELD),
                Limit.of("priority_class", quoted("a"), quoted(""), INVALID_FIELD),
                Limit.of("priority_class", quoted("a"), "1", INVALID_TYPE),
                Limit.of("runtime_class", quoted("gvisor"), quoted("gVisor"), INVALID_FIELD),
                Limit.of("runtime_class", quoted("a"), quoted(""), INVALID_FIELD),
                Limit.of("runtime_class", quoted("a"), "1", INVALID_TYPE));
    }

    private static String list(int count) {
        return Stream.generate(() -> "\"\"").limit(count).collect(Collectors.joining(",", "[", "]"));
    }

    private static ObjectNode request(String field, String value) {
        ObjectNode request = (ObjectNode) parse("{\"eval_id\":\"demo\",\"code\":\"x\"}");
        for (RequestField described : RequestField.values()) {
            if (described.wireName().equals(field)) {
                request = FieldSamples.beside(request, described);
            }
        }
        return request.set(field, parse(value));
    }

    private static JsonNode parse(String json) {
        return StrictJson.parse(json.getBytes(UTF_8));
    }

    @ParameterizedTest
    @MethodSource("limits")
    void takesEveryFieldAtItsLimitAndRefusesItPastThat(Limit limit) {
        JobRequest.decode(request(limit.field(), limit.fits()));
        assertRejected(limit.reason(), limit.pointer(), () -> JobRequest.decode(request(limit.field(), limit.fails())));
    }

    @Test
    void hasARowOfLimitsForEveryFieldThatARequestHas() {
        assertEquals(
                new HashSet<>(RequestField.names()), limits().map(Limit::field).collect(Collectors.toSet()));
    }

    @Test
    void knowsEveryFieldThatIsDescribedAndSaysSoOfAnother() {
        for (RequestField field : RequestField.values()) {
            assertRejected(INVALID_TYPE, field.pointer(), () -> JobRequest.decode(request(field.wireName(), "null")));
        }
        Rejected rejected = assertThrows(Rejected.class, () -> JobRequest.decode(request("other", "1")));
        assertTrue(rejected.text().endsWith("known are " + String.join(", ", RequestField.names())), rejected.text());
    }

    @ParameterizedTest
    @CsvSource({"eval_id", "code"})
    void requiresWhatHasNoDefault(String field) {
        ObjectNode request = request("timeout", "1");
        request.remove(field);

        assertRejected(MISSING_FIELD, "/" + field, () -> JobRequest.decode(request));
    }

    @Test
    void leavesWhatIsAbsentToTheTemplate() {
        JobRequest request = JobRequest.decode(parse("{\"eval_id\":\"demo\",\"code\":\"x\"}"));

        assertEquals(
                new JobRequest(
                        new EvalId("demo"),
                        new TemplateName("python"),
                        new Program("x", List.of(), Bytes.EMPTY, Map.of(), Map.of()),
                        Cases.NONE,
                        new RunLimits(
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                PerResource.of(_ -> Optional.empty()),
                                OptionalInt.empty()),
                        List.of(),
                        Optional.empty(),
                        new Placement(Optional.empty(), Optional.empty(), Optional.empty())),
                request);
    }

    @Test
    void readsEveryFieldAsItStands() {
        JobRequest request = JobRequest.decode(parse("""
                {"eval_id": " demo ", "code": "\\tx\\r\\n", "template": "seed", "timeout": 7, "memory_limit": "1.50Gi",
                 "cpu_limit": "0.1", "tmp_limit": "5e6", "image": "x:1", "args": ["", " a "], "stdin": {"base64": "/wA="},
                 "files": {"b": "é", "a": {"base64": ""}}, "env": {"Z": "1", "A": ""}, "output_limit": 0, "queue": "q",
                 "priority_class": "p", "runtime_class": "gvisor", "cpu_timeout": 1.50, "compile_timeout": 2e1, "parallel": 3,
                 "stop_at_first_failure": true, "collect_files": ["b", "a/*"], "cases": [{}, {"name": "0x", "args": [],
                 "stdin": "", "files": {"d": ""}, "env": {"B": "2"}, "timeout": 0.5}]}"""));

        assertEquals(" demo ", request.evalId().value());
        assertEquals("\tx\r\n", request.program().code());
        assertEquals("seed", request.template().value());
        assertEquals(Optional.of(Seconds.whole(7)), request.limits().timeout());
        assertEquals(Optional.of(new Seconds(1500)), request.limits().cpuTimeout());
        assertEquals(Optional.of(Seconds.whole(20)), request.limits().compileTimeout());
        assertEquals(List.of(new FilePattern("b"), new FilePattern("a/*")), request.collectFiles());
        assertEquals(
                new Cases(
                        List.of(
                                new Case("0", Optional.empty(), Optional.empty(), Map.of(), Map.of(), Optional.empty()),
                                new Case(
                                        "0x",
                                        Optional.of(List.of()),
                                        Optional.of(Bytes.EMPTY),
                                        Map.of("d", Bytes.EMPTY),
                                        Map.of("B", "2"),
                                        Optional.of(new Seconds(500)))),
                        3,
                        true),
                request.cases());
        assertEquals(
                List.of("1.50Gi", "0.1", "5e6"),
                Arrays.stream(ContainerResource.values())
                        .map(resource -> request.limits()
                                .amounts()
                                .get(resource)
                                .orElseThrow()
                                .text())
                        .toList());
        assertEquals(Optional.of("x:1"), request.image());
        assertEquals(List.of("", " a "), request.program().args());
        assertEquals(Bytes.of(new byte[] {-1, 0}), request.program().stdin());
        assertEquals(List.of("b", "a"), List.copyOf(request.program().files().keySet()));
        assertEquals(List.of("Z", "A"), List.copyOf(request.program().env().keySet()));
        assertEquals(OptionalInt.of(0), request.limits().outputBytes());
        assertEquals(Optional.of("q"), request.placement().queue());
        assertEquals(Optional.of("p"), request.placement().priorityClass());
        assertEquals(Optional.of("gvisor"), request.placement().runtimeClass());
    }

    @ParameterizedTest
    @ValueSource(strings = {"evalId", "Code", "timeout ", "", "__proto__", "data"})
    void refusesAnUnknownField(String field) {
        assertRejected(UNKNOWN_FIELD, "/" + field, () -> JobRequest.decode(request(field, "1")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "null", "\"x\"", "1"})
    void refusesWhatIsNoObject(String json) {
        assertRejected(INVALID_TYPE, "", () -> JobRequest.decode(parse(json)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "LD_LIBRARY_PATH",
                "GLIBC_TUNABLES",
                "GCONV_PATH",
                "LOCPATH",
                "NLSPATH",
                "MALLOC_CHECK_",
                "OPENSSL_CONF"
            })
    void refusesEnvThatChangesHowAProcessIsLoaded(String name) {
        assertRejected(
                INVALID_FIELD, "/env/" + name, () -> JobRequest.decode(request("env", "{\"" + name + "\":\"x\"}")));
    }

    @Test
    void countsCodeStdinAndFilesTogether() {
        ObjectNode request = request("code", quoted("x".repeat(MIB / 2)));
        request.put("stdin", "y".repeat(MIB / 4));
        request.putObject("files").put("f", "z".repeat(MIB / 4));
        JobRequest.decode(request);

        request.withObjectProperty("files").put("g", "!");
        assertRejected(TOO_LARGE, "/files", () -> JobRequest.decode(request));
    }

    @Test
    void neverShowsCodeInAMessage() {
        Rejected rejected = assertRejected(
                TOO_LARGE, "/code", () -> JobRequest.decode(request("code", quoted("secret".repeat(MIB)))));

        assertFalse(rejected.text().contains("secret"));
    }

    @Test
    void findsTheEvalIdOfDataThatIsWrongElsewhere() {
        assertEquals(Optional.of("x"), JobRequest.findEvalId(parse("{\"eval_id\":\"x\",\"timeout\":\"no\"}")));
        assertEquals(Optional.empty(), JobRequest.findEvalId(parse("{\"eval_id\":1}")));
        assertEquals(Optional.empty(), JobRequest.findEvalId(parse("[1]")));
        assertEquals(Optional.empty(), JobRequest.findEvalId(parse("{\"eval_id\":\"a\\nb\"}")));
        assertEquals(Optional.empty(), JobRequest.findEvalId(parse("{\"eval_id\":\"" + "x".repeat(1025) + "\"}")));
        assertTrue(JobRequest.findEvalId(parse("{\"eval_id\":\"" + "x".repeat(1024) + "\"}"))
                .isPresent());
    }

    @Test
    void theDigestIsOfEveryFieldAndOfNothingElse() {
        Set<Digest> digests = new HashSet<>();
        for (RequestField field : RequestField.values()) {
            ObjectNode request = (ObjectNode) parse("{\"eval_id\":\"e\",\"code\":\"pass\"}");
            digests.add(JobRequest.decode(FieldSamples.with(request, field)).digest());
        }
        digests.add(digest("{'eval_id': 'e', 'code': 'pass'}"));
        digests.add(digest("{'eval_id': 'e', 'code': 'pass', 'args': ['ab']}"));

        assertEquals(RequestField.values().length + 2, digests.size());
        assertEquals(
                digest("{'eval_id': 'e', 'code': 'pass'}"),
                digest("{'template': 'python', 'code': 'pass', 'eval_id': 'e', 'args': []}"));
        assertEquals(
                digest("{'eval_id': 'e', 'code': 'pass', 'env': {'a': 'b', 'c': 'd'}}"),
                digest("{'eval_id': 'e', 'code': 'pass', 'env': {'c': 'd', 'a': 'b'}}"));
    }

    /** Made before there were cases, fractions of seconds and the rest: a request told again must find its Job. */
    @ParameterizedTest
    @CsvSource({
        "python/samples/hello, e24529e5ea740dbf21a3508aeeab3f9df7b4214c9fe00d41b0a46ab29f7cb4d7",
        "python/samples/args-stdin-files-env, 6a04f20759e21f0ef32287ac3fe69a592c19aafbf9953e6ff5285dcae0c7f4f3",
        "python/samples/limits, d909324a08b0ec42650dad6f64a0ad6731c28b60b65753edf1b2efd0c163de9c",
        "python/samples/queue, 56c02ccef86d24773c279e564043d7b208e310674e97a4959ee100810746b765",
        "seed/samples/hello, d70d74d9eb7a55d377c4a9fef26ef4c9b93a4352ae19128b58e9e83d0f50ac15",
        "seed/samples/limits, 70b0c9823a914df3490bdfd4e5c0566f3baac7b6501f57c3f90ad547b07091cd"
    })
    void anOldRequestHasTheDigestThatItHad(String sample, String hex) throws IOException {
        byte[] json = Files.readAllBytes(Path.of("templates", sample + ".request.json"));

        assertEquals(
                "sha256:" + hex,
                JobRequest.decode(StrictJson.parse(json)).digest().value());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'timeout': 30 | 'timeout': 30.0",
                "'timeout': 30 | 'timeout': 3e1",
                "'timeout': 0.5 | 'timeout': 0.500",
                "'cases': [{}, {'name': 'a'}] | 'cases': [{'name': '0'}, {'name': 'a', 'files': {}}]",
                "'cases': [{}] | 'cases': [{}], 'parallel': 1, 'stop_at_first_failure': false"
            })
    void whatMeansTheSameHasTheSameDigest(String one, String other) {
        assertEquals(
                digest("{'eval_id': 'e', 'code': 'pass', " + one + "}"),
                digest("{'eval_id': 'e', 'code': 'pass', " + other + "}"));
    }

    @Test
    void whatMeansAnotherThingHasAnotherDigest() {
        List<String> requests = List.of(
                "'cases': [{}]",
                "'cases': [{}, {}]",
                "'cases': [{'args': []}, {}]",
                "'cases': [{}, {'args': []}]",
                "'cases': [{'args': ['']}, {}]",
                "'cases': [{'stdin': ''}, {}]",
                "'cases': [{'stdin': 'a'}, {}]",
                "'cases': [{'files': {'a': 'b'}}, {}]",
                "'cases': [{'env': {'a': 'b'}}, {}]",
                "'cases': [{'timeout': 1}, {}]",
                "'cases': [{}, {'timeout': 1}]",
                "'cases': [{}, {'timeout': 0.001}]",
                "'cases': [{}, {}], 'timeout': 1",
                "'cases': [{}, {}], 'cpu_timeout': 1",
                "'cases': [{}, {}], 'collect_files': ['a']",
                "'cases': [{}, {}], 'collect_files': ['a', 'a']");
        assertEquals(
                requests.size(),
                requests.stream()
                        .map(request -> digest("{'eval_id': 'e', 'code': 'pass', " + request + "}"))
                        .distinct()
                        .count());
    }

    @ParameterizedTest
    @CsvSource({"parallel, 1", "stop_at_first_failure, false"})
    void howCasesAreRunIsNothingWithoutCases(String field, String value) {
        ObjectNode request = (ObjectNode) parse("{\"eval_id\":\"demo\",\"code\":\"x\"}");
        request.set(field, parse(value));

        assertRejected(INVALID_FIELD, "/" + field, () -> JobRequest.decode(request));
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "Infinity", "-Infinity", "+1", ".5", "1.", "0x10", "1_000"})
    void takesNoNumberThatIsNoJson(String timeout) {
        assertThrows(Rejected.class, () -> request("timeout", timeout));
    }

    /** A case lies in the request's own folder. */
    @Test
    void holdsACasesFilesAndEnvAgainstTheRequestsToo() {
        ObjectNode request = request("files", "{\"a\":\"\",\"b/c\":\"\"}");
        ObjectNode files = request.putArray("cases").addObject().putObject("files");
        files.put("a", "its own").put("b/d", "");
        JobRequest.decode(request);
        files.removeAll().put("a/x", "");
        assertRejected(INVALID_FIELD, "/cases/0/files/a~1x", () -> JobRequest.decode(request));
        files.removeAll().put("b", "");
        assertRejected(INVALID_FIELD, "/cases/0/files/b", () -> JobRequest.decode(request));

        ObjectNode many = request("files", map(256, "\"\""));
        many.putArray("cases").addObject().putObject("files").put("k0", "");
        JobRequest.decode(many);
        ((ObjectNode) many.at("/cases/0/files")).put("other", "");
        assertRejected(TOO_LARGE, "/cases/0/files", () -> JobRequest.decode(many));

        ObjectNode env = request("env", "{\"A\":" + quoted("x".repeat(65_000)) + "}");
        env.putArray("cases").addObject().putObject("env").put("A", "x".repeat(65_000));
        JobRequest.decode(env);
        ((ObjectNode) env.at("/cases/0/env")).put("B", "x".repeat(1000));
        assertRejected(TOO_LARGE, "/cases/0/env", () -> JobRequest.decode(env));
    }

    @Test
    void countsAllThatAllCasesBringTogether() {
        ObjectNode request = request("stdin", base64(MIB - 100));
        ObjectNode one = request.putArray("cases").addObject();
        one.put("stdin", "x".repeat(20)).putObject("files").put("f", "x".repeat(20));
        one.putArray("args").add("x".repeat(19));
        one.putObject("env").put("A", "x".repeat(17));
        request.withArrayProperty("cases").addObject().put("stdin", "x".repeat(19));
        JobRequest.decode(request);

        ((ObjectNode) request.at("/cases/1")).put("stdin", "x".repeat(20));
        assertRejected(TOO_LARGE, "/cases", () -> JobRequest.decode(request));
    }

    private static Digest digest(String request) {
        byte[] json = request.replace((char) 39, '"').getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return JobRequest.decode(StrictJson.parse(json)).digest();
    }
}
