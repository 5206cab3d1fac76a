package dev.cupel.lint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.TestTags;
import dev.cupel.rejection.Rejected;
import dev.cupel.render.Requests;
import dev.cupel.template.Diagnostic;
import dev.cupel.template.TemplateText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** Every place of a template is made wrong, one at a time, in every way that there is. */
@Tag(TestTags.SLOW)
class EveryPlaceTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "5",
            "-1",
            "\"\"",
            "\"x\"",
            "\"5\"",
            "\"__ENV__\"",
            "\"__TIMEOUT__\"",
            "\"__CODE__\"",
            "[]",
            "{}",
            "[1]",
            "[null]",
            "[[]]",
            "{\"a\": \"b\"}",
            "{\"a\": null}",
            "\"é\u00a0\"");

    @TempDir
    private Path root = Path.of("");

    private static JsonNode read(String file) throws IOException {
        return JSON.valueToTree(new Yaml().<Object>load(Files.readString(Path.of("templates/python", file))));
    }

    private static void collect(JsonNode node, String at, List<String> pointers) {
        node.properties().forEach(member -> {
            pointers.add(at + "/" + member.getKey().replace("~", "~0").replace("/", "~1"));
            collect(member.getValue(), pointers.getLast(), pointers);
        });
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            pointers.add(at + "/" + i);
            collect(node.get(i), at + "/" + i, pointers);
        }
    }

    private static JsonNode with(JsonNode whole, String pointer, JsonNode value) {
        JsonNode changed = whole.deepCopy();
        int slash = pointer.lastIndexOf('/');
        String last = pointer.substring(slash + 1);
        switch (changed.at(pointer.substring(0, slash))) {
            case ObjectNode object -> object.set(last.replace("~1", "/").replace("~0", "~"), value);
            case ArrayNode array -> array.set(Integer.parseInt(last), value);
            default -> throw new IllegalArgumentException(pointer);
        }
        return changed;
    }

    /** Lint says nothing of a template only where a Job can be made of it, and ends with what it says. */
    @Test
    void lintTellsWhateverKeepsAJobFromBeingMade() throws IOException {
        JsonNode template = read("template.yaml");
        JsonNode parameters = read("parameters.yaml");
        List<String> pointers = new ArrayList<>();
        collect(template, "", pointers);
        assertTrue(pointers.size() > 60, pointers::toString);
        for (String pointer : pointers) {
            for (String value : VALUES) {
                check(with(template, pointer, JSON.readTree(value)), parameters, pointer + " = " + value);
            }
        }
        pointers.clear();
        collect(parameters, "", pointers);
        for (String pointer : pointers) {
            for (String value : VALUES) {
                check(template, with(parameters, pointer, JSON.readTree(value)), pointer + " = " + value);
            }
        }
    }

    /** JSON is YAML. */
    private void check(JsonNode template, JsonNode parameters, String what) {
        TemplateText text =
                TemplateText.of(root, template.toPrettyString()).write("parameters.yaml", parameters.toPrettyString());
        List<Diagnostic> found = new Linter(text.files()).lintAll();
        found.forEach(problem ->
                assertTrue(problem.mark().line() >= 1 && problem.mark().length() >= 1, what));
        String refusal = refusal(text);

        if (found.isEmpty()) {
            assertEquals("", refusal, what);
        }
        assertEquals(found.stream().distinct().count(), found.size(), what);
    }

    private static String refusal(TemplateText text) {
        try {
            Requests.render(text.renderer(), Requests.request(TemplateText.NAME, ""));
            return "";
        } catch (Rejected e) {
            // A template without a command of its own takes args for it, which this request has not.
            return e.text().startsWith("must hold the command") ? "" : e.text();
        }
    }
}
