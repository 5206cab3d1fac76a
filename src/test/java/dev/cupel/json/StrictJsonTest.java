package dev.cupel.json;

import static dev.cupel.Rejections.assertRejected;
import static dev.cupel.rejection.RejectionReason.DUPLICATE_KEY;
import static dev.cupel.rejection.RejectionReason.INVALID_FIELD;
import static dev.cupel.rejection.RejectionReason.MALFORMED_JSON;
import static dev.cupel.rejection.RejectionReason.TOO_DEEP;
import static dev.cupel.rejection.RejectionReason.TOO_LARGE;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.Seeded;
import dev.cupel.rejection.Rejected;
import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {
    private static JsonNode parse(String text) {
        return StrictJson.parse(text.getBytes(UTF_8));
    }

    /** Names that all have the same hash. Jackson's own table of names does not take so many. */
    @Test
    void takesAnyNumberOfNamesOfOneHash() {
        for (int pairs : new int[] {8, 9, 10, 11}) {
            StringBuilder json = new StringBuilder("{");
            for (int i = 0; i < 1 << pairs; i++) {
                json.append(i == 0 ? "\"" : ",\"");
                for (int bit = 0; bit < pairs; bit++) {
                    json.append((i >> bit & 1) == 0 ? "Aa" : "BB");
                }
                json.append("\":1");
            }
            assertEquals(1 << pairs, parse(json.append('}').toString()).size());
        }
    }

    @Test
    void refusesMoreValuesThanTheirBytesLetExpect() {
        assertEquals(90_000, parse("[[]" + ",[]".repeat(89_999) + "]").size());
        assertRejected(TOO_LARGE, "", () -> parse("[[]" + ",[]".repeat(1_000_000) + "]"));
        assertRejected(TOO_LARGE, "", () -> parse("[{}" + ",{}".repeat(1_000_000) + "]"));
    }

    @Test
    void takesEveryKindOfValue() {
        assertEquals(
                "{\"a\":[1,null,true,\"é\"]}",
                parse(" {\"a\": [1, null, true, \"\\u00e9\"]}\n").toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{\"a\":1,}",
                "[1,]",
                "{a:1}",
                "{'a':1}",
                "NaN",
                "+1",
                "01",
                ".5",
                "1.",
                "tru",
                "\"\t\"",
                "\"\\x\"",
                "// c\n1",
                "1 2",
                "{} {}",
                "{}x",
                "[1 2]",
                "\uFEFF{}"
            })
    void refusesWhatIsNoJson(String text) {
        Rejected rejected = assertThrows(Rejected.class, () -> parse(text));

        assertEquals(MALFORMED_JSON, rejected.reason());
    }

    /** Through a binary fraction the first would be 0.1, and the second what it is not. */
    @Test
    void keepsANumberAsItIsWritten() {
        JsonNode numbers = parse("[0.10000000000000000000001, 1e999999999, 30.0, 1.5]");

        assertEquals(new BigDecimal("0.10000000000000000000001"), numbers.get(0).decimalValue());
        assertEquals(new BigDecimal("1e999999999"), numbers.get(1).decimalValue());
        assertEquals(0, numbers.get(1).intValue(), "at once");
        assertEquals("30.0", numbers.get(2).toString());
        assertEquals(1.5, numbers.get(3).doubleValue());
    }

    @Test
    void saysLineAndColumnButNothingOfTheText() {
        Rejected rejected = assertRejected(MALFORMED_JSON, "/code", () -> parse("{\n\"code\": \"secret\" \"secret\"}"));

        assertTrue(rejected.text().matches("not JSON at line 2, column \\d+"), rejected.text());
    }

    @Test
    void refusesBytesThatAreNoUtf8() {
        assertRejected(MALFORMED_JSON, "", () -> StrictJson.parse("\"\u00ff\"".getBytes(ISO_8859_1)));
        assertRejected(MALFORMED_JSON, "", () -> StrictJson.parse("\"\u00ed\u00a0\u0080\"".getBytes(ISO_8859_1)));
    }

    @Test
    void refusesAKeyThatStandsTwiceAndSaysWhere() {
        assertRejected(DUPLICATE_KEY, "/a", () -> parse("{\"a\": 1, \"a\": 1}"));
        assertRejected(DUPLICATE_KEY, "/b/1/c~1d", () -> parse("{\"b\": [{}, {\"c/d\": 1, \"c\\/d\": 2}]}"));
        assertRejected(DUPLICATE_KEY, "/a", () -> parse("{\"a\": 1, \"\\u0061\": 1}"));
    }

    @Test
    void cutsAndCleansAKeyInThePointer() {
        String key = "\\u001b" + "k".repeat(10_000);
        Rejected rejected = assertThrows(Rejected.class, () -> parse("{\"" + key + "\": 1, \"" + key + "\": 1}"));

        assertEquals(DUPLICATE_KEY, rejected.reason());
        assertEquals("/\\u{1b}" + "k".repeat(79) + "…", rejected.field());
    }

    @Test
    void takesSixtyFourLevelsAndNoMore() {
        assertEquals(
                "[".repeat(64) + "]".repeat(64),
                parse("[".repeat(64) + "]".repeat(64)).toString());
        assertRejected(TOO_DEEP, "", () -> parse("[".repeat(65) + "]".repeat(65)));
        assertRejected(TOO_DEEP, "", () -> parse("{\"a\":".repeat(65) + "1" + "}".repeat(65)));
        assertRejected(TOO_DEEP, "", () -> parse("[".repeat(1_000_000)));
    }

    @Test
    void takesEightMebibytesAndNoMore() {
        String most = "\"" + "x".repeat(StrictJson.MAX_BYTES - 2) + "\"";

        assertEquals(StrictJson.MAX_BYTES - 2, parse(most).textValue().length());
        assertRejected(TOO_LARGE, "", () -> parse(most + " "));
    }

    @Test
    void refusesANumberOfMoreThanSixtyFourDigits() {
        assertEquals("9".repeat(64), parse("9".repeat(64)).toString());
        assertRejected(TOO_LARGE, "/timeout", () -> parse("{\"timeout\": " + "9".repeat(65) + "}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\ud800", "\\udc00", "\\ud83d\\ud83d", "\\ude00\\ud83d", "a\\ud83dz"})
    void refusesAnUnpairedSurrogateWhereverItStands(String escaped) {
        assertRejected(INVALID_FIELD, "", () -> parse("\"" + escaped + "\""));
        assertRejected(INVALID_FIELD, "/a/0", () -> parse("{\"a\": [\"" + escaped + "\"]}"));
        Rejected inKey = assertThrows(Rejected.class, () -> parse("{\"" + escaped + "\": 1}"));
        assertEquals(INVALID_FIELD, inKey.reason());
        assertFalse(
                inKey.field().chars().anyMatch(c -> Character.isSurrogate((char) c)), "the message has a UTF-8 form");
    }

    @Test
    void takesAPairedSurrogate() {
        assertEquals("😀", parse("\"\\ud83d\\ude00\"").textValue());
    }

    @Test
    void readsBackWhatWasWritten() {
        Seeded.check(500, random -> {
            JsonNode tree = tree(random, 4);

            assertEquals(tree, StrictJson.parse(CanonicalJson.compact(tree)));
            assertEquals(tree, StrictJson.parse(CanonicalJson.encode(tree)));
        });
    }

    /** Makes integers as Jackson reads them: an int if the value fits. */
    private static JsonNode tree(Random random, int depth) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        return switch (random.nextInt(depth > 0 ? 6 : 4)) {
            case 0 -> json.numberNode(random.nextInt());
            case 1 -> json.booleanNode(random.nextBoolean());
            case 2 -> json.nullNode();
            case 3 -> json.textNode(Seeded.text(random, 8));
            case 4 -> {
                ArrayNode array = json.arrayNode();
                for (int i = random.nextInt(4); i > 0; i--) {
                    array.add(tree(random, depth - 1));
                }
                yield array;
            }
            default -> {
                ObjectNode object = json.objectNode();
                for (int i = random.nextInt(4); i > 0; i--) {
                    object.set(Seeded.text(random, 4), tree(random, depth - 1));
                }
                yield object;
            }
        };
    }
}
