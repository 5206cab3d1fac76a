package dev.cupel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** The commands that need no server, called as the shell calls them. */
class CommandTest {
    private static final Path SAMPLE = Path.of("templates/python/samples/hello.request.json");

    private final Path folder;

    CommandTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @BeforeEach
    void copyTheTemplates() throws IOException {
        for (String file : List.of("template.yaml", "parameters.yaml")) {
            Path to = folder.resolve("mine").resolve(file);
            Files.createDirectories(to.getParent());
            Files.copy(Path.of("templates/seed", file), to);
        }
    }

    private static Captured cupel(String... arguments) throws Exception {
        return Captured.of(() -> Cupel.commandLine().execute(arguments));
    }

    @Test
    void renderPrintsTheManifestAsYamlAndNothingElse() throws Exception {
        Captured rendered = cupel("render", SAMPLE.toString());
        assertEquals(0, rendered.code(), rendered.stderr());
        assertEquals("", rendered.stderr());
        assertTrue(new Yaml().load(rendered.text()).toString().contains("kind=Job"), rendered.text());
    }

    @Test
    void theThreeStrategiesPrintTheSame() throws Exception {
        Object template = manifest("template");
        assertEquals(template, manifest("dynamic"));
        assertEquals(template, manifest("typed"));
    }

    /** Every run is a request of its own: its name and its time differ. */
    private static Object manifest(String strategy) throws Exception {
        Captured rendered = cupel("render", "--strategy", strategy, SAMPLE.toString());
        assertEquals(0, rendered.code(), rendered.stderr());
        String text = rendered.text();
        String same =
                text.replaceAll("eval-demo-1-[0-9a-f]{24}", "NAME").replaceAll("created-at: .*", "created-at: TIME");
        assertNotEquals(text, same);
        return new Yaml().load(same);
    }

    @Test
    void renderTakesTemplatesFromAFolder() throws Exception {
        Path request = Files.writeString(
                folder.resolve("r.json"), "{\"eval_id\":\"x\",\"code\":\"print(1)\",\"template\":\"mine\"}");
        assertEquals(2, cupel("render", request.toString()).code(), "it is not built in");
        Captured rendered = cupel("render", "--templates", folder.toString(), request.toString());
        assertEquals(0, rendered.code(), rendered.stderr());
        assertTrue(rendered.text().contains("cupel.dev/template: mine"), rendered.text());
    }

    @Test
    void renderOfAWrongRequestSaysWhichFieldAndPrintsNothing() throws Exception {
        Path request = Files.writeString(folder.resolve("r.json"), "{\"eval_id\":\"x\",\"code\":\"1\",\"timeout\":0}");
        Captured rejected = cupel("render", request.toString());
        assertEquals(2, rejected.code());
        assertEquals("cupel: rejected: InvalidField /timeout: must be 0.001 to 86400, was 0\n", rejected.stderr());
        assertEquals("", rejected.text());
    }

    @Test
    void renderOfWhatIsNoJsonSaysWhere() throws Exception {
        Path request = Files.writeString(folder.resolve("r.json"), "{\"eval_id\":\n \"x\",}");
        Captured rejected = cupel("render", request.toString());
        assertEquals(2, rejected.code());
        assertTrue(rejected.stderr().contains("MalformedJson"), rejected.stderr());
        assertTrue(rejected.stderr().contains("line 2"), rejected.stderr());
    }

    @Test
    void aFileThatIsNotThereIsToldWithoutAStackTrace() throws Exception {
        for (String command : List.of("render", "run")) {
            Captured missing = cupel(command, folder.resolve("none.json").toString());
            assertEquals(2, missing.code());
            assertTrue(missing.stderr().contains("none.json"), missing.stderr());
            assertEquals(1, missing.stderr().lines().count(), missing.stderr());
        }
    }

    @Test
    void aFolderInPlaceOfAFileIsToldWithoutAStackTrace() throws Exception {
        Captured missing = cupel("render", folder.toString());
        assertEquals(2, missing.code());
        assertEquals(1, missing.stderr().lines().count(), missing.stderr());
    }

    @Test
    void anUnknownOptionShowsHowItIsUsed() throws Exception {
        for (String command : List.of("run", "render", "lint", "serve")) {
            Captured wrong =
                    command.equals("serve") ? cupel(command, "--frobnicate") : cupel(command, "--frobnicate", "x");
            assertEquals(2, wrong.code());
            assertTrue(wrong.stderr().contains("--frobnicate"), wrong.stderr());
            assertTrue(wrong.stderr().contains("Usage: cupel " + command), wrong.stderr());
        }
    }

    @Test
    void anUnknownCommandOrStrategyIsWrong() throws Exception {
        assertEquals(2, cupel("frobnicate").code());
        assertEquals(2, cupel("render", "--strategy", "text", SAMPLE.toString()).code());
        assertEquals(2, cupel("run").code());
    }

    @Test
    void helpAndVersionAreNoErrors() throws Exception {
        Captured help = cupel("--help");
        assertEquals(0, help.code());
        for (String command : List.of("run", "render", "lint", "serve")) {
            assertTrue(help.text().contains("  " + command), help.text());
        }
        assertTrue(cupel("--version").text().startsWith("cupel "));
        assertEquals(help.text(), cupel("help").text());
        assertEquals(help.text(), cupel().text(), "without a command");
        for (String command : List.of("run", "render", "lint", "serve")) {
            Captured own = cupel(command, "--help");
            assertEquals(0, own.code());
            assertTrue(own.text().startsWith("Usage: cupel " + command), own.text());
            assertEquals(own.text(), cupel("help", command).text());
        }
    }

