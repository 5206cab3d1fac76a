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
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
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
        return Stream.concat(
                special(), Arrays.stream(ContainerResource.values()).flatMap(JobRequestTest::amounts));
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
                Limit.of("timeout", "1", "0", INVALID_FIELD),
                Limit.of("timeout", "86400", "86401", INVALID_FIELD),
                Limit.of("timeout", "30", "-1", INVALID_FIELD),
                Limit.of("timeout", "30", "99999999999999999999", INVALID_FIELD),
                Limit.of("timeout", "30", "\"30\"", INVALID_TYPE),
                Limit.of("timeout", "30", "1.5", INVALID_TYPE),
                Limit.of("timeout", "30", "30.0", INVALID_TYPE),
                Limit.of("timeout", "30", "3e1", INVALID_TYPE),
                Limit.of("timeout", "30", "true", INVALID_TYPE),
                Limit.of("timeout", "30", "null", INVALID_TYPE),
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
                Limit.of("runtime_class", quoted("gvisor"), quoted("gVisor"), INVALID_FIELD),
                Limit.of("runtime_class", quoted("a"), quoted(""), INVALID_FIELD),
                Limit.of("runtime_class", quoted("a"), "1", INVALID_TYPE));
    }

    private static String list(int count) {
        return Stream.generate(() -> "\"\"").limit(count).collect(Collectors.joining(",", "[", "]"));
    }

    private static ObjectNode request(String field, String value) {
        ObjectNode request = (ObjectNode) parse("{\"eval_id\":\"demo\",\"code\":\"x\"}");
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
                        new RunLimits(OptionalInt.empty(), PerResource.of(_ -> Optional.empty()), OptionalInt.empty()),
                        Optional.empty(),
                        new Placement(Optional.empty(), Optional.empty())),
                request);
    }

    @Test
    void readsEveryFieldAsItStands() {
        JobRequest request = JobRequest.decode(parse("""
                {"eval_id": " demo ", "code": "\\tx\\r\\n", "template": "seed", "timeout": 7, "memory_limit": "1.50Gi",
                 "cpu_limit": "0.1", "tmp_limit": "5e6", "image": "x:1", "args": ["", " a "], "stdin": {"base64": "/wA="},
                 "files": {"b": "é", "a": {"base64": ""}}, "env": {"Z": "1", "A": ""}, "output_limit": 0, "queue": "q",
                 "runtime_class": "gvisor"}"""));

        assertEquals(" demo ", request.evalId().value());
        assertEquals("\tx\r\n", request.program().code());
        assertEquals("seed", request.template().value());
        assertEquals(OptionalInt.of(7), request.limits().timeoutSeconds());
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
            request.set(field.wireName(), FieldSamples.value(field));
            digests.add(JobRequest.decode(request).digest());
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

    private static Digest digest(String request) {
        byte[] json = request.replace((char) 39, '"').getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return JobRequest.decode(StrictJson.parse(json)).digest();
    }
}
