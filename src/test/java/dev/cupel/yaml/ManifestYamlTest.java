package dev.cupel.yaml;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.Seeded;
import dev.cupel.TestTags;
import dev.cupel.json.CanonicalJson;
import dev.cupel.json.StrictJson;
import dev.cupel.render.Python;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

class ManifestYamlTest {
    /** Strings that one YAML reader or another takes for something else. */
    private static final List<String> DELICATE = List.of(
            "",
            " ",
            "y",
            "N",
            "yes",
            "No",
            "on",
            "off",
            "true",
            "False",
            "null",
            "Null",
            "~",
            "nan",
            ".nan",
            ".inf",
            "-.inf",
            "1",
            "-1",
            "+1",
            "1.0",
            "1e3",
            "0755",
            "0o17",
            "0x1F",
            "0b1",
            "1_000",
            "1:30",
            "2026-11-24",
            "2026-11-24T10:00:00Z",
            "=",
            "<<",
            "-",
            "- a",
            "?",
            ": ",
            "a: b",
            "a #b",
            "#a",
            "[a]",
            "{a}",
            "&a",
            "*a",
            "!a",
            "|",
            ">",
            "%a",
            "@a",
            "`a`",
            "'a'",
            "\"a\"",
            "\\n",
            "---",
            "...",
            "--- a",
            "\n",
            "\n\n",
            "a\n",
            "a\n\n",
            "\na",
            " a\nb",
            "a \nb",
            "a\n b\n",
            "a\n\tb",
            "\ta",
            "a\r\nb",
            "a\rb",
            "a\r",
            "\r\n",
            "\0",
            "\u0085",
            "a\u0085b",
            "a\u2028b",
            "\uFEFF",
            "\uFFFE",
            "\u007f",
            "\u00a0",
            "😀",
            "é\n",
            "a\n# b\n",
            "a: |\n  b\n",
            "...\na\n",
            "---\na\n",
            "e1",
            "E5",
            "x".repeat(200),
            "\u001b[31m",
            " \n ");

    private static ObjectNode delicate() {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        ArrayNode list = object.putArray("list");
        DELICATE.forEach(text -> {
            list.add(text);
            object.put(text, text);
        });
        object.putArray("empty");
        object.putObject("none");
        object.put("number", 1)
                .put("big", 1L << 53)
                .put("yes", true)
                .put("no", false)
                .putNull("nothing");
        list.addArray().addArray().addObject().put("a", "b\n");
        return object;
    }

    private static JsonNode snakeYaml(String yaml) {
        Object loaded = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
        return StrictJson.parse(CanonicalJson.compact(new ObjectMapper().valueToTree(loaded)));
    }

    private static JsonNode asRead(JsonNode tree) {
        return StrictJson.parse(CanonicalJson.compact(tree));
    }

    private static JsonNode random(Random random) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        ArrayNode list = object.putArray("a");
        for (int i = random.nextInt(8); i > 0; i--) {
            list.add(Seeded.text(random, 12));
            object.put(Seeded.text(random, 6), Seeded.text(random, 12));
            list.addObject().put("k", Seeded.text(random, 3)).put("n", random.nextInt());
        }
        return object;
    }

    @Test
    void readsBackAsTheSameTree() {
        assertEquals(asRead(delicate()), snakeYaml(ManifestYaml.write(delicate())));
    }

    @Test
    void readsBackAsTheSameTreeWhateverTheStringsHold() {
        Seeded.check(500, random -> {
            JsonNode tree = random(random);

            assertEquals(asRead(tree), snakeYaml(ManifestYaml.write(tree)));
        });
    }

    @Test
    void holdsOnlyPrintableAsciiSoThatNoTerminalActsOnIt() {
        assertTrue(ManifestYaml.write(delicate()).chars().allMatch(c -> c == '\n' || (c >= ' ' && c <= '~')));
    }

    @Test
    void writesProgramTextAsABlockAndPlainWordsPlain() {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("kind", "Job")
                .put("name", "eval-1")
                .put("yes", "no")
                .put("code", "if x:\n    y()\n")
                .put("cpu", "1");

        assertEquals("""
                kind: Job
                name: eval-1
                "yes": "no"
                code: |
                  if x:
                      y()
                cpu: "1"
                """, ManifestYaml.write(tree));
    }

    /** PyYAML, as another reader of YAML 1.1 and the seed note's own. */
    @Tag(TestTags.SLOW)
    @Test
    void readsBackInPythonToo(@TempDir Path folder) throws Exception {
        assumeTrue(Python.has("yaml"), "no python3 with yaml: PyYAML does not read the manifests in this run");
        ArrayNode trees = JsonNodeFactory.instance.arrayNode().add(delicate());
        Random random = new Random(Long.getLong("cupel.seed", 4));
        for (int i = 0; i < 100; i++) {
            trees.add(random(random));
        }
        String check = """
                import json, sys, yaml
                folder = sys.argv[1]
                for number, tree in enumerate(json.load(open(folder + '/trees.json', encoding='utf-8'))):
                    with open('%s/%d.yaml' % (folder, number), encoding='utf-8', newline='') as file:
                        loaded = yaml.safe_load(file)
                    assert loaded == tree, (number, loaded, tree)
                """;
        write(folder.resolve("trees.json"), new String(CanonicalJson.compact(trees), UTF_8));
        for (int i = 0; i < trees.size(); i++) {
            write(folder.resolve(i + ".yaml"), ManifestYaml.write(trees.get(i)));
        }

        assertEquals("", Python.run("-c", check, folder.toString()));
    }

    private static void write(Path path, String text) throws IOException {
        Files.write(path, text.getBytes(UTF_8));
    }
}
