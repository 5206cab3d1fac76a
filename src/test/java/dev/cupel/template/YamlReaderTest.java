package dev.cupel.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlReaderTest {
    private static String read(String yaml) {
        List<Diagnostic> problems = new ArrayList<>();
        String json = new YamlReader("f", problems)
                .read(yaml)
                .map(node -> node.toJson().toString())
                .orElse("nothing");
        assertEquals(List.of(), problems);
        return json;
    }

    private static List<String> problems(String yaml) {
        List<Diagnostic> problems = new ArrayList<>();
        new YamlReader("f", problems).read(yaml);
        return problems.stream().map(Diagnostic::toString).toList();
    }

    @Test
    void readsWhatEveryReaderUnderstandsAlike() {
        assertEquals(
                "{\"a\":[1,-7,0],\"b\":{\"c\":\"x\",\"d\":true,\"e\":null},\"f\":\"1\",\"g\":\"y\\n"
                        + "z\\n"
                        + "\",\"h\":null,\"1\":\"yes\"}",
                read("""
                    a: [1, -7, 0]
                    b:
                      c: x
                      d: true
                      e: ~
                    f: "1"
                    g: |
                      y
                      z
                    h:
                    "1": 'yes'
                    """));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "yes",
                "No",
                "on",
                "OFF",
                "True",
                "NULL",
                "0755",
                "0o17",
                "0x1F",
                "1_000",
                "1.0",
                "1e3",
                ".5",
                ".inf",
                ".NaN",
                "+1",
                "1:30",
                "y",
                "N",
                "2026-11-24",
                "0b1",
                "12345678901234567",
                "="
            })
    void refusesWhatReadersTakeDifferentlyUnlessItIsQuoted(String scalar) {
        assertEquals(
                List.of("f:1:4: \"" + scalar + "\" is read differently by different YAML readers: quote it"),
                problems("a: " + scalar));
        assertEquals("{\"a\":\"" + scalar + "\"}", read("a: \"" + scalar + "\""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "!!str 5",
                "!!int \"5\"",
                "!!float 1",
                "!!binary aGk=",
                "!!set {a, b}",
                "!!omap []",
                "!!python/object:os.system x",
                "!!javax.script.ScriptEngineManager [x]",
                "!x y",
                "!<tag:yaml.org,2002:int> \"5\"",
                "!!bool \"true\"",
                "!!null \"\""
            })
    void refusesTags(String value) {
        List<String> problems = problems("a: " + value);

        assertEquals(1, problems.size(), problems.toString());
        assertTrue(problems.getFirst().matches("f:1:4: (tag|Global tag) .*"), problems.getFirst());
    }

    @Test
    void refusesAnchorsAliasesAndWhatContainsItself() {
        assertEquals(
                List.of(
                        "f:1:4: anchors and aliases are not taken: write the value out",
                        "f:1:4: anchors and aliases are not taken: write the value out"),
                problems("a: &x 1\nb: *x"));
        assertEquals(List.of("f:1:4: anchors and aliases are not taken: write the value out"), problems("a: &x [*x]"));
        assertEquals(
                List.of("f:2:5: a key must be a string; merge keys, tags and other types are not taken"),
                problems("a:\n    &k b: 1"));
        assertEquals(
                List.of("f:1:1: found undefined alias x"),
                problems("*x : 1").stream()
                        .map(p -> p.replaceAll(":\\d+:\\d+:", ":1:1:"))
                        .toList());
    }

    @Test
    void isNotBlownUpByABombOfAliases() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 30; i++) {
            String alias = "*a" + (i - 1);
            bomb.append("a%d: &a%d [%s,%s,%s,%s,%s,%s,%s,%s]\n"
                    .formatted(i, i, alias, alias, alias, alias, alias, alias, alias, alias));
        }

        assertFalse(assertTimeoutPreemptively(Duration.ofSeconds(5), () -> problems(bomb.toString()))
                .isEmpty());
    }

    @Test
    void refusesMergeKeysAndKeysThatAreNoStrings() {
        String message = " a key must be a string; merge keys, tags and other types are not taken";

        assertEquals(List.of("f:1:1:" + message), problems("<<: {a: 1}"));
        assertEquals(List.of("f:1:1:" + message, "f:2:1:" + message), problems("1: a\nyes: b"));
        assertEquals(List.of("f:1:3:" + message), problems("? [a]\n: b"));
        assertEquals("{\"<<\":1}", read("\"<<\": 1"));
    }

    @Test
    void refusesAKeyThatStandsTwice() {
        assertEquals(List.of("f:3:3: key \"b\" stands twice"), problems("a:\n  b: 1\n  \"b\": 1"));
    }

    @Test
    void wantsOneDocumentAndAMapping() {
        assertEquals(List.of("f:3:1: one document is wanted, here begins another"), problems("a: 1\n---\nb: 1"));
        assertEquals("{\"a\":1}", read("---\na: 1\n...\n"));
        assertEquals(List.of("f:1:1: the document must be a mapping"), problems("[a]"));
        assertEquals(List.of("f:1:1: the document must be a mapping"), problems("a"));
        assertEquals(List.of("f:1:1: the file is empty"), problems(""));
        assertEquals(List.of("f:1:1: the file is empty"), problems("# nothing\n"));
    }

    @Test
    void takesThirtyNineLevelsAndNotAThousand() {
        assertEquals("{\"a\":" + "[".repeat(38) + "]".repeat(38) + "}", read("a: " + "[".repeat(38) + "]".repeat(38)));
        assertEquals(1, problems("a: " + "[".repeat(1000) + "]".repeat(1000)).size());
        assertEquals(1, problems("a: " + "{a: ".repeat(100_000)).size());
    }

    @Test
    void takesAFileUpToItsLimit() {
        String most = "a: " + "x".repeat(YamlReader.MAX_CHARACTERS - 3);

        assertEquals(YamlReader.MAX_CHARACTERS - 3 + 8, read(most).length());
        assertEquals(1, problems(most + "x").size());
    }

    @Test
    void tellsASyntaxErrorWithItsPlace() {
        assertEquals(
                List.of("f:2:1: mapping values are not allowed here"),
                problems("a: b\n c: d").stream()
                        .map(p -> p.replaceAll("^f:2:\\d+", "f:2:1"))
                        .toList());
        assertEquals(1, problems("a: \"x").size());
        assertEquals(1, problems("a: \u0007").size());
        assertEquals(1, problems("a:\tb\n\tc: d").size());
    }

    @Test
    void tellsAllThatIsWrong() {
        assertEquals(3, problems("a: yes\nb: !x y\nc: 1\nc: 2").size());
    }

    @Test
    void knowsWhereEachValueStands() {
        YamlNode.Mapping tree = new YamlReader("f", new ArrayList<>())
                .read("a:\n  - b\n  - c/d: 1\n    e: [x, y]\n")
                .orElseThrow();

        assertEquals(new YamlNode.Mark(3, 10), tree.markAt("/a/1/c~1d").start());
        assertEquals(new YamlNode.Mark(4, 12), tree.markAt("/a/1/e/1").start());
        assertEquals(new YamlNode.Mark(4, 8), tree.markAt("/a/1/e/9").start(), "the nearest around it");
        assertEquals(new YamlNode.Mark(1, 1), tree.markAt("").start());
        assertEquals(new YamlNode.Mark(1, 1), tree.markAt("/z/0").start());
    }
}
