package dev.cupel.cloudevents;

import static dev.cupel.Rejections.assertRejected;
import static dev.cupel.rejection.RejectionReason.MALFORMED_EVENT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.Seeded;
import dev.cupel.json.CanonicalJson;
import dev.cupel.json.StrictJson;
import dev.cupel.rejection.Rejected;
import dev.cupel.rejection.Rejection;
import dev.cupel.rejection.RejectionReason;
import dev.cupel.rejection.Stage;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The context of an event, and both ways in which it travels. */
class EventContextTest {
    private static EventContext context(Map<String, String> more) {
        SortedMap<String, String> headers = new TreeMap<>(
                Map.of("specversion", "1.0", "id", "1", "source", "/s", "type", "dev.cupel.job.requested.v1"));
        headers.putAll(more);
        return HttpBinding.decode(headers);
    }

    private static ObjectNode structured() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("specversion", "1.0")
                .put("id", "1")
                .put("source", "/s")
                .put("type", "t");
    }

    @ParameterizedTest
    @ValueSource(strings = {"specversion", "id", "source", "type"})
    void requiresTheAttributesThatCloudEventsRequires(String name) {
        TreeMap<String, String> headers =
                new TreeMap<>(Map.of("specversion", "1.0", "id", "1", "source", "/s", "type", "t"));
        headers.remove(name);

        assertRejected(MALFORMED_EVENT, "/" + name, () -> HttpBinding.decode(headers));
        assertRejected(
                MALFORMED_EVENT,
                "/" + name,
                () -> StructuredMode.context(structured().without(name)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.3", "1", "1.0.2", "2.0", ""})
    void takesVersionOnePointZeroOnly(String version) {
        assertRejected(MALFORMED_EVENT, "/specversion", () -> context(Map.of("specversion", version)));
    }

    @Test
    void refusesAnAttributeThatIsEmptyOrTooLong() {
        assertEquals("x".repeat(2048), context(Map.of("id", "x".repeat(2048))).id());
        assertRejected(MALFORMED_EVENT, "/id", () -> context(Map.of("id", "x".repeat(2049))));
        assertRejected(MALFORMED_EVENT, "/id", () -> context(Map.of("id", "")));
        assertRejected(MALFORMED_EVENT, "/subject", () -> context(Map.of("subject", "")));
        assertRejected(MALFORMED_EVENT, "/replyto", () -> context(Map.of("replyto", "x".repeat(2049))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a\"b", "<a>", "a\\b", "{a}", "a|b", "%0A"})
    void refusesASourceThatIsNoUriReference(String source) {
        assertRejected(MALFORMED_EVENT, "/source", () -> context(Map.of("source", source)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"%00", "%0A", "%7F", "%C2%85"})
    void refusesControlCharacters(String encoded) {
        assertRejected(MALFORMED_EVENT, "/subject", () -> context(Map.of("subject", "a" + encoded)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Data", "my-ext", "ext_1", "é", ""})
    void refusesAnExtensionsNameThatIsNotLowerCaseLettersAndDigits(String name) {
        assertRejected(MALFORMED_EVENT, "/" + name, () -> context(Map.of(name, "x")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-24T10:00:00Z",
                "2026-11-24t10:00:00z",
                "2026-11-24T10:00:00.123456789Z",
                "2026-11-24T10:00:00-08:00",
                "0000-01-01T00:00:00Z",
                "9999-12-31T23:59:59Z"
            })
    void takesTheTimesOfRfc3339(String time) {
        assertEquals(
                OffsetDateTime.parse(time), context(Map.of("time", time)).time().orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "now",
                "2026-11-24",
                "2026-11-24T10:00Z",
                "2026-11-24T10:00:00",
                "2026-11-24 10:00:00Z",
                "2026-02-30T10:00:00Z",
                "+12026-11-24T10:00:00Z",
                "2026-11-24T10:00:00+01:00:30",
                "2026-11-24T25:00:00Z",
                "0000-01-01T00:00:00+01:00",
                "9999-12-31T23:59:59-01:00",
                "2026-11-24T10:00:00+0100"
            })
    void takesNoOtherTimes(String time) {
        assertRejected(MALFORMED_EVENT, "/time", () -> context(Map.of("time", time)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "plain|plain",
                "a%20b|a b",
                "%e2%82%ac|€",
                "%F0%9F%98%80|😀",
                "😀%20é|😀 é",
                "100%25|100%",
                "%2541|%41",
                "\"quoted %22text%22\"|quoted \"text\"",
                "\"a\\\"b\\\\c\"|a\"b\\c",
                "a\"b|a\"b"
            })
    void decodesAHeaderOnce(String header, String text) {
        assertEquals(Optional.of(text), context(Map.of("subject", header)).subject());
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "a%2", "%zz", "%４１", "%FF", "%C0%80", "%ED%A0%80"})
    void refusesAHeaderThatIsNotPercentEncodedUtf8(String header) {
        assertRejected(MALFORMED_EVENT, "/subject", () -> context(Map.of("subject", header)));
    }

    @Test
    void encodesWhatAHeaderCannotCarry() {
        assertEquals("a%20%22%25%E2%82%AC%F0%9F%98%80~!", HttpBinding.percentEncode("a \"%€😀~!"));
    }

    @Test
    void comesBackFromHeadersAndFromJsonAsItWas() {
        Seeded.check(500, random -> {
            EventContext context = random(random);
            TreeMap<String, String> headers = new TreeMap<>();
            HttpBinding.encode(context).forEach((name, value) -> headers.put(name.substring(3), value));

            assertTrue(
                    headers.values().stream().allMatch(value -> value.chars().allMatch(c -> c > ' ' && c < 0x7F)),
                    "only printable ASCII");
            assertEquals(context, HttpBinding.decode(headers));
            assertEquals(
                    context,
                    StructuredMode.context(StrictJson.parse(CanonicalJson.compact(
                            StructuredMode.encode(new Event(context, JsonNodeFactory.instance.objectNode()))))));
        });
    }

    private static EventContext random(Random random) {
        TreeMap<String, String> extensions = new TreeMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            extensions.put("ext" + i, Seeded.line(random, 10));
        }
        Optional<OffsetDateTime> time = random.nextBoolean()
                ? Optional.of(OffsetDateTime.ofInstant(
                        java.time.Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000)),
                        ZoneOffset.ofTotalSeconds(60 * (random.nextInt(1440) - 720))))
                : Optional.empty();
        Optional<String> subject = random.nextBoolean() ? Optional.of(Seeded.line(random, 10)) : Optional.empty();
        return new EventContext(Seeded.line(random, 10), "/s/" + random.nextInt(), "t", subject, time, extensions);
    }

    @Test
    void takesAStructuredExtensionOfAnyTypeButWhatCloudEventsNamesAsAStringOnly() {
        ObjectNode event = structured().put("flag", true).put("count", 7).putNull("subject");

        assertEquals(
                Map.of("flag", "true", "count", "7"),
                StructuredMode.context(event).extensions());
        assertRejected(
                MALFORMED_EVENT,
                "/id",
                () -> StructuredMode.context(structured().put("id", 1)));
        assertRejected(
                MALFORMED_EVENT,
                "/type",
                () -> StructuredMode.context(structured().put("type", true)));
        assertRejected(
                MALFORMED_EVENT,
                "/count",
                () -> StructuredMode.context(structured().put("count", 1.5)));
        assertRejected(
                MALFORMED_EVENT,
                "/count",
                () -> StructuredMode.context(structured().put("count", 1L << 31)));
        assertRejected(
                MALFORMED_EVENT, "/x", () -> StructuredMode.context(structured().set("x", structured())));
        assertRejected(MALFORMED_EVENT, "", () -> StructuredMode.context(JsonNodeFactory.instance.arrayNode()));
    }

    @Test
    void readsStructuredDataAsJsonOrAsBase64OfJson() {
        ObjectNode data = JsonNodeFactory.instance.objectNode().put("a", 1);

        assertEquals(data, StructuredMode.data(structured().set("data", data)));
        assertEquals(data, StructuredMode.data(structured().put("data_base64", "eyJhIjoxfQ==")));
        assertRejected(MALFORMED_EVENT, "/data", () -> StructuredMode.data(structured()));
        assertRejected(
                MALFORMED_EVENT,
                "/data_base64",
                () -> StructuredMode.data(structured().put("data_base64", "!")));
        assertRejected(
                MALFORMED_EVENT,
                "/data_base64",
                () -> StructuredMode.data(
                        structured().put("data_base64", "e30=").set("data", data)));
        assertRejected(
                RejectionReason.DUPLICATE_KEY,
                "/a",
                () -> StructuredMode.data(structured().put("data_base64", "eyJhIjoxLCJhIjoxfQ==")));
    }

    @Test
    void handsOnWhatLinksEvents() {
        EventContext request = context(Map.of(
                "replyto",
                "/me",
                "traceparent",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "other",
                "x"));
        EventContext next = request.followedBy(Stage.RENDER, EventType.RENDERED, "id-2", "name", Map.of("reason", "R"));

        assertEquals(
                Map.of(
                        "correlationid",
                        "1",
                        "partitionkey",
                        "name",
                        "replyto",
                        "/me",
                        "traceparent",
                        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                        "reason",
                        "R"),
                next.extensions());
        assertEquals("/cupel/render", next.source());
        assertEquals(
                "1",
                next.followedBy(Stage.SUBMIT, EventType.SUBMITTED, "3", "n", Map.of())
                        .correlationId());
    }

    @Test
    void refusesTheSameRequestByTheSameId() {
        Rejection rejection = new Rejection(Stage.RENDER, Rejected.invalid("/x", "no"), Optional.empty());
        EventContext request = context(Map.of());

        assertEquals(
                Optional.empty(),
                Event.rejected(request, "s", rejection).context().extension("partitionkey"));
        assertEquals(
                Event.rejected(request, "s", rejection).context().id(),
                Event.rejected(context(Map.of()), "s", rejection).context().id());
        assertEquals(
                2,
                java.util.stream.Stream.of(request, context(Map.of("id", "2")))
                        .map(context -> Event.rejected(context, "s", rejection)
                                .context()
                                .id())
                        .distinct()
                        .count());
    }

    @Test
    void tellsARejectionInTheContractsFields() {
        Rejected fault = Rejected.template(new Rejected.Position("python", 3, 7), "no");

        assertEquals(
                "{\"stage\":\"render\",\"reason\":\"InvalidTemplate\",\"field\":\"/template\",\"message\":\"no\","
                        + "\"eval_id\":\"e\",\"template\":\"python\",\"line\":3,\"column\":7}",
                new Rejection(Stage.RENDER, fault, Optional.of("e")).toJson().toString());
        assertEquals(
                "{\"stage\":\"submit\",\"reason\":\"InvalidField\",\"field\":\"/x\",\"message\":\"no\",\"eval_id\":null}",
                new Rejection(Stage.SUBMIT, Rejected.invalid("/x", "no"), Optional.empty())
                        .toJson()
                        .toString());
    }
}
