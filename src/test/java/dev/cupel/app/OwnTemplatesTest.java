package dev.cupel.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cupel.lint.Place;
import dev.cupel.request.JobRequest;
import dev.cupel.request.TemplateName;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.Templates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code CUPEL_TEMPLATES}: a folder instead of the built-in templates, or beside them. */
class OwnTemplatesTest {
    private static final TemplateName GREET = new TemplateName("greet");
    private static final Path SAMPLE = Path.of("knative/components/templates/greet");

    @TempDir
    private Path folder;

    /** As the kubelet lays out a volume of a ConfigMap whose items have paths with a folder. */
    private Path mounted(String... templates) throws IOException {
        Path data = Files.createDirectory(folder.resolve("..2026_11_28_22_30_00.1234567890"));
        Files.createSymbolicLink(folder.resolve("..data"), data.getFileName());
        for (String name : templates) {
            Files.createDirectory(data.resolve(name));
            for (String file : List.of(TemplateFiles.TEMPLATE, TemplateFiles.PARAMETERS)) {
                Files.copy(SAMPLE.resolve(file), data.resolve(name).resolve(file));
            }
            Files.createSymbolicLink(folder.resolve(name), Path.of("..data", name));
        }
        return folder;
    }

    private static OwnTemplates parse(String text) {
        return OwnTemplates.parse(text).orElseThrow();
    }

    @Test
    void aMountedConfigMapIsAFolderOfTemplates() throws IOException {
        OwnTemplates own = parse(mounted("greet").toString());
        assertEquals(Optional.empty(), own.folder().fault());
        assertEquals(List.of(), own.folder().problems(Place.ANY));
        assertEquals(List.of(GREET), own.files().names());
        assertTrue(new Templates(own.files(), Optional.empty()).find(GREET).isPresent());
    }

    @Test
    void alsoWhereEachFileIsALink() throws IOException {
        // A projected volume, or a subPath: the folder is real and the files are links.
        Path data = Files.createDirectories(folder.resolve("greet/..data"));
        for (String file : List.of(TemplateFiles.TEMPLATE, TemplateFiles.PARAMETERS)) {
            Files.copy(SAMPLE.resolve(file), data.resolve(file));
            Files.createSymbolicLink(folder.resolve("greet").resolve(file), Path.of("..data", file));
        }
        assertEquals(List.of(GREET), parse(folder.toString()).files().names());
        assertEquals(List.of(), parse(folder.toString()).folder().problems(Place.ANY));
    }

    @Test
    void aFolderAloneIsInsteadOfTheBuiltInOnes() throws IOException {
        OwnTemplates own = parse(mounted("greet").toString());
        assertFalse(own.besideBuiltIn());
        assertFalse(own.files().names().contains(JobRequest.DEFAULT_TEMPLATE));
    }

    @Test
    void orBesideThemAndThenFoundFirst() throws IOException {
        OwnTemplates own = parse(mounted("greet", "python") + ",built-in");
        List<TemplateName> builtIn = new TemplateFiles.BuiltIn().names();
        assertTrue(own.besideBuiltIn());
        assertEquals(
                builtIn.size() + 1,
                own.files().names().size(),
                () -> own.files().names().toString());
        assertTrue(own.files().names().containsAll(builtIn));
        Templates templates = new Templates(own.files(), Optional.empty());
        assertEquals(
                templates.get(GREET).declaration().description(),
                templates.get(JobRequest.DEFAULT_TEMPLATE).declaration().description());
        assertEquals(
                new TemplateName("shell"),
                templates.get(new TemplateName("shell")).name());
    }

    @Test
    void aTemplatesFilesAreAllFromOnePlace() throws IOException {
        Path own = mounted("python");
        Files.delete(own.resolve("python").resolve(TemplateFiles.PARAMETERS));
        assertEquals(
                Optional.empty(),
                parse(own + ",built-in").files().find(JobRequest.DEFAULT_TEMPLATE, TemplateFiles.PARAMETERS));
    }

    @ParameterizedTest
    @ValueSource(strings = {",built-in", " ", "a\0b", "a\0b,built-in"})
    void noFolderIsNone(String text) {
        assertEquals(Optional.empty(), OwnTemplates.parse(text));
    }
}
