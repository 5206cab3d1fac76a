package dev.cupel.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalJsonTest {
    private static String canonical(String json) {
        return new String(CanonicalJson.encode(StrictJson.parse(json.getBytes(UTF_8))), UTF_8);
    }

    @Test
    void escapesAsRfc8785Section322() {
        // The sample of the RFC, without its numbers, which are not whole.
        String sample = """
                {
                  "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
                  "literals": [null, true, false]
                }""";

        assertEquals(
                "{\"literals\":[null,true,false],\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}", canonical(sample));
    }

    @Test
    void sortsKeysByUtf16CodeUnitsAsRfc8785Section323() {
        String sample = """
                {
                  "\\u20ac": "Euro Sign",
                  "\\r": "Carriage Return",
                  "\\ufb33": "Hebrew Letter Dalet With Dagesh",
                  "1": "One",
                  "\\ud83d\\ude00": "Emoji: Grinning Face",
                  "\\u0080": "Control",
                  "\\u00f6": "Latin Small Letter O With Diaeresis"
                }""";

        assertEquals(
                "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\","
                        + "\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\","
                        + "\"😀\":\"Emoji: Grinning Face\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}",
                canonical(sample));
    }

    @Test
    void escapesEveryControlCharacterInItsShortestForm() {
        assertEquals(
                "\"\\u0000\\u0007\\b\\t\\n\\u000b\\f\\r\\u001b\\u001f \u007f\"",
                canonical("\"\\u0000\\u0007\\u0008\\u0009\\u000a\\u000b\\u000c\\u000d\\u001b\\u001f\\u0020\\u007f\""));
    }

    @Test
    void writesEmptyContainersAndNestedOnes() {
        assertEquals("{}", canonical(" { } "));
        assertEquals("{\"a\":[],\"b\":[{}]}", canonical("{\"b\": [ { } ], \"a\": [ ]}"));
    }

    @Test
    void doesNotTellTheOrderOfKeys() {
        assertEquals(canonical("{\"b\":1,\"a\":{\"d\":2,\"c\":3}}"), canonical("{\"a\":{\"c\":3,\"d\":2},\"b\":1}"));
    }

    @Test
    void takesWholeNumbersUpToTwoToThe53() {
        assertEquals("[9007199254740992,-9007199254740992,0]", canonical("[9007199254740992,-9007199254740992,-0]"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.0",
                "0.5",
                "1e3",
                "9007199254740993",
                "-9007199254740993",
                "-9223372036854775808",
                "99999999999999999999"
            })
    void refusesNumbersThatReadersMayTakeDifferently(String number) {
        assertThrows(IllegalArgumentException.class, () -> canonical(number));
    }

    @Test
    void refusesAnUnpairedSurrogate() {
        assertThrows(IllegalArgumentException.class, () -> CanonicalJson.encode(TextNode.valueOf("a\ud800")));
    }

    @Test
    void countsAnIntAndALongTheSame() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.set("a", LongNode.valueOf(1));

        assertEquals(canonical("{\"a\":1}"), new String(CanonicalJson.encode(node), UTF_8));
    }
}
