package dev.cupel.lint.report;

import dev.cupel.template.Diagnostic;
import java.nio.file.Path;
import java.util.List;

/**
 * What lint found in a folder of templates.
 *
 * @param root the folder, as it was named
 * @param templates how many there are
 */
public record Findings(Path root, int templates, List<Diagnostic> all) {
    public Findings {
        all = List.copyOf(all);
    }

    /** How many of them keep a template from being used. */
    public long errors() {
        return all.stream().filter(Diagnostic::isError).count();
    }

    /** How many of them do not. */
    public long warnings() {
        return all.size() - errors();
    }

    Path path(Diagnostic problem) {
        return root.resolve(problem.file());
    }
}
