package dev.cupel.render;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.request.JobRendered;
import dev.cupel.request.TemplateName;
import dev.cupel.template.Placeholder;
import dev.cupel.template.Template;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.Templates;
import dev.cupel.yaml.ManifestYaml;
import dev.cupel.yaml.YamlPlaces;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/** Every place that a request filled, and where it stands in the YAML. */
class FilledPlacesTest {
    private static final Templates BUILT_IN = new Templates(new TemplateFiles.BuiltIn(), Optional.empty());
    private static final String ARGS = "/spec/template/spec/containers/0/args/";
    private static final String CODE = "#!x\n\n  'a': \"b\"\t\n# __EVAL_ID__ \\ü\n\nend";

    static Stream<TemplateName> templates() {
        return BUILT_IN.names().stream();
    }

    private static JobRendered render(TemplateName template, String code, String more) {
        ObjectNode request = new ObjectMapper().createObjectNode();
        request.put("eval_id", "demo").put("code", code).put("template", template.value());
        try {
            request.setAll((ObjectNode) new ObjectMapper().readTree("{" + more + "}"));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return Requests.render(new Binder(), Requests.decode(request.toString()));
    }

    private static Map<String, List<Placeholder>> filled(JobRendered rendered) {
        return FilledPlaces.of(BUILT_IN.get(rendered.template()), rendered.manifest());
    }

    /** Reading the text of each place alone gives the value of that place: so it is all of it, and no more. */
    @ParameterizedTest
    @MethodSource("templates")
    void theTextOfEachPlaceIsItsValue(TemplateName name) {
        boolean needsArgs = name.value().equals("generic");
        JobRendered rendered = render(name, CODE, needsArgs ? "\"args\": [\"sh\", \"main\"]" : "");
        String yaml = ManifestYaml.write(rendered.manifest());
        assertTrue(yaml.chars().allMatch(c -> c < 0x80));
        Map<String, YamlPlaces.Place> places = YamlPlaces.of(yaml);
        Map<String, List<Placeholder>> filled = filled(rendered);
        filled.keySet().forEach(pointer -> {
            YamlPlaces.Place place = Objects.requireNonNull(places.get(pointer));
            JsonNode value = rendered.manifest().at(pointer);
            String alone = yaml.substring(place.start(), place.end());
            assertEquals(
                    value.asText(), String.valueOf(((Map<?, ?>) new Yaml().load("a: " + alone)).get("a")), pointer);
        });
        Set<Placeholder> told =
                Set.copyOf(filled.values().stream().flatMap(List::stream).toList());
        Template template = BUILT_IN.get(name);
        List<Placeholder> empty = new ArrayList<>(template.placeholders());
        empty.removeAll(told);
        empty.remove(Placeholder.ENV); // The request has none.
        assertEquals(List.of(), empty);
    }

    @Test
    void aListIsFilledItemByItemAndWhatStandsBesideItIsNot() {
        JobRendered rendered = render(new TemplateName("python"), "x", "\"env\": {\"A\": \"1\", \"B\": \"2\"}");
        Map<String, List<Placeholder>> filled = filled(rendered);
        String env = "/spec/template/spec/containers/0/env/";
        assertEquals(List.of(Placeholder.EVAL_ID), filled.get(env + "0/value"));
        assertTrue(!filled.containsKey(env + "0/name"));
        assertEquals(List.of(Placeholder.ENV), filled.get(env + "1/name"));
        assertEquals(List.of(Placeholder.ENV), filled.get(env + "2/value"));
        int args = rendered.manifest().at(ARGS.substring(0, ARGS.length() - 1)).size();
        for (int i = 0; i < args; i++) {
            assertEquals(List.of(Placeholder.PROGRAM), filled.get(ARGS + i));
        }
        assertTrue(!filled.containsKey("/metadata/labels/app"));
    }

    /** A key with a slash, and a scalar that is a placeholder and more. */
    @Test
    void labelsAndMixedTextsAreFilled() {
        JobRendered rendered = render(new TemplateName("seed"), "x", "");
        assertTrue(filled(rendered).keySet().containsAll(Set.of("/metadata/name", "/metadata/labels/eval-id")));
    }
}
