package dev.cupel.programs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.json.StrictJson;
import dev.cupel.request.TemplateName;
import dev.cupel.template.Declaration;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.Templates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** A sample of an exact template of which is said what must come of it where it is run: {@code NAME.expect.json}. */
public record Sample(TemplateName template, String name) {
    private static final Path FOLDER = Path.of("templates");
    private static final String REQUEST = ".request.json";
    private static final String RESULT = ".expect.json";

    public static final Templates TEMPLATES = new Templates(new TemplateFiles.Folder(FOLDER), Optional.empty());

    /** All exact templates. */
    public static Stream<TemplateName> templates() {
        return TEMPLATES.names().stream()
                .filter(name -> TEMPLATES.get(name).declaration().execution().isPresent());
    }

    /** Those of a template; with {@code -Dcupel.program=TEXT} only the ones with that in their title. */
    public static Stream<Sample> of(TemplateName template) {
        String only = System.getProperty("cupel.program", "");
        try (Stream<Path> files = Files.list(folder(template))) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(RESULT))
                    .map(file -> new Sample(template, file.substring(0, file.length() - RESULT.length())))
                    .filter(sample -> sample.title().contains(only))
                    .sorted(java.util.Comparator.comparing(Sample::name))
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Declaration.Execution execution(TemplateName template) {
        return TEMPLATES.get(template).declaration().execution().orElseThrow();
    }

    /** The image that it runs in by default. */
    public static String image(TemplateName template) {
        return TEMPLATES.get(template).declaration().image();
    }

    public String title() {
        return template.value() + "/" + name;
    }

    public ObjectNode request() throws IOException {
        return read(REQUEST);
    }

    public ObjectNode expected() throws IOException {
        return read(RESULT);
    }

    /** Fails where something else came of it. */
    public void check(com.fasterxml.jackson.databind.JsonNode result) throws IOException {
        Expectation.check(expected(), result);
    }

    private ObjectNode read(String suffix) throws IOException {
        return (ObjectNode) StrictJson.parse(Files.readAllBytes(folder(template).resolve(name + suffix)));
    }

    private static Path folder(TemplateName template) {
        return FOLDER.resolve(template.value()).resolve("samples");
    }
}
