package dev.cupel.app;

import dev.cupel.lint.Linter;
import dev.cupel.lint.Place;
import dev.cupel.template.Diagnostic;
import dev.cupel.template.TemplateFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A folder of templates that somebody named. */
public record TemplateFolder(Path path) {
    /** Why it can be none. */
    public Optional<String> fault() {
        if (!Files.isDirectory(path)) {
            return Optional.of("no folder " + path + "; name the folder that holds the templates");
        }
        if (!Files.isReadable(path) || !Files.isExecutable(path)) {
            return Optional.of("the folder " + path + " cannot be read");
        }
        if (Files.exists(path.resolve(TemplateFiles.TEMPLATE))) {
            return Optional.of(path + " is a template itself; name the folder that holds it: "
                    + path.toAbsolutePath().normalize().getParent());
        }
        if (files().names().isEmpty() && files().misnamed().isEmpty()) {
            return Optional.of("no template in " + path + "; each is a folder with a template.yaml");
        }
        return Optional.empty();
    }

    public TemplateFiles files() {
        return new TemplateFiles.Folder(path);
    }

    /** All that is wrong with its templates, as {@code file:line:column: message}. */
    public List<String> problems(Place place) {
        return new Linter(files(), place).lintAll().stream().map(this::line).toList();
    }

    private String line(Diagnostic problem) {
        return path.resolve(problem.file()) + problem.where();
    }
}