    /** A newcomer types what stands at the end, and changes it. */
    @Test
    void eachCommandHasAnExample() throws Exception {
        Cupel.commandLine().getSubcommands().forEach((name, command) -> {
            if (!name.equals("help")) {
                String footer = String.join(
                        "\n", command.getCommandSpec().usageMessage().footer());
                assertTrue(footer.contains("  cupel " + name) || footer.contains("(cupel " + name), name);
            }
        });
    }

    @Test
    void renderPrintsJsonWhereItIsAskedFor() throws Exception {
        Captured rendered = cupel("render", "--output", "json", SAMPLE.toString());
        assertEquals(0, rendered.code(), rendered.stderr());
        assertEquals(
                "Job",
                new com.fasterxml.jackson.databind.ObjectMapper()
                        .readTree(rendered.stdout())
                        .path("kind")
                        .asText());
        assertEquals(2, cupel("render", "--output", "text", SAMPLE.toString()).code());
    }

    @Test
    void lintFindsNothingInOurOwnTemplates() throws Exception {
        Captured linted = cupel("lint");
        assertEquals(0, linted.code(), linted.text());
        assertEquals("", linted.text());
        assertEquals("cupel: 14 templates, 0 problems\n", linted.stderr());
    }

    @Test
    void lintTellsEveryProblemAsFileLineColumnMessage() throws Exception {
        Path template = folder.resolve("mine/template.yaml");
        String text = Files.readString(template)
                .replace("memory: __MEMORY_LIMIT__", "memory: __MEMORY_LIMT__")
                .replace("backoffLimit: 0", "backoffLimit: __NOTHING__");
        Files.writeString(template, text);
        Captured linted = cupel("lint", folder.toString());
        assertEquals(1, linted.code());
        List<String> lines = linted.text()
                .lines()
                .filter(shown -> shown.startsWith(template.toString()))
                .toList();
        assertEquals(2, lines.size(), linted.text());
        int line = (int) text.substring(0, text.indexOf("__NOTHING__")).lines().count();
        assertTrue(lines.get(0).startsWith(template + ":" + line + ":17: error[unknown-placeholder]: "), lines.get(0));
        assertTrue(lines.get(1).contains("__MEMORY_LIMIT__"), lines.get(1));
        assertEquals("cupel: 1 template, 2 problems\n", linted.stderr());
    }

    @Test
    void lintTellsProgramsWhatItFindsInTheFormTheyAskFor() throws Exception {
        Path template = folder.resolve("mine/template.yaml");
        Files.writeString(template, Files.readString(template).replace("backoffLimit: 0", "backoffLimt: 0"));
        Captured json = cupel("lint", "--json", folder.toString());

        assertEquals(1, json.code());
        assertTrue(json.text().startsWith("{"), json.text());
        assertTrue(json.text().contains("\"help\" : \"write backoffLimit\""), json.text());
        assertEquals(
                json.text(),
                cupel("lint", "--output", "json", folder.toString()).text());
        assertTrue(cupel("lint", "--output=sarif", folder.toString()).text().contains("\"version\" : \"2.1.0\""));
        assertEquals(
                2, cupel("lint", "--json", "--output=sarif", folder.toString()).code());
        assertEquals(2, cupel("lint", "--output=xml", folder.toString()).code());
    }

    @Test
    void lintTellsWhatAJobOfItWouldBreak() throws Exception {
        Path template = folder.resolve("mine/template.yaml");
        Files.writeString(
                template,
                Files.readString(template).replace("readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false"));
        Captured linted = cupel("lint", folder.toString());
        assertEquals(1, linted.code());
        assertTrue(linted.text().contains("/securityContext/readOnlyRootFilesystem"), linted.text());
    }

    @Test
    void lintOfAFolderThatIsNotThereIsWrong() throws Exception {
        Captured linted = cupel("lint", folder.resolve("none").toString());
        assertEquals(2, linted.code());
        assertTrue(linted.stderr().startsWith("cupel: no folder "), linted.stderr());
    }

    @Test
    void lintOfATemplateItselfOrOfNoneIsWrong() throws Exception {
        Captured itself = cupel("lint", folder.resolve("mine").toString());
        assertEquals(2, itself.code());
        assertTrue(itself.stderr().endsWith("name the folder that holds it: " + folder + "\n"), itself.stderr());

        Path none = Files.createDirectory(folder.resolve("none"));
        Captured empty = cupel("lint", none.toString());
        assertEquals(2, empty.code());
        assertTrue(empty.stderr().startsWith("cupel: no template in " + none), empty.stderr());
    }

    @Test
    void lintTellsAFolderWhoseTemplateHasAnotherName() throws Exception {
        Path other = Files.createDirectory(folder.resolve("other"));
        Files.move(folder.resolve("mine/template.yaml"), other.resolve("template.yaml"));
        Captured linted = cupel("lint", folder.toString());
        assertEquals(1, linted.code());
        assertTrue(
                linted.text()
                        .startsWith(folder.resolve("mine/template.yaml") + ":1:1: error[missing-file]: is not there"),
                linted.text());
    }
}
