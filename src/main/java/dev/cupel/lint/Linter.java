package dev.cupel.lint;

import dev.cupel.request.TemplateName;
import dev.cupel.template.Check;
import dev.cupel.template.Diagnostic;
import dev.cupel.template.TemplateFiles;
import dev.cupel.template.TemplateReader;
import dev.cupel.template.YamlNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Tells all that is wrong with a template: its text, its declaration, and what a Job made of it would break. A fault does not
 * hide those behind it: what was told is mended, and the look goes on. Of one place only what came up first is told.
 */
public final class Linter {
    /** By file, line and column. */
    public static final Comparator<Diagnostic> IN_ORDER = Comparator.comparing(Diagnostic::file)
            .thenComparingInt(problem -> problem.mark().line())
            .thenComparingInt(problem -> problem.mark().column());

    private final TemplateFiles files;
    private final Place place;

    public Linter(TemplateFiles files) {
        this(files, Place.ANY);
    }

    public Linter(TemplateFiles files, Place place) {
        this.files = files;
        this.place = place;
    }

    /** Every template of the folder, problems in the order of files and lines. */
    public List<Diagnostic> lintAll() {
        Stream<Diagnostic> misnamed = about(
                files.misnamed(),
                Check.FOLDER_NAME,
                "no request can name this folder: lower-case letters, digits and hyphens only");
        Stream<Diagnostic> empty =
                about(files.empty(), Check.MISSING_FILE, "is not there: a template's file has this name");
        return Stream.concat(
                        Stream.concat(misnamed, empty), files.names().stream().flatMap(name -> lint(name).stream()))
                .sorted(IN_ORDER)
                .toList();
    }

    private static Stream<Diagnostic> about(List<String> folders, Check check, String message) {
        return folders.stream()
                .map(name ->
                        new Diagnostic(name + "/" + TemplateFiles.TEMPLATE, new YamlNode.Mark(1, 1), check, message));
    }

    /** One template. */
    public List<Diagnostic> lint(TemplateName name) {
        TemplateReader.Reading reading = new TemplateReader(files).read(name);
        List<Diagnostic> problems = new ArrayList<>(reading.problems());
        if (files.find(name, TemplateFiles.OWN_SUPERVISOR).isPresent()) {
            problems.add(new Diagnostic(
                    TemplateReader.path(name, TemplateFiles.OWN_SUPERVISOR),
                    new YamlNode.Mark(1, 1),
                    Check.STRAY_FILE,
                    "is no file of a template, and is not read: Cupel brings its own supervisor; delete it"));
        }
        reading.template().ifPresent(template -> new JobLint(template, place, problems).lint());
        return problems.stream().distinct().sorted(IN_ORDER).toList();
    }
}
